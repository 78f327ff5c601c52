"""The plan of a sync target: a pure function of desired and actual objects, for all providers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, NoReturn, assert_never

from reliability.canonical import canonical
from reliability.errors import UnsafePlanError
from reliability.message import Message
from reliability.model.targets import ChangeLimits
from reliability.plan.alerts import AlertLabels, alerts_in, ended_by, leaving_alerts
from reliability.plan.change import (
    Blocked,
    Change,
    Claim,
    Create,
    Delete,
    Drift,
    Postponed,
    Reload,
    Update,
)
from reliability.plan.drift import drifts
from reliability.plan.held import (
    DriftedResource,
    Held,
    Intact,
    MarkedObject,
    Owner,
    Pending,
    Unreadable,
)
from reliability.plan.limits import SHORT, excess
from reliability.plan.options import NOTHING_DECIDED, PlanOptions
from reliability.plan.owner import Claimed, OthersObject, Ownership, former_owner, ownership
from reliability.plan.silences import changed_silences
from reliability.resource import Resource, ResourceId

FORMAT: Final = 1
"""Version of the digest; raise it when digests of plans are computed from other values."""

ORDER: Final = (Create, Update, Claim, Delete, Reload)
"""Order of changes by kind; within a kind they are made by name.

Deletes come after creates, so that a rule that moves to another file is never missing.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Changes that bring a target to the desired state, and what is left alone.

    `owned` is the number of objects with the mark of this repository; limits are shares of it.
    `others` are the other owners of objects in the target, with their numbers. `routes_owner` is
    set if another repository owns the routes of the target: then nothing is planned. `present` are
    all objects that are declared or exist. `pending` is what a later sync removes; it is not a
    change. `missing` are secret files that notifications need. `is_experimental` is set if the
    provider was never tested with a real server. `endpoints` says which of several APIs of the
    target is used.
    """

    target: str
    changes: tuple[Change, ...] = ()
    drifted: tuple[Drift, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    postponed: tuple[Postponed, ...] = ()
    pending: tuple[Pending, ...] = ()
    missing: tuple[str, ...] = ()
    owned: int = 0
    others: tuple[tuple[str, int], ...] = ()
    routes_owner: str = ""
    present: frozenset[ResourceId] = frozenset()
    is_experimental: bool = False
    endpoints: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 in hex of the target, and the ids and digests before and after of all changes."""
        # Sorted, so that the digest does not depend on the order in which compilers and providers
        # yield.
        lines = sorted(_identity(change) for change in self.changes)
        text = canonical({"format": FORMAT, "target": self.target, "changes": lines})
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    @property
    def short_digest(self) -> str:
        """Beginning of the digest, as it is passed to `--allow` after the name of the target."""
        return self.digest[:SHORT]

    @property
    def is_settled(self) -> bool:
        """Whether the target is in the desired state: no change, drift or blocked object."""
        return not (self.changes or self.drifted or self.blocked or self.postponed)

    @property
    def stale(self) -> tuple[Reload, ...]:
        """Reloads of objects that the target stores as desired and does not run."""
        return tuple(change for change in self.changes if isinstance(change, Reload))

    @property
    def only_drift(self) -> Plan:
        """The plan without the changes of the repository: only what was changed outside of it."""
        return replace(self, changes=self.stale, blocked=(), postponed=(), pending=(), missing=())

    @property
    def held_back(self) -> tuple[Drift | Blocked | Postponed, ...]:
        """Objects that a sync would not write."""
        held = (drift for drift in self.drifted if drift.held)
        return (*held, *self.blocked, *self.postponed)

    def count(self, kind: type[Change]) -> int:
        """Return the number of changes of a kind."""
        return sum(isinstance(change, kind) for change in self.changes)

    def ensure_safe(self, limits: ChangeLimits, allowed: str | None = None) -> None:
        """Ensure that a plan is within its limits, or that its digest starts with `allowed`.

        A plan with another digest than the allowed one is refused, even within its limits: it is
        not the plan that was read.

        Raises:
            UnsafePlanError: the plan is refused; the message says how to allow it.
        """
        if not self.changes:
            return
        # Checked before the limits: an approval is for the plan that was read, and the target may
        # have changed since.
        if allowed is not None and not self.digest.startswith(allowed):
            self._refuse(
                Message(
                    "the plan is {digest}, but {allowed} was allowed",
                    digest=self.short_digest,
                    allowed=allowed,
                )
            )

        too_much = excess(self.owned, self.changes, limits)
        if too_much is not None and allowed is None:
            self._refuse(too_much)

    def _refuse(self, why: Message) -> NoReturn:
        raise UnsafePlanError(
            Message(
                "{target}: {reason}; read the plan, then pass --allow {target}:{digest}",
                target=self.target,
                reason=why,
                digest=self.short_digest,
            )
        )


def plan(
    target: str, desired: Iterable[Resource], held: Held, options: PlanOptions = NOTHING_DECIDED
) -> Plan:
    """Return the plan that leads from the target's content to `desired`; neither order matters."""
    wanted = {resource.id: resource for resource in desired}
    owners = {
        kept.id: ownership(kept, wanted.get(kept.id), options.owner, takes_over=options.takes_over)
        for kept in held.kept
    }
    theirs = {identity for identity, owned in owners.items() if isinstance(owned, OthersObject)}
    ours = {kept.id: kept for kept in held.kept if kept.id not in theirs}

    blocked = tuple(_blocked(wanted, held, owners))
    drifted = tuple(drifts(wanted, ours.values(), options))
    # A reload or an update of such an object would overwrite what a person has changed there.
    untouchable = {item.id for item in blocked} | {drift.id for drift in drifted if drift.held}

    changes: list[Change] = [*_changes(wanted, ours, owners)]
    changes += _reloads(held, theirs | {change.id for change in changes})
    changes = [change for change in changes if change.id not in untouchable]
    postponed = tuple(_postponed(changes, wanted, held, options=options))
    postponed_ids = {item.id for item in postponed}

    made = Plan(
        target=target,
        changes=tuple(change for change in _ordered(changes) if change.id not in postponed_ids),
        drifted=tuple(sorted(drifted, key=lambda drift: drift.id)),
        blocked=tuple(sorted(blocked, key=lambda item: item.id)),
        postponed=postponed,
        pending=held.pending,
        owned=len(ours),
        others=_others(owners.values()),
        present=frozenset((*wanted, *owners, *(foreign.id for foreign in held.foreign))),
    )

    return _only(made, options)


