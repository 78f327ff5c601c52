"""Limits of how much a plan may change at once, and `--allow`, which lifts them for one plan."""

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
"""The minimum hex digits of a digest in `--allow`."""

TOKEN: Final = re.compile(rf"(?P<target>[^:]+):(?P<digest>[0-9a-f]{{{SHORT},64}})")
RULE_KINDS: Final = ("rules", "manifest")
"""The kinds of objects that hold the alerts of one service."""


def allowances(tokens: Iterable[str], targets: Iterable[str]) -> Mapping[str, str]:
    """Parse `TARGET:DIGEST` tokens to digests by target.

    Raises:
        ReliabilityError: a token is invalid, names an unknown target, or the same one twice.
    """
    known = list(targets)
    allowed: dict[str, str] = {}
    for token in tokens:
        match = TOKEN.fullmatch(token)
        if match is None:
            raise ReliabilityError(
                f"--allow {token}: expected TARGET:DIGEST, with {SHORT} to 64 hex digits"
            )
        target = match["target"]
        if target not in known:
            raise ReliabilityError(
                f"--allow {token}: unknown sync target {target}; there are {', '.join(known)}"
            )
        if target in allowed:
            raise ReliabilityError(f"--allow {token}: sync target {target} is given twice")
        allowed[target] = match["digest"]

    return allowed


def excess(owned: int, changes: Iterable[Change], limits: ChangeLimits) -> str | None:
    """Describe the first limit that is exceeded; `owned` counts this repository's objects only.

    From `limits.from_count` objects on, the limits are shares. Below, one object is a large share,
    so services and alerts are counted instead. Deleting everything always exceeds the limits.
    """
    changes = list(changes)
    deletes = [change for change in changes if isinstance(change, Delete)]
    updates = [change for change in changes if isinstance(change, Update)]
    if deletes and len(deletes) == owned:
        return f"all objects of this repository would be deleted ({_objects(owned)})"
    if owned < limits.from_count:
        return _excess_of_few(deletes, updates, limits.from_count)

    counts = ((len(deletes), limits.deletes, "deleted"), (len(updates), limits.updates, "updated"))
    for count, limit, done in counts:
        share = Fraction(count, owned)
        if share > limit:
            return (
                f"{count} of {_objects(owned)} would be {done} ({_percent(share, limit)}); "
                f"the limit is {_percent(limit)}"
            )

    return None


def _excess_of_few(
    deletes: Iterable[Delete], updates: Iterable[Update], from_count: int
) -> str | None:
    """Limit deletes to one service and one alert, but not the last alert of a service.

    A configuration may not be deleted at all.
    """
    services: dict[str, None] = {}
    # Alerts before and after, by service: deleting its file and updating its manifest count once.
    counts: dict[str, tuple[int, int]] = {}
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

    limit = f"the limit below {from_count} objects is 1"
    if len(services) > 1:
        return f"{len(services)} services would be deleted ({', '.join(services)}); {limit}"

    for name, (before, after) in counts.items():
        if before and not after:
            return f"service {name} would lose its last alert"

    lost = sum(max(0, before - after) for before, after in counts.values())
    return f"{lost} alerts would be deleted; {limit}" if lost > 1 else None


def _objects(count: int) -> str:
    return f"{count} object" if count == 1 else f"{count} objects"


def _percent(share: Fraction, apart_from: Fraction | None = None) -> str:
    """Format a share in whole percent, or with one decimal if it would look like the limit."""
    whole = f"{float(share * 100):.0f} %"
    if apart_from is not None and whole == _percent(apart_from):
        return f"{float(share * 100):.1f} %"
    return whole
