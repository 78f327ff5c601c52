"""A target that lives in memory: what tests take where the kind of target does not matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reliability.plan.change import Change, Create, Delete, Reload, Update
from reliability.plan.held import Drifted, Foreign, Held, Intact, Kept
from reliability.resource import Resource, ResourceId
from reliability.sync import Done, Failed, Outcome


@dataclass(frozen=True, slots=True)
class Stored:
    """An object, and the digest that our mark on it says."""

    resource: Resource
    written: str


@dataclass(slots=True)
class MemoryProvider:
    """See `Provider`; `refuses` names objects that it does not take, with the reason."""

    target: str
    stored: dict[ResourceId, Stored] = field(default_factory=dict)
    foreign: dict[ResourceId, str] = field(default_factory=dict)
    refuses: dict[ResourceId, str] = field(default_factory=dict)

    def read(self) -> Held:
        """Everything that is stored."""
        return Held(
            tuple(_kept(each) for each in self.stored.values()),
            tuple(Foreign(each, why) for each, why in self.foreign.items()),
        )

    def apply(self, changes: Sequence[Change]) -> Iterator[Outcome]:
        """Make the changes one by one."""
        for change in changes:
            if change.id in self.refuses:
                yield Failed(change, self.refuses[change.id])
                continue
            match change:
                case Create(after) | Update(_, after):
                    self.stored[change.id] = Stored(after, after.digest)
                case Delete():
                    del self.stored[change.id]
                case Reload():
                    pass
            yield Done(change)


def _kept(stored: Stored) -> Kept:
    if stored.resource.digest == stored.written:
        return Intact(stored.resource, stored.written)
    return Drifted(stored.resource, stored.written)
