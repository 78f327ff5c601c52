"""What a plan consists of: changes that a provider makes, and what it leaves alone and reports."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.plan.alerts import ActiveAlert
from reliability.plan.fields import FieldDifference, differences
from reliability.plan.held import Owner
from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class Create:
    """An object that is wanted and not there."""

    after: Resource

    @property
    def differences(self) -> tuple[FieldDifference, ...]:
        """Every field, as one that is new."""
        return differences({}, self.after.body)

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.after.id


@dataclass(frozen=True, slots=True)
class Update:
    """An object that is wanted otherwise than it is; `former` owned it, if it is taken over."""

    before: Resource
    after: Resource
    former: Owner | None = None

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.after.id

    @property
    def differences(self) -> tuple[FieldDifference, ...]:
        """What differs, field by field; empty where only comments or layout do."""
        return differences(self.before.body, self.after.body)


@dataclass(frozen=True, slots=True)
class Claim:
    """An object whose content stays, and whose mark gets this repository as its owner."""

    after: Resource
    former: Owner | None = None

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.after.id


@dataclass(frozen=True, slots=True)
class Delete:
    """An object of this repository that is wanted no more; `former` owned it before."""

    before: Resource
    former: Owner | None = None

    @property
    def differences(self) -> tuple[FieldDifference, ...]:
        """Every field, as one that goes."""
        return differences(self.before.body, {})

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.before.id


@dataclass(frozen=True, slots=True)
class Reload:
    """An object that is stored as wanted, and that the target does not run yet."""

    id: ResourceId
    why: str


Change = Create | Update | Claim | Delete | Reload


@dataclass(frozen=True, slots=True)
class Drift:
    """An object that was changed outside the repository; `held` says that it is left as it is.

    The differences lead from what was written to what is there. If what is wanted has changed
    since (`is_outdated`), what was written is not known any more, and they lead from what is there
    to what is wanted: they are what overwriting the object would change.
    """

    id: ResourceId
    why: str
    differences: tuple[FieldDifference, ...]
    held: bool
    is_outdated: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """An object that cannot be written, since something else is there.

    `is_marked` says that it is an object like those of this repository, and can be taken over from
    `owner`, if its mark names one.
    """

    id: ResourceId
    why: str
    owner: Owner | None = None
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """A change that would end active alerts, and is held until they have ended."""

    change: Update | Delete
    alerts: tuple[ActiveAlert, ...]

    @property
    def id(self) -> ResourceId:
        """The object's id."""
        return self.change.id
