"""Target in memory, for tests that do not depend on the kind of target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import DriftedResource, Foreign, Held, Intact, MarkedObject, Owner
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object, and the digest and owner in its mark."""

    resource: Resource
    written: str
    owner: Owner | None = None


@dataclass(slots=True, kw_only=True)
class MemoryProvider:
    """A `Provider` in memory; a change of an id in `refuses` fails for the reason given there."""

    target: str
    stored: dict[ResourceId, StoredObject] = field(default_factory=dict)
    foreign: dict[ResourceId, str] = field(default_factory=dict)
    refuses: dict[ResourceId, str] = field(default_factory=dict)
    owner: Owner | None = None

    def read(self) -> Held:
        """Return everything that is stored."""
        return Held(
            kept=tuple(_kept(stored_object) for stored_object in self.stored.values()),
            foreign=tuple(Foreign(resource_id, why) for resource_id, why in self.foreign.items()),
        )

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Make the changes one by one."""
        for change in changes:
            if change.id in self.refuses:
                yield ChangeFailed(change, self.refuses[change.id])
                continue

            match change:
                case Create(after) | Update(_, after) | Claim(after):
                    self.stored[change.id] = StoredObject(after, after.digest, self.owner)
                case Delete():
                    del self.stored[change.id]
                case Reload():
                    pass

            yield ChangeApplied(change)


def _kept(stored: StoredObject) -> MarkedObject:
    if stored.resource.digest == stored.written:
        return Intact(stored.resource, stored.written, stored.owner)
    return DriftedResource(stored.resource, stored.written, stored.owner)
