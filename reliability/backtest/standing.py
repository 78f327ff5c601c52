"""How an SLO stands now: attainment, error budget remaining, and burn rate."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.budget import LEAST_COVERAGE, corrected
from reliability.backtest.slis import budget_history
from reliability.burnrate import budget_of
from reliability.history.series import NoHistory, Series, SeriesSource
from reliability.render.times import utc_minute
from reliability.resolve.objectives import Objective
from reliability.timespan import DAY, TimeSpan

HOUR: Final = timedelta(hours=1)
STALE: Final = DAY
"""History that ends longer ago than this says nothing about now."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Failures:
    """When the failures of a period happened, so that one can tell when they leave it.

    `later[k]` are those after its k-th step of the length `step`, from `start` on; `affordable`
    are as many as spend the whole budget.
    """

    start: datetime
    step: timedelta
    period: timedelta
    later: FloatArray
    affordable: float

    def recovers(self, remaining: float) -> datetime:
        """When more than this share remains again, if nothing fails from now on."""
        enough = np.flatnonzero(self.later < (1 - remaining) * self.affordable)
        steps = int(enough[0]) if len(enough) else len(self.later) - 1
        return self.start + steps * self.step + self.period


@dataclass(frozen=True, slots=True)
class Coverage:
    """The shares of a period's time so far that are known, 0..1.

    `recorded` is what a server's rules recorded, with or without traffic; `history` is what the
    store adds to it.
    """

    recorded: float = 0.0
    history: float = 0.0

    @property
    def share(self) -> float:
        """Both together."""
        return min(self.recorded + self.history, 1.0)

    @property
    def is_enough(self) -> bool:
        """Whether a figure over the period means something."""
        return self.share >= LEAST_COVERAGE


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ObjectiveStatus:
    """One objective at a moment; of several groups, the one that is worst off.

    `attainment` is good over all events of the period, 0..1. `remaining` is the share of the
    budget that remains: 1 all, 0 none, negative once more is spent. `burn` is how many times
    faster than sustainable it goes now, over `burning`; None if that is not known. `renewed` is
    when a calendar period ends. `failures` is None if only sums are known. `coverage` is how
    much of the period the figures are from.
    """

    objective: Objective
    at: datetime
    attainment: float
    remaining: float
    burn: float | None
    burning: timedelta = HOUR
    renewed: datetime | None = None
    failures: Failures | None = None
    coverage: Coverage = Coverage(history=1.0)

    @property
    def exhausted(self) -> datetime | None:
        """When the budget is spent at the present rate; None if that is not in sight.

        Source: The Site Reliability Workbook, chapter 5: a burn rate of 1 spends the budget in a
        period; at 1 or less a rolling period never runs out of it.
        """
        if self.remaining <= 0:
            return self.at
        if self.burn is None or self.burn <= 1:
            return None

        gone = self.at + self.remaining * self.objective.period / self.burn
        return None if self.renewed is not None and gone >= self.renewed else gone

    def recovers(self, remaining: float) -> datetime:
        """When more than this share remains, if nothing fails from now on.

        At the latest then, where it is not known when failures happened.
        """
        if self.renewed is not None:
            return self.renewed
        if self.failures is not None:
            return self.failures.recovers(remaining)
        return self.at + self.objective.period


@dataclass(frozen=True, slots=True)
class UnknownStatus:
    """An objective of which nothing is known now, and why.

    `remedy` says what would make it known, in the imperative; `coverage` is None where nothing
    says how much is known.
    """

    objective: Objective
    reason: str
    remedy: str = ""
    coverage: Coverage | None = None


Stands = ObjectiveStatus | UnknownStatus


def standing(objective: Objective, source: SeriesSource, at: datetime) -> Stands:
    """How an objective stands by its history, up to a moment."""
    period = period_of(objective, at)
    if period is None:
        return UnknownStatus(
            objective, f"no period of its calendar is written out for {at:%Y-%m-%d}"
        )
    history = source.series(budget_history(objective), looked_at(period, at))
    if isinstance(history, NoHistory):
        return UnknownStatus(objective, f"no history: {history.reason}", coverage=Coverage())
    return standing_of(objective, history, period, at=at)


