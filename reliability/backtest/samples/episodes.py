"""Episodes of sample mode: when each alert fired, and the budget spent before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reliability.arrays import BoolArray, runs
from reliability.backtest.episodes import Episode
from reliability.backtest.firing import Firing
from reliability.backtest.kernel import Evaluation, Moments
from reliability.backtest.replay import GroupSeries
from reliability.compile.prometheus.condition import render
from reliability.compile.prometheus.names import SeriesNames
from reliability.expression import AnyOf, Condition
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.lines import have
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Ranges, milliseconds
from reliability.resolve.objectives import Objective
from reliability.timespan import EPOCH, MINUTE


def began_at(firing: Firing) -> list[int]:
    """Return the start of each run of a firing, in milliseconds since 1970."""
    start, every = milliseconds(firing.start - EPOCH), milliseconds(firing.every)
    return [start + first * every for first, _ in runs(firing.on)]


def sampled_episodes(
    objective: Objective, firing: Firing, group: GroupSeries, beginnings: Evaluator
) -> Iterator[Episode]:
    """Yield the episodes of one alert in one group; `beginnings` evaluates at their starts.

    The budget spent is counted over the longest of the windows of the pairs that fired first.
    """
    failed = np.zeros(len(beginnings.times))
    condition = firing.alert.condition
    conditions = condition.conditions if isinstance(condition, AnyOf) else (condition,)

    for pair, each in zip(firing.alert.pairs, conditions, strict=True):
        fired = _holds(each, objective, group, beginnings=beginnings)
        within = _events(group, beginnings).failures(pair.long)
        np.copyto(failed, np.maximum(failed, within), where=fired)

    for span, failures in zip(firing.intervals(), failed.tolist(), strict=True):
        yield Episode(span, firing.labels, group.budget.share(failures))


def _events(group: GroupSeries, beginnings: Evaluator) -> Evaluation:
    """Return an evaluation of the group's events at the minutes in which episodes began."""
    start = milliseconds(group.series.start - EPOCH)
    steps = (beginnings.times - start) // milliseconds(MINUTE)
    return Evaluation(group.counts, Moments(steps), Ranges.CLOSED)


def _holds(
    condition: Condition, objective: Objective, group: GroupSeries, beginnings: Evaluator
) -> BoolArray:
    """Return the beginnings at which one pair of windows was true."""
    holds = np.zeros(len(beginnings.times), dtype=bool)
    for line in beginnings.vector(read(render(condition, SeriesNames.of(objective)))):
        if have(line.labels, group.series.labels):
            holds |= line.there
    return holds