def plan_external_routes(target: str, held: Held) -> Plan:
    """Return the empty plan of a target that another repository writes, with its owner."""
    owners = [str(kept.owner) for kept in held.kept if kept.owner is not None]
    return Plan(target=target, routes_owner=", ".join(owners) or "an unknown owner")


def _only(made: Plan, options: PlanOptions) -> Plan:
    """Return a plan restricted to the objects that the options select."""
    return replace(
        made,
        changes=tuple(change for change in made.changes if options.is_about(change.id)),
        drifted=tuple(drift for drift in made.drifted if options.is_about(drift.id)),
        blocked=tuple(item for item in made.blocked if options.is_about(item.id)),
        postponed=tuple(item for item in made.postponed if options.is_about(item.id)),
        pending=tuple(item for item in made.pending if options.is_about(item.id)),
    )


def _blocked(
    wanted: Mapping[ResourceId, Resource],
    held: Held,
    owners: Mapping[ResourceId, Ownership],
) -> Iterator[Blocked]:
    """Yield desired objects in whose place is one without a mark, or of another owner."""
    for foreign in held.foreign:
        if foreign.id in wanted:
            yield Blocked(foreign.id, foreign.why)
    for identity, owned in owners.items():
        if identity in wanted and isinstance(owned, OthersObject):
            yield Blocked(identity, owned.why, owned.owner, "own" if owned.is_moved else "another")


def _changes(
    wanted: Mapping[ResourceId, Resource],
    ours: Mapping[ResourceId, MarkedObject],
    owners: Mapping[ResourceId, Ownership],
) -> Iterator[Change]:
    for resource in wanted.values():
        if resource.id not in owners:
            yield Create(resource)
    for identity, kept in ours.items():
        after, owned = wanted.get(identity), owners[identity]
        former = former_owner(owned)
        if after is None:
            yield Delete(_found(kept), former)
        # Digests are compared before bodies: a body is parsed only if it has changed, which is why
        # a plan of thousands of objects without a change is cheap.
        elif not (isinstance(kept, Intact) and kept.digest == after.digest):
            yield Update(_found(kept), after, former)
        elif isinstance(owned, Claimed):
            yield Claim(after, former)


def _reloads(held: Held, skipped: Collection[ResourceId]) -> Iterator[Reload]:
    """Yield reloads of what the target does not run as stored, unless another change does so."""
    yield from (Reload(stale.id, stale.why) for stale in held.stale if stale.id not in skipped)


def _found(kept: MarkedObject) -> Resource:
    """Return the actual object, which parses its body now; empty if it cannot be read."""
    match kept:
        case Intact(resource) | DriftedResource(resource):
            return Resource(resource.id, dict(resource.body))
        case Unreadable(id):
            return Resource(id, {})
    assert_never(kept)


def _postponed(
    changes: Iterable[Change],
    wanted: Mapping[ResourceId, Resource],
    held: Held,
    options: PlanOptions,
) -> Iterator[Postponed]:
    """Yield changes that would end an active alert, or change what a silence matches.

    A rule that moves to another file does not end its alerts. The alerts of all desired resources
    are only collected if a change can end one, because reading the bodies takes time.
    """
    active = (*held.active, *options.active)
    if not (active or options.silences) or options.allows_active:
        return

    remaining: frozenset[AlertLabels] | None = None
    for change in _ordered(changes):
        if isinstance(change, Update | Delete):
            # An alert that another desired file still has does not end, although it leaves this
            # one.
            if remaining is None:
                remaining = frozenset(
                    alert for resource in wanted.values() for alert in alerts_in(resource.body)
                )
            alerts = ended_by(change.before.body, remaining, active)
            leaving = leaving_alerts(change.before.body, remaining) if options.silences else ()
            silences = tuple(changed_silences(options.silences, leaving))
            if alerts or silences:
                yield Postponed(change, alerts, silences)


def _ordered(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (ORDER.index(type(change)), change.id))


def _others(owners: Iterable[Ownership]) -> tuple[tuple[str, int], ...]:
    """Return the number of objects of each other owner."""
    names = Counter(
        str(owned.owner or "an unknown owner")
        for owned in owners
        if isinstance(owned, OthersObject)
    )
    return tuple(sorted(names.items()))


def _identity(change: Change) -> list[str]:
    """Return the identity of a change for the digest, so its first word must not change."""
    name = [change.id.target, change.id.kind, change.id.name]
    match change:
        case Create(after):
            return ["create", *name, after.digest]
        case Update(before, after, former):
            return ["update", *name, before.digest, after.digest, _former(former)]
        case Claim(after, former):
            return ["claim", *name, after.digest, _former(former)]
        case Delete(before, former):
            return ["delete", *name, before.digest, _former(former)]
        case Reload():
            return ["reload", *name]

    assert_never(change)


def _former(owner: Owner | None) -> str:
    return "" if owner is None else f"{owner.id} {owner.address}"
