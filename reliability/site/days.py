"""Error budget of one objective by day: what each day spent, and what remained after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.backtest.budget import MIN_COVERAGE, Budget, corrected
from reliability.backtest.replay import HALF
from reliability.backtest.status import period_of
from reliability.burnrate import budget_of
from reliability.history.series import MINUTE, Series
from reliability.resolve.objectives import Objective
from reliability.timespan import DAY, EPOCH, TimeSpan

MINUTES: Final = DAY // MINUTE
QUARTER_HOUR: Final = timedelta(minutes=15)
"""Width of the bins of sums: the offset of every time zone is a multiple of it."""
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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RunningSums:
    """Sums of one series from its start: entry k is the sum of the first k bins.

    `bin` divides every time at which a sum is taken; `known` counts minutes.
    """

    start: datetime
    bin: timedelta
    bad: FloatArray
    total: FloatArray
    known: FloatArray

    @classmethod
    def of(cls, series: Series, width: timedelta) -> RunningSums:
        """Add up a series that begins at a multiple of a bin's width."""
        return cls(
            start=series.start,
            bin=width,
            bad=_sums(series.bad, width),
            total=_sums(series.total, width),
            known=_sums(series.known, width),
        )

    def within(self, span: TimeSpan) -> tuple[float, float, float]:
        """Return bad events, all events and the coverage (0..1) of a span."""
        first, last = self._index(span.start), self._index(span.end)
        wanted = (span.end - span.start) // MINUTE
        share = float(self.known[last] - self.known[first]) / wanted if wanted else 0.0
        bad, total = self.bad[last] - self.bad[first], self.total[last] - self.total[first]
        return float(bad), float(total), share

    def _index(self, moment: datetime) -> int:
        return min(max((moment - self.start) // self.bin, 0), len(self.bad) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class ObjectivePast:
    """The groups of an objective without corrected time, and their sums."""

    objective: Objective
    groups: tuple[Series, ...]
    sums: tuple[RunningSums, ...]

    @classmethod
    def of(cls, objective: Objective, groups: Sequence[Series]) -> ObjectivePast:
        """Add up the groups of an objective."""
        width = _bin_width(objective)
        counted = tuple(corrected(series, objective) for series in groups)
        sums = tuple(RunningSums.of(series, width) for series in counted)
        return cls(objective, counted, sums)

    def days(self, shown: TimeSpan) -> BudgetDays:
        """Compute the figures of each day of a span that begins and ends at midnight UTC."""
        # NaN only if all groups are unknown, as `by_day` of a backtest; but the remaining budget of
        # the worst group is unknown as soon as one is, as in `status`.
        spent = [_spent(self.objective, series, shown) for series in self.groups]
        remaining = [_remaining(self.objective, running, shown) for running in self.sums]
        return BudgetDays(
            first=shown.start.date(),
            spent=np.fmax.reduce(spent),
            remaining=np.minimum.reduce(remaining),
        )

    def periods(self, shown: TimeSpan) -> tuple[PastPeriod, ...]:
        """Return the SLO periods of a span, the latest first; of several groups, the worst."""
        spans = [*_periods(self.objective, shown)][:PERIODS]
        return tuple(_period(self.objective, self.sums, span, shown.end) for span in spans)

    def over(self, span: TimeSpan) -> PastPeriod:
        """Return attainment and spent budget of a span, as if it were one SLO period."""
        budget = budget_of(self.objective.target)
        ratios = [
            bad / total if total and coverage >= MIN_COVERAGE else None
            for bad, total, coverage in (running.within(span) for running in self.sums)
        ]
        known = [ratio for ratio in ratios if ratio is not None]
        worst = max(known) if known and len(known) == len(ratios) else None
        return PastPeriod(
            span=span,
            attainment=None if worst is None else 1 - worst,
            spent=None if worst is None or not budget else worst / budget,
            is_over=True,
        )


def last_quarter(today: date) -> TimeSpan:
    """Return the last quarter of the year that is over on a day, in UTC."""
    month = (today.month - 1) // 3 * 3 + 1
    end = datetime(today.year, month, 1, tzinfo=UTC)
    before = (end - DAY).date()
    return TimeSpan(datetime(before.year, before.month - 2, 1, tzinfo=UTC), end)


def _bin_width(objective: Objective) -> timedelta:
    """Return the width of bins whose ends are the ends of all periods."""
    ends = objective.calendar.boundaries if objective.calendar is not None else ()
    is_even = not objective.period % QUARTER_HOUR and not any(
        (end - EPOCH) % QUARTER_HOUR for end in ends
    )
    return QUARTER_HOUR if is_even else MINUTE


def _sums(values: FloatArray | BoolArray, width: timedelta) -> FloatArray:
    running: FloatArray = np.zeros(len(values) // (width // MINUTE) + 1)
    binned = values.reshape(-1, width // MINUTE).sum(axis=1)
    np.cumsum(binned, out=running[1:])
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
    if objective.calendar is None:
        return _rolling(objective, sums, shown)
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


def _rolling(objective: Objective, sums: RunningSums, shown: TimeSpan) -> FloatArray:
    """Compute `_remaining_share` of every day at once, for a rolling period."""
    days = np.arange(1, shown.length // DAY + 1)
    last = (shown.start - sums.start) // sums.bin + days * (DAY // sums.bin)
    first = last - objective.period // sums.bin
    bad, total = sums.bad[last] - sums.bad[first], sums.total[last] - sums.total[first]
    coverage = (sums.known[last] - sums.known[first]) / (objective.period // MINUTE)

    affordable = budget_of(objective.target) * total
    with np.errstate(divide="ignore", invalid="ignore"):
        remaining = np.where(affordable > 0, 1 - bad / affordable, -np.inf)
    shares: FloatArray = np.where((coverage >= MIN_COVERAGE) & (total > 0), remaining, np.nan)
    return shares


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
