"""How much of a period's error budget went when, in shares of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from decimal import Decimal

import numpy as np

from reliability.burnrate import budget_of
from reliability.history.series import Series
from reliability.resolve.objectives import Objective
from reliability.timespan import TimeSpan

LEAST_COVERAGE = 0.9


@dataclass(frozen=True, slots=True)
class Budget:
    """The failures that one period of an objective may hold, and the share of events (0..1).

    A period is taken to be as busy as the known minutes of the span are on average, so that a
    share means the same at every moment that is replayed.
    """

    failures: float
    ratio: float

    @classmethod
    def of(cls, target: Decimal, period: timedelta, series: Series, span: TimeSpan) -> Budget:
        """From what the span's known minutes hold."""
        part = series.part(span)
        known = int(np.count_nonzero(series.known[part]))
        per_step = float(series.total[part].sum()) / known if known else 0.0
        ratio = budget_of(target)
        return cls(ratio * per_step * (period // series.step), ratio)

    def share(self, failures: float) -> float:
        """The share of the budget that so many failures are; 0 where there is no budget at all."""
        return failures / self.failures if self.failures else 0.0

    def spent(self, series: Series, span: TimeSpan) -> float:
        """The share that went within a span."""
        return self.share(float(series.bad[series.part(span)].sum()))


def corrected(series: Series, objective: Objective) -> Series:
    """A series in which the time of an objective's corrections counts for nothing."""
    if not objective.corrections:
        return series
    bad, total = series.bad.copy(), series.total.copy()
    for correction in objective.corrections:
        part = series.part(
            TimeSpan(correction.start.astimezone(UTC), correction.end.astimezone(UTC))
        )
        bad[part] = total[part] = 0
    return replace(series, bad=bad, total=total)


def attainment(series: Series, span: TimeSpan) -> float | None:
    """Good events over all events, 0..1; None below 90 % coverage or where nothing happened."""
    part = series.part(span)
    total = float(series.total[part].sum())
    if series.coverage(span) < LEAST_COVERAGE or not total:
        return None
    return 1 - float(series.bad[part].sum()) / total
