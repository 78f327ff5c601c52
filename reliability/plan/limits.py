"""Limits of how much a plan may change at once, and `--allow`, which lifts them for one plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from reliability.errors import ReliabilityError
from reliability.message import Message
from reliability.model.targets import ChangeLimits
from reliability.plan.alerts import alerts_in
from reliability.plan.change import Change, Delete, Update
from reliability.render.numbers import whole_percent

SHORT: Final = 6
"""Minimum number of hex digits of a digest in `--allow`."""

TOKEN: Final = re.compile(rf"(?P<target>[^:]+):(?P<digest>[0-9a-f]{{{SHORT},64}})")
RULE_KINDS: Final = ("rules", "manifest", "component")
"""Kinds of objects of which a service has one; all but a component contain its alerts."""


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


def excess(owned: int, changes: Iterable[Change], limits: ChangeLimits) -> Message | None:
    """Describe the first limit that is exceeded; `owned` counts this repository's objects only.

    From `limits.from_count` objects on, the limits are shares. Below, one object is a large share,
    so services and alerts are counted instead. Deleting everything always exceeds the limits.
    """
    changes = list(changes)
    deletes = [change for change in changes if isinstance(change, Delete)]
    updates = [change for change in changes if isinstance(change, Update)]
    # An empty catalog is the most likely accident: a wrong folder, or a checkout without files.
    if deletes and len(deletes) == owned:
        return Message(
            "all objects of this repository would be deleted ({objects})", objects=_objects(owned)
        )
    if owned < limits.from_count:
        return _excess_of_few(deletes, updates, limits.from_count)

    # Fractions and not floats: exactly the limit is allowed, and 0.1 * 30 is not 3 in binary.
    if Fraction(len(deletes), owned) > limits.deletes:
        return Message(
            "{count} of {objects} would be deleted ({share}); the limit is {limit}",
            **_shares(len(deletes), owned, limits.deletes),
        )
    if Fraction(len(updates), owned) > limits.updates:
        return Message(
            "{count} of {objects} would be updated ({share}); the limit is {limit}",
            **_shares(len(updates), owned, limits.updates),
        )
    return None


def _shares(count: int, owned: int, limit: Fraction) -> Mapping[str, object]:
    return {
        "count": count,
        "objects": _objects(owned),
        "share": _percent(Fraction(count, owned), limit),
        "limit": whole_percent(limit),
    }


def _excess_of_few(
    deletes: Iterable[Delete], updates: Iterable[Update], from_count: int
) -> Message | None:
    """Limit deletes to one service and one alert, but not the last alert of a service.

    A configuration may not be deleted at all.
    """
    services: dict[str, None] = {}
    # Alerts before and after, by service: deleting its file and updating its manifest count once.
    counts: dict[str, tuple[int, int]] = {}
    for delete in deletes:
        if delete.id.kind not in RULE_KINDS:
            return Message(
                "{kind} {name} would be deleted", kind=delete.id.kind, name=delete.id.name
            )
        services[delete.id.name] = None
        counts[delete.id.name] = (len(alerts_in(delete.before.body)), 0)

    for update in updates:
        if update.id.kind in RULE_KINDS:
            before, after = (
                len(alerts_in(resource.body)) for resource in (update.before, update.after)
            )
            counts.setdefault(update.id.name, (before, after))

    if len(services) > 1:
        return Message(
            "{count} services would be deleted ({services}); "
            "the limit below {objects} objects is 1",
            count=len(services),
            services=", ".join(services),
            objects=from_count,
        )

    for name, (before, after) in counts.items():
        # A service that loses all of its alerts at once is the loss that nobody notices.
        if before and not after:
            return Message("service {service} would lose its last alert", service=name)

    return _lost_alerts(
        sum(max(0, before - after) for before, after in counts.values()), from_count
    )


def _lost_alerts(lost: int, from_count: int) -> Message | None:
    if lost <= 1:
        return None
    return Message(
        "{count} alerts would be deleted; the limit below {objects} objects is 1",
        count=lost,
        objects=from_count,
    )


def _objects(count: int) -> Message:
    return Message.plural("{count} object", "{count} objects", count)


def _percent(share: Fraction, apart_from: Fraction) -> str:
    """Format a share in whole percent, or with one decimal if it would look like the limit."""
    whole = whole_percent(share)
    is_alike = whole == whole_percent(apart_from)
    return whole_percent(share, decimals=1) if is_alike else whole
