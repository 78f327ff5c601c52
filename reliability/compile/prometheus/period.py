"""Error ratio over an SLO's period, summed from recorded events.

A rolling period is a range in PromQL. A calendar period is not: its length changes with months and
daylight saving. Its start times are computed from the time zone and written out as literal
timestamps. The latest start is recorded, and is a label (`sloth_period`) on the events of its
period, so that their sum over the longest period includes nothing of the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from reliability.compile.prometheus.chains import chained
from reliability.compile.prometheus.names import (
    ERRORS,
    RECORDED,
    SHORTEST,
    TARGET,
    TOTAL,
    Rule,
    SeriesNames,
    number,
    ratio_record,
)
from reliability.compile.prometheus.recordings import ratio_windows
from reliability.periods import CalendarPeriods
from reliability.resolve.objectives import Objective
from reliability.scalars import duration_text

STEP: Final = timedelta(minutes=15)
"""Shortest step in which it is counted what is recorded."""
MOST_STEPS: Final = 1500
LATELY: Final = timedelta(hours=6)
"""The recent past that is looked at more closely, since a backfill cannot fill a head block."""
STARTS: Final = "slo:period_start:seconds"
ENDS: Final = "slo:period_end:seconds"
PERIOD_TOTAL: Final = "slo:period_total:rate5m"
PERIOD_ERRORS: Final = "slo:period_errors:rate5m"
PERIOD_RATIO: Final = "slo:sli_error:ratio_period"


def record_of(objective: Objective) -> str:
    """Return the name of the error ratio over the period.

    A calendar period has a name of its own, because a window of its nominal length may exist too.
    So does a period with corrections, if an alert has a window of the same length, which ignores
    them.
    """
    if objective.calendar is not None or (objective.corrections and _is_window(objective)):
        return PERIOD_RATIO
    return ratio_record(objective.period)


def calendar_events(objective: Objective, names: SeriesNames) -> Iterator[Rule]:
    """Yield rules that record when the calendar period began, and the events in it.

    A value covers the five minutes before it, so the value exactly at the beginning of a period
    belongs to the period before.
    """
    if objective.calendar is None:
        return
    begins = [instant(boundary) for boundary in objective.calendar.boundaries]
    yield {"record": STARTS, "expr": _last_of(begins), "labels": names.labels()}
    period = f"on () group_left (sloth_period) {_label(names)}"
    for record, events in ((PERIOD_TOTAL, TOTAL), (PERIOD_ERRORS, ERRORS)):
        expression = f"{names.select(events)} * {period}"
        yield {"record": record, "expr": expression, "labels": names.labels(SHORTEST)}


def calendar_end(objective: Objective, names: SeriesNames) -> Iterator[Rule]:
    """Yield the rule that records when the calendar period ends."""
    if objective.calendar is not None:
        begins = [instant(boundary) for boundary in objective.calendar.boundaries]
        yield {"record": ENDS, "expr": _next_of(begins), "labels": names.labels()}


def period_ratio(objective: Objective, names: SeriesNames) -> Iterator[Rule]:
    """Yield the rule of the error ratio over the SLO's period, with equal weight of all events.

    Sloth averages five-minute ratios instead, so that a quiet night weighs as much as peak hours.
    """
    if objective.calendar is not None:
        expression = _calendar_ratio(objective.calendar, names)
    elif _is_window(objective) and not objective.corrections:
        return
    else:
        expression = _ratio(ERRORS, TOTAL, duration_text(objective.period), names=names)
    yield {
        "record": record_of(objective),
        "expr": expression,
        "labels": names.labels(objective.period),
    }


def recorded_share(objective: Objective, names: SeriesNames) -> Iterator[Rule]:
    """Yield the rule of the share of the period that is recorded, 0..1, at least that much.

    Samples of the target are counted in steps, as it has one at every evaluation, also without
    traffic. What is between two samples is known; if one is missing, so are both steps beside it,
    so the share is never rounded up. For a calendar period it is that of its part that is over.

    An hour is a small gap in a month, but most of the budget may have been spent in it: after a
    backfill, the last hours are missing, which Prometheus keeps in its head block. There is no
    value if something failed in hours that are not all recorded.
    """
    length = objective.calendar.longest if objective.calendar is not None else objective.period
    step = max(STEP, length / MOST_STEPS // STEP * STEP)
    if objective.calendar is None:
        steps = number(length / step)
        counted = f"count_over_time({names.select(TARGET)}{_range(length + step, step)})"
        share = f"({counted} - 1\n  - ({counted} <= bool {steps})) / {steps}"
    else:
        label, seconds = _label(names), int(step.total_seconds())
        begun = f"floor({names.select(STARTS)} / {seconds})"
        steps = f"(floor(vector(time() / {seconds})) - on () {begun} - 1 > 0)"
        counted = (
            f"max(\n  count_over_time(({label}){_range(length, step)})\n"
            f"  and on (sloth_period) {label}\n)"
        )
        share = f"({counted} - 1\n- ({counted}\n<= bool on () {steps}))\n/ on () {steps}"
    lately = [window for window in ratio_windows(objective) if window >= LATELY]
    window = min(lately, default=ratio_windows(objective)[-1])
    within = min(max(window, LATELY), length)
    missing = (
        f"count_over_time({names.select(TARGET)}{_range(within, STEP)}) < {within // STEP}\n"
        f"  and on () {names.select(ratio_record(window))} > 0"
    )
    yield {
        "record": RECORDED,
        "expr": f"clamp({share}, 0, 1)\nunless on () (\n  {missing}\n)",
        "labels": names.labels(),
    }


def _range(length: timedelta, step: timedelta) -> str:
    """Return the range and the resolution of a subquery: `[30d15m:15m]`, not `[43215m:15m]`."""
    days = timedelta(length.days)
    parts = "".join(duration_text(part) for part in (days, length - days) if part)
    return f"[{parts}:{duration_text(step)}]"


def elapsed(names: SeriesNames) -> str:
    """Return PromQL for the elapsed share of the calendar period, 0..1."""
    begins, ends = names.select(STARTS), names.select(ENDS)
    return f"(time() - {begins}) / ({ends} - {begins})"


def instant(moment: datetime) -> int:
    """Return the Unix timestamp of a time, in seconds."""
    return int(moment.timestamp())


def _is_window(objective: Objective) -> bool:
    return objective.period in ratio_windows(objective)


def _calendar_ratio(calendar: CalendarPeriods, names: SeriesNames) -> str:
    """Return PromQL for the ratio of every period in the data, filtered to the current one."""
    ratio = _ratio(PERIOD_ERRORS, PERIOD_TOTAL, duration_text(calendar.longest), names=names)
    return f"max without (sloth_period) (\n  {ratio}\n  and on (sloth_period) {_label(names)}\n)"


def _ratio(errors: str, total: str, length: str, names: SeriesNames) -> str:
    return (
        f"sum_over_time({names.select(errors)}[{length}]) / "
        f"(sum_over_time({names.select(total)}[{length}]) > 0)"
    )


def _label(names: SeriesNames) -> str:
    # `count_values` makes a label of the start time: PromQL has ranges of constant length only, so
    # the sum goes over the longest period and the label keeps the others apart.
    return f'count_values("sloth_period", {names.select(STARTS)})'


def _last_of(begins: list[int]) -> str:
    """Return PromQL for the latest of these times in the past; no value once all are past."""
    # The latest first: `or` keeps the left side, so the first comparison that holds wins.
    first = chained("\n  or ", [f"vector({begin}) < time()" for begin in reversed(begins[:-1])])
    return f"(\n  {first}\n)\nand vector({begins[-1]}) >= time()"


def _next_of(begins: list[int]) -> str:
    """Return PromQL for the first of these times in the future.

    There is no value before the first period.
    """
    first = chained("\n  or ", [f"vector({begin}) >= time()" for begin in begins[1:]])
    return f"(\n  {first}\n)\nand vector({begins[0]}) < time()"
