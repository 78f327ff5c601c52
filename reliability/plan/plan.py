"""The plan of one target: a pure function of what is wanted and what is held, the same for all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, NoReturn, assert_never

from reliability.errors import UnsafePlanError
from reliability.model.targets import Limits
from reliability.plan.change import Blocked, Change, Create, Delete, Drift, Reload, Update
from reliability.plan.fields import differences
from reliability.plan.held import Drifted, Held, Intact, Kept, Unreadable
from reliability.plan.limits import SHORT, excess
from reliability.resource import Resource, ResourceId

OnDrift = Literal["hold", "mend"]

ORDER: Final = (Create, Update, Delete, Reload)
"""Changes are made in this order, and by name within each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that lead a target to what is wanted, and what is left alone.

    `owned` counts the objects that carry our mark now; shares are shares of it.
    """

    target: str
    changes: tuple[Change, ...]
    drifted: tuple[Drift, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    owned: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 in hex over target, ids and the digests before and after of every change."""
        lines = sorted(_identity(change) for change in self.changes)
        return hashlib.sha256(json.dumps([self.target, lines]).encode()).hexdigest()

    @property
    def short_digest(self) -> str:
        """What a person passes to `--allow`, behind the target's name."""
        return self.digest[:SHORT]

    @property
    def is_settled(self) -> bool:
        """Whether the target is as wanted: nothing to change, drifted or blocked."""
        return not (self.changes or self.drifted or self.blocked)

    @property
    def stale(self) -> tuple[Reload, ...]:
        """What the target stores as wanted and does not run."""
        return tuple(change for change in self.changes if isinstance(change, Reload))

    @property
    def only_drift(self) -> Plan:
        """The plan without what the repository would change: only what others did."""
        return replace(self, changes=self.stale, blocked=())

    @property
    def held_back(self) -> tuple[Drift | Blocked, ...]:
        """What a sync would leave undone."""
        return (*(drift for drift in self.drifted if drift.held), *self.blocked)

    def count(self, kind: type[Change]) -> int:
        """How many changes are of one kind."""
        return sum(isinstance(change, kind) for change in self.changes)

    def ensure_safe(self, limits: Limits, allowed: str | None = None) -> None:
        """Let a plan pass that stays within its limits, or whose digest starts with `allowed`.

        A digest that is not this plan's refuses it, within its limits or not.

        Raises:
            UnsafePlanError: with what to do about it.
        """
        if not self.changes:
            return
        if allowed is not None and not self.digest.startswith(allowed):
            self._refuse(f"the plan is {self.short_digest} and {allowed} was allowed")
        too_much = excess(self.owned, self.count(Delete), self.count(Update), limits)
        if too_much is not None and allowed is None:
            self._refuse(too_much)

    def _refuse(self, why: str) -> NoReturn:
        raise UnsafePlanError(
            f"{self.target}: {why}; "
            f"read the plan, then pass --allow {self.target}:{self.short_digest}"
        )


def plan(target: str, desired: Iterable[Resource], held: Held, on_drift: OnDrift = "hold") -> Plan:
    """Compare what is wanted with what is held; the order of neither matters."""
    wanted = {resource.id: resource for resource in desired}
    kept = {each.id: each for each in held.kept}
    foreign = {each.id: each for each in held.foreign}
    drifted = tuple(_drifts(wanted, kept.values(), on_drift))
    untouchable = {drift.id for drift in drifted if drift.held} | foreign.keys()
    changes = [change for change in _changes(wanted, kept, held) if change.id not in untouchable]
    return Plan(
        target,
        tuple(sorted(changes, key=lambda change: (ORDER.index(type(change)), change.id))),
        tuple(sorted(drifted, key=lambda drift: drift.id)),
        tuple(Blocked(each, foreign[each].why) for each in sorted(foreign.keys() & wanted.keys())),
        len(kept),
    )


def _changes(
    wanted: Mapping[ResourceId, Resource], kept: Mapping[ResourceId, Kept], held: Held
) -> Iterator[Change]:
    changed: set[ResourceId] = set()
    for each in sorted(wanted.keys() | kept.keys()):
        change = _change(wanted.get(each), kept.get(each))
        if change is not None:
            changed.add(each)
            yield change
    yield from (Reload(stale.id, stale.why) for stale in held.stale if stale.id not in changed)


def _change(after: Resource | None, kept: Kept | None) -> Change | None:
    if kept is None:
        return Create(after) if after else None
    if after is None:
        return Delete(_found(kept))
    if isinstance(kept, Intact) and kept.digest == after.digest:
        return None
    return Update(_found(kept), after)


def _found(kept: Kept) -> Resource:
    """What is there, read now if it was not yet; empty where it cannot be read."""
    match kept:
        case Intact(resource) | Drifted(resource):
            return Resource(resource.id, dict(resource.body))
        case Unreadable(id):
            return Resource(id, {})
    assert_never(kept)


def _drifts(
    wanted: Mapping[ResourceId, Resource], kept: Iterable[Kept], on_drift: OnDrift
) -> Iterator[Drift]:
    held = on_drift == "hold"
    for each in kept:
        match each:
            case Drifted(resource, written):
                yield _drift(resource, written, wanted.get(each.id), held=held)
            case Unreadable(id, why):
                yield Drift(id, why, (), held)
            case Intact():
                pass
            case _:
                assert_never(each)


def _drift(found: Resource, written: str, after: Resource | None, *, held: bool) -> Drift:
    """Name what was changed, as far as it can be told from what is wanted now."""
    if after is None:
        return Drift(found.id, "changed behind our back, and wanted no more", (), held)
    fields = differences(after.body, found.body)
    if not fields:
        return Drift(found.id, "its comments or its layout were changed, no field", (), held)
    since = "" if after.digest == written else "; what is wanted has changed since, too"
    return Drift(found.id, f"changed behind our back{since}", fields, held)


def _identity(change: Change) -> list[str]:
    """What makes one change the same in two plans."""
    name = [type(change).__name__, change.id.target, change.id.kind, change.id.name]
    match change:
        case Create(after):
            return [*name, after.digest]
        case Update(before, after):
            return [*name, before.digest, after.digest]
        case Delete(before):
            return [*name, before.digest]
        case Reload():
            return name
    assert_never(change)
