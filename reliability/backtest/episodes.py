"""Episodes: intervals in which an alert fired, and the budget spent before each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from reliability.arrays import FloatArray, runs
from reliability.backtest.budget import Budget
from reliability.backtest.firing import Firing, ReplayTerms, grid_of
from reliability.backtest.kernel import Evaluation, Moments, PrefixSums
from reliability.burnrate import BurnRateAlert
from reliability.expression import AnyOf, Condition, leaves
from reliability.history.series import Series
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class Episode:
    """One interval in which an alert fired; `spent` is the share of the budget spent before it.

    It is None for alerts without an SLO. It is counted over the long window of the pair that fired
    first; if several pairs began to fire at the same time, over the longest of them.
    """

    span: TimeSpan
    labels: Mapping[str, str]
    spent: float | None


def episodes(
    firing: Firing, series: Series, counts: PrefixSums, budget: Budget, terms: ReplayTerms
) -> Iterator[Episode]:
    """Yield the episodes of a firing."""
    _, grid = grid_of(firing.every, series, terms)
    began = np.array([first for first, _ in runs(firing.on)], dtype=np.int64)
    at_once = Moments(grid.first + began * grid.stride)
    failed = _failures(firing.alert, Evaluation(counts, at_once, terms.ranges))
    for span, failures in zip(firing.intervals(), failed.tolist(), strict=True):
        yield Episode(span, firing.labels, budget.share(failures))


def _failures(alert: BurnRateAlert, began: Evaluation) -> FloatArray:
    """Return the failures within the longest window that fired, at each beginning."""
    failed = np.zeros(began.grid.count)
    for pair in sorted(_pairs(alert.condition), key=_long):
        fired = began.holds(pair)
        np.copyto(failed, began.failures(_long(pair)), where=fired)
    return failed


def _pairs(condition: Condition) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, AnyOf) else (condition,)


def _long(pair: Condition) -> timedelta:
    return max(leaf.window for leaf in leaves(pair))
