"""A target that lives in memory: what tests take where the kind of target does not matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reliability.plan.change import Change, Claim, Create, Delete, Reload, Update
from reliability.plan.held import DriftedResource, Foreign, Held, Intact, Kept, Owner
from reliability.plan.sync import ChangeApplied, ChangeFailed, Outcome
from reliability.resource import Resource, ResourceId


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object, and the digest and the owner that its mark names."""

    resource: Resource
    written: str
    owner: Owner | None = None


@dataclass(slots=True, kw_only=True)
class MemoryProvider:
    """See `Provider`; `refuses` names objects that it does not take, with the reason."""

    target: str
    stored: dict[ResourceId, StoredObject] = field(default_factory=dict)
    foreign: dict[ResourceId, str] = field(default_factory=dict)
    refuses: dict[ResourceId, str] = field(default_factory=dict)
    owner: Owner | None = None

    def read(self) -> Held:
        """Everything that is stored."""
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


def _kept(stored: StoredObject) -> Kept:
    if stored.resource.digest == stored.written:
        return Intact(stored.resource, stored.written, stored.owner)
    return DriftedResource(stored.resource, stored.written, stored.owner)
