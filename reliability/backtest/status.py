"""Current status of an objective: attainment, error budget remaining, and burn rate."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.budget import corrected
from reliability.backtest.coverage import COMPLETE, NEARLY_ALL, Coverage
from reliability.backtest.present import STALE as STALE
from reliability.backtest.present import PresentState, past_present
from reliability.backtest.slis import budget_history
from reliability.burnrate import budget_of
from reliability.history.series import (
    CountedSpans,
    NoHistory,
    Series,
    SeriesSource,
    SpanCounts,
)
from reliability.message import Message
from reliability.render.times import utc_minute
from reliability.resolve.objectives import Objective
from reliability.timespan import DAY, TimeSpan

YOUNG: Final = DAY
"""Age below which a calendar period may have no events without anything being wrong."""
NO_EVENTS: Final = Message("nothing happened in the period")
"""Reason why a status is unknown although the period is known."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Failures:
    """Times of the failures of a rolling period, to compute when they leave the period.

    `later[k]` counts the failures after the k-th step of length `step` from `start`; `affordable`
    is the number of failures that spends the whole budget.
    """

    start: datetime
    step: timedelta
    period: timedelta
    later: FloatArray
    affordable: float

    def recovers(self, remaining: float) -> datetime:
        """Return when more than this share (0..1) remains again if nothing fails from now on."""
        enough = np.flatnonzero(self.later < (1 - remaining) * self.affordable)
        steps = int(enough[0]) if len(enough) else len(self.later) - 1
        return self.start + steps * self.step + self.period


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ObjectiveStatus:
    """Status of an objective at a time; of several groups, the one with the least budget.

    `attainment` is the ratio of good to all events of the period, 0..1; None if a calendar period
    has just begun and has no events yet. `remaining` is the share of the error budget that remains:
    1 all, 0 none, negative if it is exceeded. Both are of the known part of the period; `coverage`
    is that of the group of which least is known. `present` is what burns now, None if it is not
    known. `renewed` is the end of a calendar period, None for a rolling one. `failures` is None if
    only sums are known. `kept` is how long the server keeps samples, None if that is not known or
    does not matter. `remedy` is what makes more of the period known, in the imperative; empty
    if nothing but time does.
    """

    objective: Objective
    at: datetime
    attainment: float | None
    remaining: float
    present: PresentState | None = None
    renewed: datetime | None = None
    failures: Failures | None = None
    coverage: Coverage = COMPLETE
    kept: timedelta | None = None
    remedy: str = ""

    @property
    def burn(self) -> float | None:
        """Present burn rate; None if it is not known."""
        return self.present.burn if self.present else None

    @property
    def exhausted(self) -> datetime | None:
        """Time at which the budget is exhausted at the current burn rate; None if it never is.

        It is also None if only a part of the period is known, as what remains then is not.
        Source: The Site Reliability Workbook, chapter 5: a burn rate of 1 spends exactly the budget
        of a period, so at 1 or less a rolling period never exhausts it.
        """
        if self.coverage.part is not None:
            return None
        if self.remaining <= 0:
            return self.at
        if self.burn is None or self.burn <= 1:
            return None

        gone = self.at + self.remaining * self.objective.period / self.burn
        # A calendar period ends first, and the next one begins with a full budget.
        return None if self.renewed is not None and gone >= self.renewed else gone

    def known_from(self, share: float = NEARLY_ALL) -> datetime | None:
        """Return when this share (0..1) of the period is known if all time from now on is.

        It never is of a rolling period that is longer than the server keeps samples; then return
        None. Else a rolling period drops the time that is not known. A calendar period keeps it
        until its end, but the next period is known from its beginning.
        """
        if self.renewed is None:
            if self.kept is not None and self.kept < share * self.objective.period:
                return None
            missing = max(share - self.coverage.share, 0.0)
            return self.at + missing * self.objective.period
        unknown = (1 - self.coverage.share) * self.coverage.elapsed
        start = self.at - self.coverage.elapsed
        return self.renewed if share == 1 else min(start + unknown / (1 - share), self.renewed)

    def recovers(self, remaining: float) -> datetime:
        """Return when more than this share (0..1) remains if nothing fails from now on.

        It is an upper bound if it is not known when the failures happened.
        """
        if self.renewed is not None:
            return self.renewed
        if self.failures is not None:
            return self.failures.recovers(remaining)
        return self.at + self.objective.period


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownStatus:
    """Objective whose status is unknown, and why.

    `remedy` is what to do about it, in the imperative; `coverage` is None if it is unknown, too.
    `present` is what burns now, which may be known all the same.
    """

    objective: Objective
    reason: str
    remedy: str = ""
    coverage: Coverage | None = None
    present: PresentState | None = None


SloStatus = ObjectiveStatus | UnknownStatus


def objective_status(objective: Objective, source: SeriesSource, at: datetime) -> SloStatus:
    """Compute the status of an objective from its history, up to a time."""
    period = period_of(objective, at)
    if period is None:
        return UnknownStatus(
            objective=objective,
            reason=f"no period of its calendar is written out for {at:%Y-%m-%d}",
        )
    history = source.series(budget_history(objective), looked_at(period, at))
    if isinstance(history, NoHistory):
        return UnknownStatus(objective=objective, reason=history.reason, coverage=Coverage())
    return status_of(objective, history, period, at=at)


