"""What a target holds: what is ours, what of it was changed behind our back, what is not ours."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class Intact:
    """An object as we last wrote it; `digest` is its body's, known without reading the body."""

    resource: Resource
    digest: str

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.resource.id


@dataclass(frozen=True, slots=True)
class Drifted:
    """An object with our mark that is no longer as we wrote it; `written` is the mark's digest."""

    resource: Resource
    written: str

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.resource.id


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An object with our mark whose body cannot be read any more."""

    id: ResourceId
    why: str


Kept = Intact | Drifted | Unreadable
"""What carries our mark, and what limits count."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What stands where an object of ours would go, without our mark; never written over."""

    id: ResourceId
    why: str


@dataclass(frozen=True, slots=True)
class Stale:
    """An object that the target stores and does not run, or the other way round."""

    id: ResourceId
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that a provider reads of its target."""

    kept: tuple[Kept, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    stale: tuple[Stale, ...] = ()
