"""Firing of an alert for all candidate targets in one pass over the evaluations.

A pair of windows with factor f fires for a budget b if bad > f * b * total in both windows, so for
every b below the smaller of bad / (f * total); pairs are joined by `or`, so the largest of these
counts. With sorted budgets this is one number per evaluation, its level: the alert fires for the
budgets before it. A division and a product can differ in the last bit, so if a level is that near
to a budget, the condition itself is evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import FloatArray
from reliability.backtest.firing import ReplayTerms, grid_of
from reliability.backtest.kernel import Evaluation, Moments, PrefixSums, StepGrid
from reliability.burnrate import BurnRateAlert, budget_of
from reliability.expression import FailuresAtLeast
from reliability.history.series import Series

IntArray: TypeAlias = NDArray[np.int64]
NEAR = 1e-9
"""Relative distance from a budget below which the condition itself is evaluated."""


def levels(
    alert: BurnRateAlert,
    series: Series,
    counts: PrefixSums,
    terms: ReplayTerms,
    targets: Sequence[Decimal],
) -> tuple[datetime, IntArray]:
    """Return the first evaluation, and for how many targets, strictest first, each one fires."""
    start, grid = grid_of(alert.every, series, terms)
    budgets = np.array([budget_of(target) for target in targets])
    critical = _critical(alert, Evaluation(counts, grid, terms.ranges))
    burning = np.flatnonzero(critical > budgets[0] * (1 - NEAR))
    fired = np.searchsorted(budgets, critical[burning]).astype(np.int64)
    level = np.zeros(grid.count, dtype=np.int64)
    level[burning] = fired

    for which in np.unique(np.concatenate((fired, fired - 1))).tolist():
        if 0 <= which < len(budgets):
            near = burning[np.abs(critical[burning] - budgets[which]) <= NEAR * budgets[which]]
            if len(near):
                exact = replace(alert, target=targets[which])
                _settle(
                    level, near, which, fires=_holds(exact, counts, grid, terms=terms, near=near)
                )

    return start, level


def _critical(alert: BurnRateAlert, evaluation: Evaluation) -> FloatArray:
    """Return the budget below which the alert fires, at each evaluation; 0 or NaN for none."""
    largest = np.zeros(evaluation.grid.count)
    with np.errstate(divide="ignore", invalid="ignore"):
        for pair in alert.pairs:
            ratio = np.minimum(evaluation.ratio(pair.long), evaluation.ratio(pair.short))
            ratio /= pair.factor(alert.period)
            if alert.minimum_failures:
                ratio[~evaluation.holds(FailuresAtLeast(pair.long, alert.minimum_failures))] = 0
            np.fmax(largest, ratio, out=largest)
    return largest


def _holds(
    alert: BurnRateAlert, counts: PrefixSums, grid: StepGrid, terms: ReplayTerms, near: IntArray
) -> NDArray[np.bool_]:
    moments = Moments(grid.first + near * grid.stride)
    return Evaluation(counts, moments, terms.ranges).holds(alert.condition)


def _settle(level: IntArray, near: IntArray, which: int, fires: NDArray[np.bool_]) -> None:
    """Set the level of evaluations that are as near to a budget as doubles can be."""
    level[near] = np.where(fires, which + 1, which)


def episode_counts(level: IntArray, targets: int) -> IntArray:
    """Return the number of episodes for each target; one begins where the level rises past it."""
    before = np.concatenate((np.zeros(1, dtype=np.int64), level[:-1]))
    rises = np.flatnonzero(level > before)
    begins = np.bincount(before[rises], minlength=targets + 1)
    ends = np.bincount(level[rises], minlength=targets + 1)
    counted: IntArray = np.cumsum(begins - ends)[:targets]
    return counted
