"""What a plan consists of: changes that a provider makes, and what it leaves alone and reports."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.plan.fields import Difference, differences
from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class Create:
    """An object that is wanted and not there."""

    after: Resource

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.after.id


@dataclass(frozen=True, slots=True)
class Update:
    """An object that is wanted otherwise than it is."""

    before: Resource
    after: Resource

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.after.id

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What differs, field by field; empty where only comments or layout do."""
        return differences(self.before.body, self.after.body)


@dataclass(frozen=True, slots=True)
class Delete:
    """An object of ours that is wanted no more."""

    before: Resource

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.before.id


@dataclass(frozen=True, slots=True)
class Reload:
    """An object that is stored as wanted, and that the target does not run yet."""

    id: ResourceId
    why: str


Change = Create | Update | Delete | Reload


@dataclass(frozen=True, slots=True)
class Drift:
    """An object that was changed behind our back; `held` says that it is left as it is.

    The differences lead from what is wanted to what is there.
    """

    id: ResourceId
    why: str
    differences: tuple[Difference, ...]
    held: bool


@dataclass(frozen=True, slots=True)
class Blocked:
    """An object that cannot be written, because something that is not ours stands there."""

    id: ResourceId
    why: str
