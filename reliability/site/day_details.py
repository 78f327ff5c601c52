"""Detail of single days: what was spent in each five minutes, and events and failures by hour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.budget import Budget
from reliability.history.series import Series
from reliability.site.days import BudgetDays
from reliability.timespan import DAY, MINUTE, TimeSpan

BIN: Final = timedelta(minutes=5)
FIVE_MINUTES: Final = DAY // BIN
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
    numbers = np.flatnonzero(days.spent > LARGE_DAY).tolist()
    return {days.first + timedelta(days=number) for number in numbers}


def latest_days(days: Iterable[date]) -> tuple[date, ...]:
    """Return the days that are shown in detail, the latest first."""
    return tuple(sorted(days, reverse=True)[:MOST])


def counts_of_day(groups: Sequence[Series], day: date) -> FloatArray:
    """Return what a detail needs of the minutes of each group; shape (groups, 360).

    Failures by five minutes, then events, failures and known minutes by hour.
    """
    span = day_span(day)
    parts = [(series, series.part(span)) for series in groups]
    counts: FloatArray = np.array(
        [
            np.concatenate(
                (
                    _binned(series.bad[part], FIVE_MINUTES),
                    _binned(series.total[part], HOURS),
                    _binned(series.bad[part], HOURS),
                    _binned(series.known[part].astype(np.float64), HOURS),
                )
            )
            for series, part in parts
        ]
    ).reshape(len(parts), FIVE_MINUTES + 3 * HOURS)
    return counts


def day_detail(day: date, counts: FloatArray, budgets: Sequence[Budget]) -> DayDetail:
    """Return the detail of a day from the counts of its groups, and the budget of each."""
    spent = [
        failed / budget.failures if budget.failures else np.zeros(FIVE_MINUTES)
        for failed, budget in zip(counts[:, :FIVE_MINUTES], budgets, strict=True)
    ]
    by_hour = counts[:, FIVE_MINUTES:]
    return DayDetail(
        day=day,
        spent=np.maximum.reduce(spent),
        events=np.add.reduce(by_hour[:, :HOURS]),
        failed=np.add.reduce(by_hour[:, HOURS : 2 * HOURS]),
        known=np.minimum.reduce(by_hour[:, 2 * HOURS :]),
    )


def day_span(day: date) -> TimeSpan:
    """Return the span of a UTC day."""
    start = datetime.combine(day, time(), tzinfo=UTC)
    return TimeSpan(start, start + DAY)


def _binned(values: FloatArray, bins: int) -> FloatArray:
    sums: FloatArray = values.reshape(bins, DAY // MINUTE // bins).sum(axis=1)
    return sums
