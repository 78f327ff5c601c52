"""Error budget of one objective by day: what each day spent, and what remained after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import FloatArray
from reliability.backtest.budget import MIN_COVERAGE, Budget
from reliability.backtest.coverage import Coverage
from reliability.backtest.replay import HALF, longest_window
from reliability.backtest.status import period_of
from reliability.burnrate import budget_of
from reliability.history.group_sums import GroupSums, minute_of
from reliability.message import Message
from reliability.resolve.objectives import Objective
from reliability.timespan import DAY, EPOCH, MINUTE, TimeSpan

MINUTES: Final = DAY // MINUTE
PERIODS: Final = 10
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

    @property
    def lead(self) -> int:
        """The number of days before the first one with data."""
        known = np.flatnonzero(~np.isnan(self.spent))
        return int(known[0]) if len(known) else len(self.spent)

    def dates(self) -> Iterator[date]:
        """Yield the days in order."""
        for number in range(len(self.spent)):
            yield self.first + timedelta(days=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPeriod:
    """One SLO period; `attainment` and `spent` are None without events that are known.

    `attainment` is a ratio 0..1, `spent` the share of the period's budget: 1 is all of it. `part`
    is the known part in words, if they are only of that; else None.
    """

    span: TimeSpan
    attainment: float | None
    spent: float | None
    is_over: bool
    part: Message | None = None

    def is_met(self, target: float) -> bool | None:
        """Return whether the target was met; None if not enough is known."""
        if self.attainment is None or self.part is not None:
            return None
        return self.attainment >= target


@dataclass(frozen=True, slots=True, eq=False)
class ObjectivePast:
    """An objective, and the sums of its groups without corrected time."""

    objective: Objective
    sums: tuple[GroupSums, ...]

    @classmethod
    def of(cls, objective: Objective, groups: Sequence[GroupSums]) -> ObjectivePast:
        """Leave out the corrected time of an objective; the cuts are those of `past_cuts`."""
        return cls(objective, tuple(without_corrected(group, objective) for group in groups))

    def days(self, shown: TimeSpan) -> BudgetDays:
        """Compute the figures of each day of a span that begins and ends at midnight UTC."""
        # NaN only if all groups are unknown, as `by_day` of a backtest; but the remaining budget of
        # the worst group is unknown as soon as one is, as in `status`.
        spent = [_spent(self.objective, running, shown) for running in self.sums]
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
        return _past_period(self.objective, self.sums, span, elapsed=span)


def last_quarter(today: date) -> TimeSpan:
    """Return the last quarter of the year that is over on a day, in UTC."""
    month = (today.month - 1) // 3 * 3 + 1
    end = datetime(today.year, month, 1, tzinfo=UTC)
    before = (end - DAY).date()
    return TimeSpan(datetime(before.year, before.month - 2, 1, tzinfo=UTC), end)


def past_cuts(objective: Objective, shown: TimeSpan) -> Iterator[datetime]:
    """Yield the times at which the past of an objective needs sums.

    They are each midnight of the shown span, the bounds of its SLO periods and of the last quarter,
    and the ends of corrected time.
    """
    midnights = [shown.start + number * DAY for number in range(shown.length // DAY + 1)]
    yield from midnights
    quarter = last_quarter(shown.end.date())
    yield from (quarter.start, quarter.end)
    if objective.calendar is None:
        yield from (midnight - objective.period for midnight in midnights)
        yield from (shown.end - number * objective.period for number in range(PERIODS + 1))
    else:
        yield from objective.calendar.boundaries
    for correction in objective.corrections:
        yield from (correction.start, correction.end)


def is_filled(objective: Objective, groups: Sequence[GroupSums], start: datetime) -> bool:
    """Return whether the sums show that all windows are filled from the beginning of a replay.

    That is so if anything is known before the longest of them, or all of it is.
    """
    longest = longest_window(objective.alerts)
    spans = (TimeSpan(EPOCH, start - longest), TimeSpan(start - longest, start))
    earlier, whole = ([group.within(span) for group in groups] for span in spans)
    return any(one.known for one in earlier) or any(one.known == one.steps for one in whole)


def without_corrected(group: GroupSums, objective: Objective) -> GroupSums:
    """Return sums without the events in an objective's corrected time, as `corrected` does."""
    if not objective.corrections:
        return group
    return group.without(TimeSpan(one.start, one.end) for one in objective.corrections)


