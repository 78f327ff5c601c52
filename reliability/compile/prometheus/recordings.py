"""Recordings of an SLI: its error ratio over each window, and its events."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.burnrate import is_slow
from reliability.compile.prometheus.formulas import error_ratio, failures, slices_in, total_rate
from reliability.compile.prometheus.names import (
    ERRORS,
    SHORTEST,
    TOTAL,
    Rule,
    SeriesNames,
    events_record,
    failures_record,
    ratio_record,
)
from reliability.expression import FailuresAtLeast, leaves
from reliability.promql.query import increase, plain_selectors
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import AnySli, RatioSli, TimesliceSli
from reliability.scalars import duration_text

NEARLY_ALL: Final = 0.98
"""Share of its slices from which a window counts as measured."""


def ratio_windows(objective: Objective) -> tuple[timedelta, ...]:
    """Return the windows over which the error ratio is recorded, ascending."""
    used = {window for alert in objective.alerts for window in alert.windows}
    # Five minutes are always recorded: the current burn rate and the sums over the period read
    # them.
    return tuple(sorted(used | {SHORTEST}))


def failure_windows(objective: Objective) -> tuple[timedelta, ...]:
    """Return the windows in which failures are counted, for alerts with `minimumFailures`."""
    counted = {
        leaf.window
        for alert in objective.alerts
        if alert.minimum_failures
        for leaf in leaves(alert.condition)
        if isinstance(leaf, FailuresAtLeast)
    }
    return tuple(sorted(counted))


def by_window(
    objective: Objective, sli: AnySli, names: SeriesNames, *, slow: bool
) -> Iterator[Rule]:
    """Yield the rules of the slow or of the other windows: error ratios, failures, events."""
    for windows, record, formula in (
        (ratio_windows(objective), ratio_record, error_ratio),
        (failure_windows(objective), failures_record, failures),
    ):
        for window in windows:
            if is_slow(window) == slow:
                expression = formula(sli, window, objective.group_by)
                labels = names.labels(window)
                yield {"record": record(window), "expr": expression, "labels": labels}
    if is_slow(counted_window(objective)) == slow:
        yield from window_events(objective, sli, names)


def counted_window(objective: Objective) -> timedelta:
    """Return the window whose events are recorded for texts: the shortest long one of any alert."""
    longs = (pair.long for alert in objective.alerts for pair in alert.pairs)
    return min(longs, default=SHORTEST)


def has_counts(sli: AnySli) -> bool:
    """Return whether an SLI counts events or slices, so that their number is known."""
    return isinstance(sli, RatioSli | TimesliceSli)


def window_events(objective: Objective, sli: AnySli, names: SeriesNames) -> Iterator[Rule]:
    """Yield the rules of the number of all and of failed events in the window that texts tell of.

    `increase` over a window that the server covers only in part returns that part, so there is no
    value until the counters existed at its beginning. Failed events are the ratio of all, so that
    both figures of a text and its ratio agree.
    """
    window = counted_window(objective)
    if not objective.alerts or not has_counts(sli):
        return
    record, by = events_record(window), objective.group_by
    labels = names.labels(window)
    every = f'{record}{{{names.matchers}, events="total"}}'
    ratio = names.select(ratio_record(window))
    yield {
        "record": record,
        "expr": f"round({_counted(sli, window, by)}) > 0",
        "labels": {**labels, "events": "total"},
    }
    yield {
        "record": record,
        "expr": f"round({ratio} * ignoring (events) {every})",
        "labels": {**labels, "events": "failed"},
    }


def _counted(sli: AnySli, window: timedelta, by: tuple[str, ...]) -> str:
    match sli:
        case RatioSli():
            total, length = increase(sli.total, window, by), duration_text(window)
            # Counters continue to count between scrapes, so the last sample accounts for the rest.
            there = [f"group({one} offset {length})" for one in plain_selectors(sli.total)]
            return f"{total}\n  and on () ({' or '.join(there)})"
        case TimesliceSli():
            whole = max(window, sli.length)
            enough = math.ceil(NEARLY_ALL * (whole // sli.length))
            return f"{slices_in(sli, whole, by)} >= {enough}"
        case _:
            raise TypeError(sli)


def events(objective: Objective, sli: AnySli, names: SeriesNames) -> Iterator[Rule]:
    """Yield the rules of all and failed events per second over five minutes, summed for the period.

    `>= 0` drops NaN: one NaN would make every sum over it NaN for a whole period.
    """
    total = total_rate(sli, SHORTEST, objective.group_by)
    ratio = names.select(ratio_record(SHORTEST))
    labels = names.labels(SHORTEST)
    yield {"record": TOTAL, "expr": f"{total} >= 0", "labels": labels}
    yield {"record": ERRORS, "expr": f"{ratio} * {names.select(TOTAL)} >= 0", "labels": labels}
