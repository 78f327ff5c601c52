"""Confidence in a result: evaluations near the threshold, other phases, undetected failures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import BoolArray, runs
from reliability.backtest.budget import Budget
from reliability.backtest.firing import Firing, ReplayTerms, fire, grid_of
from reliability.backtest.kernel import Evaluation, PrefixSums, StepGrid
from reliability.backtest.outcome import Confidence
from reliability.history.series import Series

PHASES: Final = 4
"""Number of phases of an interval that are replayed."""
UNSEEN_WITHIN: Final = timedelta(hours=6)
"""Time in which failures without a true evaluation are added up."""


def confidence(
    firing: Firing, series: Series, counts: PrefixSums, budget: Budget, terms: ReplayTerms
) -> Confidence:
    """Return the confidence in the firing of one alert on one group."""
    _, grid = grid_of(firing.every, series, terms)
    close = int(np.count_nonzero(near_threshold(firing, counts, grid, terms=terms)))
    phases = tuple(
        (late, _episodes(firing, series, counts, terms=replace(terms, phase=terms.phase + late)))
        for late in other_phases(firing.every, series.step)
    )
    return Confidence(grid.count, close, phases, unseen=budget.share(unseen(firing, counts, grid)))


def near_threshold(
    firing: Firing, counts: PrefixSums, grid: StepGrid, terms: ReplayTerms
) -> BoolArray:
    """Return the evaluations that one failure more or fewer in the alert's windows would change."""
    more, fewer = (
        Evaluation(counts, grid, terms.ranges, more=by).holds(firing.alert.condition)
        # One failure is the smallest error that a scrape at another moment can cause.
        for by in (1, -1)
    )
    return np.not_equal(more, fewer)


def other_phases(every: timedelta, step: timedelta) -> tuple[timedelta, ...]:
    """Return the quarters of an interval that the steps of a series can distinguish."""
    # Prometheus derives a group's offset from a hash of its file and name, so the phase is
    # arbitrary; a phase finer than a step gives the same counts.
    quarters = {every * quarter // PHASES // step * step for quarter in range(PHASES)}
    return tuple(sorted(quarters - {timedelta(0)}))


def _episodes(firing: Firing, series: Series, counts: PrefixSums, terms: ReplayTerms) -> int:
    return sum(1 for _ in runs(fire(firing.alert, series, counts, terms=terms).on))


def unseen(firing: Firing, counts: PrefixSums, grid: StepGrid) -> float:
    """Return the most failures within six hours of the span without a true evaluation."""
    length = UNSEEN_WITHIN // firing.every
    # Of a shorter span, both parts are empty.
    failed = counts.bad[grid.shifted(counts.room)]
    fired = np.cumsum(firing.on)
    within = failed[length:] - failed[:-length]
    # The evaluation at the start of the six hours is excluded: it looks at the time before.
    heard: NDArray[np.int64] = fired[length:] - fired[:-length]
    return float(np.max(within[heard == 0], initial=0.0))
