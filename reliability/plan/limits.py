"""How much of what it owns a plan may change at once, and what lifts that for one plan only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from reliability.errors import ReliabilityError
from reliability.model.targets import ChangeLimits
from reliability.plan.alerts import alerts_in
from reliability.plan.change import Change, Delete, Update

SHORT: Final = 6
"""How many hex digits of a digest a person reads and passes on, at least."""

TOKEN: Final = re.compile(rf"(?P<target>[^:]+):(?P<digest>[0-9a-f]{{{SHORT},64}})")
RULE_KINDS: Final = ("rules", "manifest")
"""The kinds of objects that hold the alerts of a service each."""


def allowances(tokens: Iterable[str], targets: Iterable[str]) -> Mapping[str, str]:
    """`TARGET:DIGEST` tokens by target.

    Raises:
        ReliabilityError: a token has another form, names no target, or a target twice.
    """
    known = list(targets)
    allowed: dict[str, str] = {}
    for token in tokens:
        match = TOKEN.fullmatch(token)
        if match is None:
            raise ReliabilityError(
                f"--allow {token}: not of the form TARGET:DIGEST, with {SHORT} to 64 hex digits"
            )
        target = match["target"]
        if target not in known:
            raise ReliabilityError(
                f"--allow {token}: no sync target is named {target}; there are {', '.join(known)}"
            )
        if target in allowed:
            raise ReliabilityError(f"--allow {token}: {target} is named twice")
        allowed[target] = match["digest"]

    return allowed


def excess(owned: int, changes: Iterable[Change], limits: ChangeLimits) -> str | None:
    """The first limit that is exceeded, in words; `owned` counts this repository's objects only.

    From `limits.from_count` objects on, shares hold. Below, one object is a large share, so
    services and alerts are counted. To delete everything is always too much.
    """
    changes = list(changes)
    deletes = [change for change in changes if isinstance(change, Delete)]
    updates = [change for change in changes if isinstance(change, Update)]
    if deletes and len(deletes) == owned:
        return f"everything that this repository owns would be deleted, {_objects(owned)}"
    if owned < limits.from_count:
        return _excess_of_few(deletes, updates, limits.from_count)

    counts = ((len(deletes), limits.deletes, "deleted"), (len(updates), limits.updates, "updated"))
    for count, limit, done in counts:
        share = Fraction(count, owned)
        if share > limit:
            return (
                f"{count} of {_objects(owned)} would be {done} ({_percent(share, limit)}), "
                f"and the limit is {_percent(limit)}"
            )

    return None


def _excess_of_few(
    deletes: Iterable[Delete], updates: Iterable[Update], from_count: int
) -> str | None:
    """More than one service or one alert, the last alert of a service, or a configuration."""
    services: dict[str, None] = {}
    counts: dict[str, tuple[int, int]] = {}  # alerts before and after; a service has one count
    for delete in deletes:
        if delete.id.kind not in RULE_KINDS:
            return f"{delete.id.kind} {delete.id.name} would be deleted"
        services[delete.id.name] = None
        counts[delete.id.name] = (len(alerts_in(delete.before.body)), 0)

    for update in updates:
        if update.id.kind in RULE_KINDS:
            before, after = (
                len(alerts_in(resource.body)) for resource in (update.before, update.after)
            )
            counts.setdefault(update.id.name, (before, after))

    limit = f"and the limit below {from_count} objects is 1"
    if len(services) > 1:
        return f"{len(services)} services would be deleted ({', '.join(services)}), {limit}"

    for name, (before, after) in counts.items():
        if before and not after:
            return f"service {name} would lose its last alert"

    lost = sum(max(0, before - after) for before, after in counts.values())
    return f"{lost} alerts would be deleted, {limit}" if lost > 1 else None


def _objects(count: int) -> str:
    return f"{count} object" if count == 1 else f"{count} objects"


def _percent(share: Fraction, apart_from: Fraction | None = None) -> str:
    """A share in whole percent, or with one decimal where it would look like the limit."""
    whole = f"{float(share * 100):.0f} %"
    if apart_from is not None and whole == _percent(apart_from):
        return f"{float(share * 100):.1f} %"
    return whole