def looked_at(period: TimeSpan, at: datetime) -> TimeSpan:
    """Return the span of history that the status needs: the period so far, at least a day.

    The day is for the burn rate at the beginning of a calendar period.
    """
    return TimeSpan(min(period.start, at - DAY), at)


def status_of(
    objective: Objective,
    groups: Iterable[Series],
    period: TimeSpan,
    *,
    at: datetime,
    recorded: float = 0.0,
) -> SloStatus:
    """Compute the status from the series of all groups, over the period up to a time.

    `recorded` is the share of that time that a server recorded, 0..1; the rest is history.
    """
    counted = [corrected(series, objective) for series in groups]
    return counted_status(objective, counted, period, at=at, recorded=recorded)


def counted_status(
    objective: Objective,
    groups: Iterable[CountedSpans],
    period: TimeSpan,
    *,
    at: datetime,
    recorded: float = 0.0,
) -> SloStatus:
    """Compute the status from the counts of all groups without corrected time."""
    groups = tuple(groups)
    present = past_present(objective, groups, at)
    status = _judged(objective, groups, period, at, recorded=recorded)
    return replace(status, present=present)


def _judged(
    objective: Objective,
    groups: Sequence[CountedSpans],
    period: TimeSpan,
    at: datetime,
    recorded: float,
) -> SloStatus:
    if not groups:
        return UnknownStatus(objective=objective, reason="its history holds no group")
    span, lately = TimeSpan(period.start, at), TimeSpan(at - STALE, at)
    counted = [(group, group.within(span)) for group in groups]
    coverage = Coverage.of((counts for _, counts in counted), span.length, recorded)
    if not any(group.within(lately).known for group in groups):
        reason = Message(
            "its history knows nothing of the day before {moment}", moment=utc_minute(at)
        )
        return UnknownStatus(objective=objective, reason=reason, coverage=coverage)

    terms = _StatusTerms(objective, period, at, coverage)
    # A group without events has all of its budget.
    known = [terms.group(group, counts) for group, counts in counted if counts.total]
    if known:
        return worst_of(known)
    return without_events(objective, period, at, coverage=coverage)


def period_of(objective: Objective, at: datetime) -> TimeSpan | None:
    """Return the period at a time: one that ends there if it is rolling, else the calendar period.

    Return None if the time is outside the boundaries that are written out for the calendar.
    """
    if objective.calendar is None:
        return TimeSpan(at - objective.period, at)
    bounds = objective.calendar.boundaries
    # At a boundary, the period that begins there counts.
    index = bisect_right(bounds, at)
    return TimeSpan(bounds[index - 1], bounds[index]) if 0 < index < len(bounds) else None


def without_events(
    objective: Objective,
    period: TimeSpan,
    at: datetime,
    *,
    coverage: Coverage,
) -> SloStatus:
    """Return the status of a period that is known, and in which nothing happened so far.

    At the beginning of a calendar period this is usual, and all of its budget remains. Later it is
    unknown, since the SLI may count nothing at all.
    """
    if objective.calendar is None or at - period.start >= YOUNG:
        return UnknownStatus(objective=objective, reason=NO_EVENTS, coverage=coverage)
    return ObjectiveStatus(
        objective=objective,
        at=at,
        attainment=None,
        remaining=1.0,
        renewed=period.end,
        coverage=coverage,
    )


def worst_of(groups: list[ObjectiveStatus]) -> ObjectiveStatus:
    """Return the group with the least budget remaining."""
    return min(groups, key=lambda each: (each.remaining, each.attainment is None))


@dataclass(frozen=True, slots=True)
class _StatusTerms:
    """Common parameters of all groups of an objective."""

    objective: Objective
    period: TimeSpan
    at: datetime
    coverage: Coverage

    def group(self, counted: CountedSpans, counts: SpanCounts) -> ObjectiveStatus:
        """Return the status of one group with events."""
        objective, at, period = self.objective, self.at, self.period
        bad, total = counts.bad, counts.total
        budget, rolls = budget_of(objective.target), objective.calendar is None
        affordable = budget * total / (1.0 if rolls else (at - period.start) / period.length)

        return ObjectiveStatus(
            objective=objective,
            at=at,
            attainment=1 - bad / total,
            remaining=1 - bad / affordable if affordable else -float("inf"),
            renewed=None if rolls else period.end,
            failures=self._failures(counted, affordable)
            if rolls and isinstance(counted, Series)
            else None,
            coverage=self.coverage,
        )

    def _failures(self, series: Series, affordable: float) -> Failures:
        part = series.part(TimeSpan(self.period.start, self.at))
        return Failures(
            start=self.period.start,
            step=series.step,
            period=self.objective.period,
            later=np.concatenate((np.cumsum(series.bad[part][::-1])[::-1], [0.0])),
            affordable=affordable,
        )
