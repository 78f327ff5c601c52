"""Content of a target: objects with a mark (unchanged, drifted, unreadable), and others."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.plan.alerts import ActiveAlert
from reliability.plan.silences import CurrentSilence
from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class Owner:
    """The repository that owns an object: its random id, and its address as host/owner/name.

    The address is empty if the repository has no Git remote.
    """

    id: str
    address: str = ""

    def __str__(self) -> str:
        return f"{self.address or 'a repository without an address'} (id {self.id})"


@dataclass(frozen=True, slots=True)
class Intact:
    """An object as it was last written; `digest` is that of its body, from the mark.

    `owner` is None if the mark has none.
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
    """A marked object that was changed since; `written` is the digest in the mark.

    `by` names who changed it and when, if the target knows; else it is empty.
    """

    resource: Resource
    written: str
    owner: Owner | None = None
    by: str = ""

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.resource.id


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A marked object whose body can no longer be read."""

    id: ResourceId
    why: str
    owner: Owner | None = None


MarkedObject = Intact | DriftedResource | Unreadable
"""An object with a mark."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something without a mark in the place of an object; it is never overwritten."""

    id: ResourceId
    why: str


@dataclass(frozen=True, slots=True)
class Stale:
    """An object that the target stores and does not run, or runs and does not store."""

    id: ResourceId
    why: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that a sync removes without a change of its own: former routes, comments."""

    id: ResourceId
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Content of a target, as read by its provider; `active` are its pending and firing alerts.

    `silences` are those that match on labels of series, and have not expired.
    """

    kept: tuple[MarkedObject, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    stale: tuple[Stale, ...] = ()
    active: tuple[ActiveAlert, ...] = ()
    silences: tuple[CurrentSilence, ...] = ()
    pending: tuple[Pending, ...] = ()
