"""How much of what we own a plan may change at once, and what lifts that for one plan only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from reliability.errors import ReliabilityError
from reliability.model.targets import Limits

SHORT: Final = 6
"""How many hex digits of a digest a person reads and passes on, at least."""

TOKEN: Final = re.compile(rf"(?P<target>[^:]+):(?P<digest>[0-9a-f]{{{SHORT},64}})")


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
                f"--allow {token}: no target is named {target}; there are {', '.join(known)}"
            )
        if target in allowed:
            raise ReliabilityError(f"--allow {token}: {target} is named twice")
        allowed[target] = match["digest"]
    return allowed


def excess(owned: int, deletes: int, updates: int, limits: Limits) -> str | None:
    """The first limit that is broken, in words; `owned` counts objects with our mark only.

    Shares count from `limits.from_count` objects on; deleting everything is always too much.
    """
    if deletes and deletes == owned:
        return f"everything that is ours would be deleted, {_objects(owned)}"
    if owned < limits.from_count:
        return None
    counts = ((deletes, limits.deletes, "deleted"), (updates, limits.updates, "updated"))
    for count, limit, done in counts:
        share = Fraction(count, owned)
        if share > limit:
            return (
                f"{count} of {_objects(owned)} would be {done} ({_percent(share, limit)}), "
                f"and the limit is {_percent(limit)}"
            )
    return None


def _objects(count: int) -> str:
    return f"{count} object" if count == 1 else f"{count} objects"


def _percent(share: Fraction, apart_from: Fraction | None = None) -> str:
    """A share in whole percent, or with one decimal where it would look like the limit."""
    whole = f"{float(share * 100):.0f} %"
    if apart_from is not None and whole == _percent(apart_from):
        return f"{float(share * 100):.1f} %"
    return whole
