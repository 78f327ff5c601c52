"""Corrected time in PromQL: its events count for nothing, and its failures tell nobody.

Only what is recorded from now on can be changed: sums that are there stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from reliability.compile.prometheus.names import SHORTEST, Rule
from reliability.resolve.corrections import Corrected

Corrections = tuple[Corrected, ...]


def uncounted(rules: Iterable[Rule], corrections: Corrections) -> Iterator[Rule]:
    """Recordings of events, which are zero while a correction holds.

    Zero and not absent: no events is no traffic, and absence would be missing data. An event is
    told by the five minutes before a value, so it ends that much later.
    """
    factors = "".join(f" * {_outside(each)}" for each in corrections)
    for rule in rules:
        yield rule | {"expr": f"({rule['expr']}){factors}"} if factors else rule


def unless_corrected(expression: str, corrections: Corrections, after: timedelta) -> str:
    """A condition that does not hold in corrected time, nor for so long after it."""
    if not corrections:
        return expression
    spans = "\nor ".join(
        f"vector(time()) > {_seconds(each.start)} <= {_seconds(each.end + after)}"
        for each in corrections
    )
    if len(corrections) > 1:
        spans = f"({spans})"
    return f"{expression}\nunless on ()\n{spans}"


def _outside(each: Corrected) -> str:
    start, end = _seconds(each.start), _seconds(each.end + SHORTEST)
    return f"(1 - (time() > bool {start}) * (time() <= bool {end}))"


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
