"""Parts of a plan: changes that a provider makes, and objects that it leaves alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reliability.plan.alerts import ActiveAlert
from reliability.plan.fields import FieldDifference, differences
from reliability.plan.held import Owner
from reliability.plan.silences import ChangedSilence
from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class Create:
    """Creation of an object that does not exist."""

    after: Resource

    @property
    def differences(self) -> tuple[FieldDifference, ...]:
        """All fields of the object, as added ones."""
        return differences({}, self.after.body)

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.after.id


@dataclass(frozen=True, slots=True)
class Update:
    """Update of an object that differs from the desired one; `former` owned it, if taken over."""

    before: Resource
    after: Resource
    former: Owner | None = None

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.after.id

    @property
    def differences(self) -> tuple[FieldDifference, ...]:
        """Fields that differ; empty if only comments or layout do."""
        return differences(self.before.body, self.after.body)


@dataclass(frozen=True, slots=True)
class Claim:
    """Takeover of an object whose content stays the same: only the owner in its mark changes."""

    after: Resource
    former: Owner | None = None

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.after.id


@dataclass(frozen=True, slots=True)
class Delete:
    """Deletion of an own object that is no longer declared; `former` owned it, if taken over."""

    before: Resource
    former: Owner | None = None

    @property
    def differences(self) -> tuple[FieldDifference, ...]:
        """All fields of the object, as removed ones."""
        return differences(self.before.body, {})

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.before.id


@dataclass(frozen=True, slots=True)
class Reload:
    """Reload of an object that is stored as desired, and that the target does not run yet."""

    id: ResourceId
    why: str


Change = Create | Update | Claim | Delete | Reload


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """An object that was changed outside the repository; if it is `held`, it is not overwritten.

    The differences lead from the written content to the current content. If the declaration has
    changed since (`is_outdated`), the written content is no longer known. Then they lead from the
    current to the declared content: they are what overwriting the object would change.
    """

    id: ResourceId
    why: str
    differences: tuple[FieldDifference, ...]
    held: bool
    is_outdated: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """An object that is not written because another one is in its place.

    `mark` is that of `owner` (another repository), or may be this repository's own, with another
    address or without an owner.
    """

    id: ResourceId
    why: str
    owner: Owner | None = None
    mark: Literal["none", "another", "own"] = "none"


@dataclass(frozen=True, slots=True)
class Postponed:
    """A change that is held until active alerts that it would end, or silences, have ended.

    The silences would match other alerts than before.
    """

    change: Update | Delete
    alerts: tuple[ActiveAlert, ...]
    silences: tuple[ChangedSilence, ...] = ()

    @property
    def why(self) -> str:
        """Why the change is held, after the name of its target."""
        if self.silences:
            return "it would change what a silence matches"
        return "it would end an active alert"

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.change.id
