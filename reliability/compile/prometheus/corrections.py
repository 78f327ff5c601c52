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
from reliability.timespan import DAY, WEEK

NO_TIME = timedelta(0)
FEWEST = 3
"""Times of a row: two are as short alone."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Repeated:
    """Times of the same length that follow each other in steps of a day or a week."""

    first: Uncounted
    last: Uncounted
    step: timedelta


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
    factors = chained(" * ", [_outside(part) for part in parts_of(corrections, SHORTEST)])
    for rule in rules:
        yield rule | {"expr": f"({rule['expr']}) * {factors}"} if factors else rule


def unless_corrected(expression: str, corrections: Corrections, after: timedelta) -> str:
    """Return a condition that is false in corrected time, and for `after` afterwards."""
    if not corrections:
        return expression
    parts = parts_of(corrections, after)
    spans = chained("\nor ", [_within(part, after) for part in parts])
    if len(parts) > 1 or isinstance(parts[0], Repeated):
        spans = f"({spans})"
    return f"{expression}\nunless on ()\n{spans}"


def parts_of(corrections: Corrections, after: timedelta) -> list[Uncounted | Repeated]:
    """Return corrections with those that recur joined, so that a year of days is few conditions.

    Times overlap if they last as long as the step with what follows them; such ones stay single.
    """
    ways = [_joined(corrections, steps, after) for steps in ((DAY, WEEK), (WEEK, DAY))]
    return min(ways, key=len)


def _joined(
    corrections: Corrections, steps: Iterable[timedelta], after: timedelta
) -> list[Uncounted | Repeated]:
    """Return corrections with the longest rows of each step joined, in the order of their starts.

    Clocks that change end a row, because the step is of 24 hours or of seven days of them.
    """
    left = {(one.start, one.end - one.start, one.length): one for one in corrections}
    rows: list[Uncounted | Repeated] = []
    for step in steps:
        for start, lasts, length in sorted(left):
            row: list[Uncounted] = []
            while (start + len(row) * step, lasts, length) in left:
                row.append(left[start + len(row) * step, lasts, length])
            if len(row) >= FEWEST and lasts + max(after, length, SHORTEST) < step:
                rows.append(Repeated(row[0], row[-1], step))
                for one in row:
                    del left[one.start, lasts, length]
    return sorted([*rows, *left.values()], key=_start)


def _start(part: Uncounted | Repeated) -> datetime:
    return part.first.start if isinstance(part, Repeated) else part.start


def _within(correction: Uncounted | Repeated, after: timedelta) -> str:
    if isinstance(correction, Repeated):
        first, last, step, lasts = _row(correction, after)
        return (
            f"(vector((time() - {first}) % {step}) > 0 <= {lasts} "
            f"and on () vector(time()) > {first} <= {last})"
        )
    start, end = (
        _seconds(correction.start),
        _seconds(correction.end + max(after, correction.length)),
    )
    return f"vector(time()) > {start} <= {end}"


def _outside(correction: Uncounted | Repeated) -> str:
    if isinstance(correction, Repeated):
        first, last, step, lasts = _row(correction, SHORTEST)
        now = f"(time() - {first}) % {step}"
        return (
            f"(1 - ({now} > bool 0) * ({now} <= bool {lasts}) "
            f"* (time() > bool {first}) * (time() <= bool {last}))"
        )
    start, end = (
        _seconds(correction.start),
        _seconds(correction.end + max(SHORTEST, correction.length)),
    )
    return f"(1 - (time() > bool {start}) * (time() <= bool {end}))"


def _row(repeated: Repeated, after: timedelta) -> tuple[int, int, int, int]:
    """Return the first start, the last end, the step, and how long each time is, in seconds."""
    one, more = repeated.first, max(after, repeated.first.length)
    lasts = one.end - one.start + more
    last = _seconds(repeated.last.end + more)
    return (
        _seconds(one.start),
        last,
        int(repeated.step.total_seconds()),
        int(lasts.total_seconds()),
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