def _spent(objective: Objective, sums: GroupSums, shown: TimeSpan) -> FloatArray:
    budget = Budget.of(objective.target, objective.period, sums, span=shown)
    rows = day_rows(sums, shown.start, shown.length // DAY + 1)
    bad, coverage = np.diff(sums.bad[rows]), np.diff(sums.known[rows]) / MINUTES
    spent = bad / budget.failures if budget.failures else np.zeros(len(bad))
    days: FloatArray = np.where(coverage >= HALF, spent, np.nan)
    return days


def day_rows(sums: GroupSums, first: datetime, days: int) -> NDArray[np.int64]:
    """Return the indexes of the cuts at a time and at the same time of following days."""
    minutes = minute_of(first) + MINUTES * np.arange(days)
    clipped = np.clip(minutes, sums.cuts[0], sums.cuts[-1])
    rows = np.searchsorted(sums.cuts, clipped)
    if not np.array_equal(sums.cuts[rows], clipped):
        raise ValueError(f"the sums have no cut at each {first.time()}")
    return rows


def _remaining(objective: Objective, sums: GroupSums, shown: TimeSpan) -> FloatArray:
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


def _rolling(objective: Objective, sums: GroupSums, shown: TimeSpan) -> FloatArray:
    """Compute `_remaining_share` of every day at once, for a rolling period."""
    number = shown.length // DAY
    last = day_rows(sums, shown.start + DAY, number)
    first = day_rows(sums, shown.start + DAY - objective.period, number)
    bad, total = sums.bad[last] - sums.bad[first], sums.total[last] - sums.total[first]
    coverage = (sums.known[last] - sums.known[first]) / (objective.period // MINUTE)

    affordable = budget_of(objective.target) * total
    with np.errstate(divide="ignore", invalid="ignore"):
        remaining = np.where(affordable > 0, 1 - bad / affordable, -np.inf)
    shares: FloatArray = np.where((coverage >= MIN_COVERAGE) & (total > 0), remaining, np.nan)
    return shares


def _remaining_share(
    objective: Objective, sums: GroupSums, span: TimeSpan, period: TimeSpan
) -> float | None:
    """Return the share of the budget that remains; None below 90 % coverage or without events."""
    counts = sums.within(span)
    if counts.coverage < MIN_COVERAGE or not counts.total:
        return None
    elapsed = 1.0 if objective.calendar is None else span.length / period.length
    affordable = budget_of(objective.target) * counts.total / elapsed
    return 1 - counts.bad / affordable if affordable else -float("inf")


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
    objective: Objective, sums: Sequence[GroupSums], period: TimeSpan, now: datetime
) -> PastPeriod:
    elapsed = TimeSpan(period.start, min(period.end, now))
    return _past_period(objective, sums, period, elapsed=elapsed)


def _past_period(
    objective: Objective, sums: Sequence[GroupSums], period: TimeSpan, elapsed: TimeSpan
) -> PastPeriod:
    """Return the figures of the known part of a period up to a time, of the worst group."""
    counts = [running.within(elapsed) for running in sums]
    worst = max((one.bad / one.total for one in counts if one.total), default=None)
    budget = budget_of(objective.target)
    share = 1.0 if objective.calendar is None else elapsed.length / period.length
    return PastPeriod(
        span=period,
        attainment=None if worst is None else 1 - worst,
        spent=None if worst is None or not budget else worst / budget * share,
        is_over=period.end == elapsed.end,
        part=Coverage.of(counts, elapsed.length).part,
    )
