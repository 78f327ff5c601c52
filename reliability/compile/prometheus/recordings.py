"""Recordings of an SLI: its error ratio over each window, and its events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from reliability.compile.prometheus.formulas import error_ratio, failures, total_rate
from reliability.compile.prometheus.names import (
    ERRORS,
    SHORTEST,
    TOTAL,
    Rule,
    SeriesNames,
    failures_record,
    ratio_record,
)
from reliability.expression import FailuresAtLeast, leaves
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import AnySli


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


def ratios(
    objective: Objective, sli: AnySli, names: SeriesNames, windows: Iterable[timedelta]
) -> Iterator[Rule]:
    """Yield the rules of the error ratio over each window."""
    by = objective.group_by
    for window in windows:
        yield {
            "record": ratio_record(window),
            "expr": error_ratio(sli, window, by),
            "labels": names.labels(window),
        }


def failure_counts(
    objective: Objective, sli: AnySli, names: SeriesNames, windows: Iterable[timedelta]
) -> Iterator[Rule]:
    """Yield the rules of the number of failed events in each window."""
    by = objective.group_by
    for window in windows:
        yield {
            "record": failures_record(window),
            "expr": failures(sli, window, by),
            "labels": names.labels(window),
        }


def events(objective: Objective, sli: AnySli, names: SeriesNames) -> Iterator[Rule]:
    """Yield the rules of all and failed events per second over five minutes, summed for the period.

    `>= 0` drops NaN: one NaN would make every sum over it NaN for a whole period.
    """
    total = total_rate(sli, SHORTEST, objective.group_by)
    ratio = names.select(ratio_record(SHORTEST))
    labels = names.labels(SHORTEST)
    yield {"record": TOTAL, "expr": f"{total} >= 0", "labels": labels}
    yield {"record": ERRORS, "expr": f"{ratio} * {names.select(TOTAL)} >= 0", "labels": labels}
