"""Detail of single days: what was spent in each five minutes, and events and failures by hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.budget import Budget
from reliability.history.series import MINUTE, Series
from reliability.site.days import BudgetDays, ObjectivePast
from reliability.timespan import DAY, TimeSpan

BIN: Final = timedelta(minutes=5)
HOURS: Final = 24
LARGE_DAY: Final = 0.02
"""Share of a period's budget above which a day is shown in detail, even without an alert."""
MOST: Final = 10
"""Largest number of days in detail for each objective, so that a page stays small."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DayDetail:
    """One UTC day of an objective.

    `spent` has 288 shares of the period's budget, one for each five minutes, of the worst group.
    `events` and `failed` have 24 counts, of all groups; `known` the minutes with data, 0 to 60.
    """

    day: date
    spent: FloatArray
    events: FloatArray
    failed: FloatArray
    known: FloatArray


def large_days(days: BudgetDays) -> set[date]:
    """Return the days that spent more than 2 % of a period's budget."""
    return {day for day, spent in zip(days.dates(), days.spent, strict=True) if spent > LARGE_DAY}


def day_details(
    past: ObjectivePast, shown: TimeSpan, days: Iterable[date]
) -> tuple[DayDetail, ...]:
    """Return the latest of these days in detail, the latest first."""
    latest = sorted(days, reverse=True)[:MOST]
    objective = past.objective
    budgets = [
        Budget.of(objective.target, objective.period, series, span=shown) for series in past.groups
    ]
    return tuple(_detail(day, past.groups, budgets) for day in latest)


def _detail(day: date, groups: Sequence[Series], budgets: Sequence[Budget]) -> DayDetail:
    start = datetime.combine(day, time(), tzinfo=UTC)
    span = TimeSpan(start, start + DAY)
    parts = [(series, series.part(span)) for series in groups]
    spent = [
        _binned(series.bad[part], DAY // BIN) / budget.failures
        if budget.failures
        else np.zeros(DAY // BIN)
        for (series, part), budget in zip(parts, budgets, strict=True)
    ]
    return DayDetail(
        day=day,
        spent=np.maximum.reduce(spent),
        events=np.add.reduce([_binned(series.total[part], HOURS) for series, part in parts]),
        failed=np.add.reduce([_binned(series.bad[part], HOURS) for series, part in parts]),
        known=np.minimum.reduce(
            [_binned(series.known[part].astype(np.float64), HOURS) for series, part in parts]
        ),
    )


def _binned(values: FloatArray, bins: int) -> FloatArray:
    sums: FloatArray = values.reshape(bins, DAY // MINUTE // bins).sum(axis=1)
    return sums
