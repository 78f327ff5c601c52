"""Error budget of one objective by day: what each day spent, and what remained after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.budget import MIN_COVERAGE, Budget, corrected
from reliability.backtest.replay import HALF
from reliability.backtest.status import period_of
from reliability.burnrate import budget_of
from reliability.history.series import MINUTE, Series
from reliability.resolve.objectives import Objective
from reliability.timespan import DAY, TimeSpan

MINUTES: Final = DAY // MINUTE
PERIODS: Final = 13
"""Largest number of past SLO periods that are shown."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BudgetDays:
    """Figures of UTC days from `first`; NaN if unknown.

    `spent` is the share of a period's budget that the day spent, at the average traffic of all
    shown days. `remaining` is the share that remained at the end of the day, negative if it was
    exceeded. Of several groups, both are those of the worst.
    """

    first: date
    spent: FloatArray
    remaining: FloatArray

    def dates(self) -> Iterator[date]:
        """Yield the days in order."""
        for number in range(len(self.spent)):
            yield self.first + timedelta(days=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPeriod:
    """One SLO period; `attainment` and `spent` are None below 90 % coverage or without events.

    `attainment` is a ratio 0..1, `spent` the share of the period's budget: 1 is all of it.
    """

    span: TimeSpan
    attainment: float | None
    spent: float | None
    is_over: bool

    def is_met(self, target: float) -> bool | None:
        """Return whether the target was met; None if it is not known."""
        return None if self.attainment is None else self.attainment >= target


@dataclass(frozen=True, slots=True, eq=False)
class RunningSums:
    """Sums of one series from its start: entry k is the sum of the first k minutes."""

    start: datetime
    bad: FloatArray
    total: FloatArray
    known: FloatArray

    @classmethod
    def of(cls, series: Series) -> RunningSums:
        """Add up a series."""
        return cls(
            series.start,
            _sums(series.bad),
            _sums(series.total),
            _sums(series.known.astype(np.float64)),
        )

    def within(self, span: TimeSpan) -> tuple[float, float, float]:
        """Return bad events, all events and the coverage (0..1) of a span."""
        first, last = self._index(span.start), self._index(span.end)
        wanted = (span.end - span.start) // MINUTE
        share = float(self.known[last] - self.known[first]) / wanted if wanted else 0.0
        bad, total = self.bad[last] - self.bad[first], self.total[last] - self.total[first]
        return float(bad), float(total), share

    def _index(self, moment: datetime) -> int:
        return min(max((moment - self.start) // MINUTE, 0), len(self.bad) - 1)


def budget_days(objective: Objective, groups: Sequence[Series], shown: TimeSpan) -> BudgetDays:
    """Compute the figures of each day of a span that begins and ends at midnight UTC."""
    counted = [corrected(series, objective) for series in groups]
    sums = [RunningSums.of(series) for series in counted]
    # NaN only if all groups are unknown, as `by_day` of a backtest; but the remaining budget of the
    # worst group is unknown as soon as one is, as in `status`.
    spent = [_spent(objective, series, shown) for series in counted]
    remaining = [_remaining(objective, running, shown) for running in sums]
    return BudgetDays(
        first=shown.start.date(),
        spent=np.fmax.reduce(spent),
        remaining=np.minimum.reduce(remaining),
    )


def past_periods(
    objective: Objective, groups: Sequence[Series], shown: TimeSpan
) -> tuple[PastPeriod, ...]:
    """Return the SLO periods of a span, the latest first; the figures are of the worst group."""
    sums = [RunningSums.of(corrected(series, objective)) for series in groups]
    spans = [*_periods(objective, shown)][:PERIODS]
    return tuple(_period(objective, sums, span, shown.end) for span in spans)


def last_quarter(today: date) -> TimeSpan:
    """Return the last quarter of the year that is over on a day, in UTC."""
    month = (today.month - 1) // 3 * 3 + 1
    end = datetime(today.year, month, 1, tzinfo=UTC)
    before = (end - DAY).date()
    return TimeSpan(datetime(before.year, before.month - 2, 1, tzinfo=UTC), end)


def over_span(objective: Objective, groups: Sequence[Series], span: TimeSpan) -> PastPeriod:
    """Return attainment and spent budget of a span, as if it were one SLO period."""
    sums = [RunningSums.of(corrected(series, objective)) for series in groups]
    budget = budget_of(objective.target)
    ratios = []
    for bad, total, coverage in (running.within(span) for running in sums):
        ratios.append(bad / total if total and coverage >= MIN_COVERAGE else None)
    known = [ratio for ratio in ratios if ratio is not None]
    worst = max(known) if known and len(known) == len(ratios) else None
    return PastPeriod(
        span=span,
        attainment=None if worst is None else 1 - worst,
        spent=None if worst is None or not budget else worst / budget,
        is_over=True,
    )


def _sums(values: FloatArray) -> FloatArray:
    running: FloatArray = np.zeros(len(values) + 1)
    np.cumsum(values, out=running[1:])
    return running


def _spent(objective: Objective, series: Series, shown: TimeSpan) -> FloatArray:
    part = series.part(shown)
    budget = Budget.of(objective.target, objective.period, series, span=shown)
    bad = series.bad[part].reshape(-1, MINUTES).sum(axis=1)
    coverage = series.known[part].reshape(-1, MINUTES).mean(axis=1)
    spent = bad / budget.failures if budget.failures else np.zeros(len(bad))
    days: FloatArray = np.where(coverage >= HALF, spent, np.nan)
    return days


def _remaining(objective: Objective, sums: RunningSums, shown: TimeSpan) -> FloatArray:
    days: FloatArray = np.full(shown.length // DAY, np.nan)
    for number in range(len(days)):
        at = shown.start + (number + 1) * DAY
        period = period_of(objective, at)
        # At a boundary of a calendar, the day belongs to the period that ends there.
        if period is not None and period.start == at:
            period = period_of(objective, at - MINUTE)
        if period is not None:
            share = _remaining_share(objective, sums, TimeSpan(period.start, at), period)
            days[number] = np.nan if share is None else share
    return days


def _remaining_share(
    objective: Objective, sums: RunningSums, span: TimeSpan, period: TimeSpan
) -> float | None:
    """Return the share of the budget that remains; None below 90 % coverage or without events."""
    bad, total, coverage = sums.within(span)
    if coverage < MIN_COVERAGE or not total:
        return None
    elapsed = 1.0 if objective.calendar is None else span.length / period.length
    affordable = budget_of(objective.target) * total / elapsed
    return 1 - bad / affordable if affordable else -float("inf")


def _periods(objective: Objective, shown: TimeSpan) -> Iterator[TimeSpan]:
    """Yield the periods that begin within a span, the latest first."""
    period = period_of(objective, shown.end)
    if objective.calendar is not None and period is not None and period.start == shown.end:
        period = period_of(objective, shown.end - MINUTE)
    while period is not None and period.start >= shown.start:
        yield period
        if objective.calendar is None:
            period = TimeSpan(period.start - objective.period, period.start)
        else:
            period = period_of(objective, period.start - MINUTE)


def _period(
    objective: Objective, sums: Sequence[RunningSums], period: TimeSpan, now: datetime
) -> PastPeriod:
    span = TimeSpan(period.start, min(period.end, now))
    remaining = [_remaining_share(objective, running, span, period) for running in sums]
    counts = [running.within(span) for running in sums]
    is_known = None not in remaining and bool(counts)
    return PastPeriod(
        span=period,
        attainment=min(1 - bad / total for bad, total, _ in counts) if is_known else None,
        spent=max(1 - (share or 0.0) for share in remaining) if is_known else None,
        is_over=period.end <= now,
    )