def looked_at(period: TimeSpan, at: datetime) -> TimeSpan:
    """The span of history from which an objective is judged: the period, and at least a day."""
    return TimeSpan(min(period.start, at - DAY), at)


def standing_of(
    objective: Objective,
    groups: Iterable[Series],
    period: TimeSpan,
    *,
    at: datetime,
    recorded: float = 0.0,
) -> Stands:
    """How an objective stands by the series of its groups, over its period up to a moment.

    `recorded` is the share of that time that a server recorded, 0..1; history is the rest.
    """
    judged = _Judged(objective, period, at, recorded=recorded)
    stands = [judged.group(corrected(series, objective)) for series in groups]
    unknown = [status for status in stands if isinstance(status, UnknownStatus)]
    known = [status for status in stands if isinstance(status, ObjectiveStatus)]
    if unknown or not known:
        return unknown[0] if unknown else UnknownStatus(objective, "its history holds no group")

    return worst_of(known)


def period_of(objective: Objective, at: datetime) -> TimeSpan | None:
    """The period that a moment belongs to: up to it where it rolls, else with its end to come."""
    if objective.calendar is None:
        return TimeSpan(at - objective.period, at)
    bounds = objective.calendar.boundaries
    index = bisect_right(bounds, at)
    return TimeSpan(bounds[index - 1], bounds[index]) if 0 < index < len(bounds) else None


def worst_of(groups: list[ObjectiveStatus]) -> ObjectiveStatus:
    """The group with the least budget remaining; the burn is that of the fastest."""
    worst = min(groups, key=lambda each: each.remaining)
    burns = [group.burn for group in groups if group.burn is not None]
    return replace(worst, burn=max(burns, default=None))


@dataclass(frozen=True, slots=True)
class _Judged:
    """What all groups of an objective are judged by."""

    objective: Objective
    period: TimeSpan
    at: datetime
    recorded: float

    def group(self, series: Series) -> Stands:
        """How one group stands, or why that is not known."""
        objective, at, span = self.objective, self.at, TimeSpan(self.period.start, self.at)
        share = series.coverage(span)
        coverage = Coverage(self.recorded, max(share - self.recorded, 0.0))
        if not coverage.is_enough:
            reason = f"{share * 100:.4g} % of the period is known, and 90 % is needed"
            return UnknownStatus(objective, reason, coverage=coverage)

        if not series.known[series.part(TimeSpan(at - STALE, at))].any():
            reason = f"its history knows nothing of the day before {utc_minute(at)}"
            return UnknownStatus(objective, reason, coverage=coverage)

        if not series.total[series.part(span)].any():
            return UnknownStatus(objective, "nothing happened in the period", coverage=coverage)
        return self._known(series, series.part(span), coverage)

    def _known(self, series: Series, part: slice, coverage: Coverage) -> ObjectiveStatus:
        objective, at, period = self.objective, self.at, self.period
        bad, total = float(series.bad[part].sum()), float(series.total[part].sum())
        budget, rolls = budget_of(objective.target), objective.calendar is None
        affordable = budget * total / (1.0 if rolls else (at - period.start) / period.length)
        later = np.concatenate((np.cumsum(series.bad[part][::-1])[::-1], [0.0]))
        step, length = series.step, objective.period

        return ObjectiveStatus(
            objective=objective,
            at=at,
            attainment=1 - bad / total,
            remaining=1 - bad / affordable if affordable else -float("inf"),
            burn=_burn(series, TimeSpan(at - HOUR, at), budget),
            renewed=None if rolls else period.end,
            failures=Failures(
                start=period.start, step=step, period=length, later=later, affordable=affordable
            )
            if rolls
            else None,
            coverage=coverage,
        )


def _burn(series: Series, span: TimeSpan, budget: float) -> float | None:
    """How fast the budget went within a span; None where nothing is known or happened."""
    part = series.part(span)
    total = float(series.total[part].sum())
    if not total or not budget or not series.known[part].all():
        return None
    return float(series.bad[part].sum()) / total / budget
