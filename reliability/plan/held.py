"""What a target holds: marked objects with their owners, changed ones, and unmarked ones."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.plan.alerts import ActiveAlert
from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an object is: a repository's random id, and its address as host/owner/name.

    The address is empty if the repository has no Git remote.
    """

    id: str
    address: str = ""

    def __str__(self) -> str:
        return f"{self.address or 'a repository without an address'} (id {self.id})"


@dataclass(frozen=True, slots=True)
class Intact:
    """An object as it was last written; `digest` is its body's, known without reading the body.

    `owner` is None if the mark names none.
    """

    resource: Resource
    digest: str
    owner: Owner | None = None

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.resource.id


@dataclass(frozen=True, slots=True)
class DriftedResource:
    """A marked object that was changed since it was written; `written` is the mark's digest."""

    resource: Resource
    written: str
    owner: Owner | None = None

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.resource.id


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A marked object whose body cannot be read any more."""

    id: ResourceId
    why: str
    owner: Owner | None = None


Kept = Intact | DriftedResource | Unreadable
"""What carries a mark."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What is in the place of an object and has no mark for it; never written over."""

    id: ResourceId
    why: str


@dataclass(frozen=True, slots=True)
class Stale:
    """An object that the target stores and does not run, or the other way round."""

    id: ResourceId
    why: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that stays for a while and that a later sync removes, such as former routes."""

    id: ResourceId
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that a provider reads of its target; `active` are the alerts it reports now."""

    kept: tuple[Kept, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    stale: tuple[Stale, ...] = ()
    active: tuple[ActiveAlert, ...] = ()
    pending: tuple[Pending, ...] = ()
