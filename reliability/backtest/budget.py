"""Consumption of a period's error budget over time, in shares of the budget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from decimal import Decimal

from reliability.burnrate import budget_of
from reliability.history.series import CountedSpans, Series
from reliability.resolve.objectives import Objective
from reliability.timespan import TimeSpan

MIN_COVERAGE = 0.9
"""Coverage from which figures of a span are shown."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Number of failures that one period of an objective allows, and the allowed ratio (0..1).

    The traffic of a period is taken as the average of the known minutes of the span, so that a
    share means the same at every time that is replayed.
    """

    failures: float
    ratio: float

    @classmethod
    def of(cls, target: Decimal, period: timedelta, series: CountedSpans, span: TimeSpan) -> Budget:
        """Derive the budget from the known minutes of the span."""
        counts = series.within(span)
        # Unknown minutes count as average ones: as zero, a gap in the history would make the budget
        # smaller, and every failure a larger share of it.
        per_step = counts.total / counts.known if counts.known else 0.0
        ratio = budget_of(target)
        return cls(ratio * per_step * (period // series.step), ratio)

    def share(self, failures: float) -> float:
        """Return the share of the budget that a number of failures spends; 0 without a budget."""
        return failures / self.failures if self.failures else 0.0

    def spent(self, series: Series, span: TimeSpan) -> float:
        """Return the share of the budget spent within a span."""
        return self.share(float(series.bad[series.part(span)].sum()))


def corrected(series: Series, objective: Objective) -> Series:
    """Return a series without the events in an objective's corrected time."""
    if not objective.corrections:
        return series
    bad, total = series.bad.copy(), series.total.copy()
    for correction in objective.corrections:
        part = series.part(
            TimeSpan(correction.start.astimezone(UTC), correction.end.astimezone(UTC))
        )
        # Both, so that the attainment does not see the time at all; only removing failures would
        # count it as good.
        bad[part] = total[part] = 0
    return replace(series, bad=bad, total=total)


def attainment(series: CountedSpans, span: TimeSpan) -> float | None:
    """Return the ratio of good to all events of the known part, 0..1; None without events."""
    counts = series.within(span)
    return 1 - counts.bad / counts.total if counts.total else None
