"""Episodes: the times an alert fired, with the budget that was gone when each began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from reliability.backtest.budget import Budget
from reliability.backtest.firing import Firing, Terms, grid_of, runs
from reliability.backtest.kernel import Counts, Evaluation, Grid
from reliability.burnrate import BurnRateAlert
from reliability.expression import AnyOf, Condition, leaves
from reliability.history.series import Series
from reliability.history.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class Episode:
    """One time an alert fired; `spent` is the share of the period's budget gone by its start.

    It is counted over the long window of the pair that fired first; where several pairs began
    to fire at once, over the longest of them.
    """

    span: TimeSpan
    labels: Mapping[str, str]
    spent: float


def episodes(
    firing: Firing, series: Series, counts: Counts, budget: Budget, terms: Terms
) -> Iterator[Episode]:
    """The episodes of a firing."""
    _, grid = grid_of(firing.every, series, terms)
    for (first, _), span in zip(runs(firing.on), firing.intervals(), strict=True):
        moment = Grid(grid.first + first * grid.stride, grid.stride, 1)
        failures = _failures(firing.alert, Evaluation(counts, moment, terms.ranges))
        yield Episode(span, firing.labels, budget.share(failures))


def _failures(alert: BurnRateAlert, moment: Evaluation) -> float:
    longest = max(_long(pair) for pair in _pairs(alert.condition) if moment.holds(pair).all())
    return float(moment.failures(longest)[0])


def _pairs(condition: Condition) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, AnyOf) else (condition,)


def _long(pair: Condition) -> timedelta:
    return max(leaf.window for leaf in leaves(pair))
