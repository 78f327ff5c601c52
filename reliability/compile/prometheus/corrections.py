"""Corrections in PromQL: events in corrected time do not count, and do not fire alerts.

Only future recordings can change: sums that are already recorded stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reliability.compile.prometheus.chains import chained
from reliability.compile.prometheus.names import SHORTEST, Rule
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import RatioTimesliceSli, TimesliceSli

NO_TIME = timedelta(0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Correction as rules see it: the time during which values may include corrected time.

    For slices, `end` is the end of the last slice that includes corrected time, and `length` is the
    length of a slice: for that long it is the last slice.
    """

    start: datetime
    end: datetime
    length: timedelta = NO_TIME


Corrections = tuple[Uncounted, ...]


def corrections_of(objective: Objective) -> Corrections:
    """Return the corrections of an objective, extended to whole slices if it has slices."""
    sli = objective.sli if objective.corrections else None
    if isinstance(sli, TimesliceSli | RatioTimesliceSli):
        return tuple(
            Uncounted(correction.start, _slice_end(correction.end, sli.length), sli.length)
            for correction in objective.corrections
        )
    return tuple(
        Uncounted(correction.start, correction.end) for correction in objective.corrections
    )


def _slice_end(moment: datetime, length: timedelta) -> datetime:
    """Return the end of the slice that ends at or after a time; slices are aligned to the epoch."""
    return moment + (EPOCH - moment) % length


def uncounted(rules: Iterable[Rule], corrections: Corrections) -> Iterator[Rule]:
    """Yield recording rules of events that are zero while a correction applies.

    Zero means no traffic; absent series would count as missing data. A value covers the events of
    the five minutes before it, or of the last slice, so a correction ends that much later here.
    """
    factors = chained(" * ", [_outside(correction) for correction in corrections])
    for rule in rules:
        yield rule | {"expr": f"({rule['expr']}) * {factors}"} if factors else rule


def unless_corrected(expression: str, corrections: Corrections, after: timedelta) -> str:
    """Return a condition that is false in corrected time, and for `after` afterwards."""
    if not corrections:
        return expression
    spans = chained("\nor ", [_within(correction, after) for correction in corrections])
    if len(corrections) > 1:
        spans = f"({spans})"
    return f"{expression}\nunless on ()\n{spans}"


def _within(correction: Uncounted, after: timedelta) -> str:
    start, end = (
        _seconds(correction.start),
        _seconds(correction.end + max(after, correction.length)),
    )
    return f"vector(time()) > {start} <= {end}"


def _outside(correction: Uncounted) -> str:
    start, end = (
        _seconds(correction.start),
        _seconds(correction.end + max(SHORTEST, correction.length)),
    )
    return f"(1 - (time() > bool {start}) * (time() <= bool {end}))"


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
