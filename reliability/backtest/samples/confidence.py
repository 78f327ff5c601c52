"""Confidence in a sample-mode result: near ties, other phases, and undetected failures."""

from __future__ import annotations

from typing import Final

import numpy as np

from reliability.arrays import BoolArray
from reliability.backtest.confidence import PHASES, near_threshold, unseen
from reliability.backtest.firing import Firing, ReplayTerms, grid_of
from reliability.backtest.outcome import Confidence
from reliability.backtest.replay import GroupSeries
from reliability.backtest.samples.objectives import Sampled
from reliability.backtest.slis import why_not_replayed
from reliability.compile.prometheus.condition import alert_expression
from reliability.compile.prometheus.corrections import corrections_of
from reliability.compile.prometheus.names import SeriesNames
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.lines import have
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Semantics, milliseconds
from reliability.timespan import EPOCH

TOLERANCE: Final = 1e-9
"""Relative difference up to which compared values count as near the threshold."""


def sampled_confidence(
    sampled: Sampled, firing: Firing, group: GroupSeries, terms: ReplayTerms
) -> Confidence:
    """Return the confidence in the firing of one alert in one group.

    An evaluation is near the threshold if it changes when every compared value is a billionth more
    or less; if counters count the SLI's events, also with one failure more or less.
    """
    _, grid = grid_of(firing.every, group.series, terms)
    close = _holds(sampled, firing, group, how=Semantics(terms.ranges, slack=TOLERANCE))
    close ^= _holds(sampled, firing, group, how=Semantics(terms.ranges, slack=-TOLERANCE))
    if why_not_replayed(sampled.objective.sli) is None:
        close |= near_threshold(firing, group.counts, grid, terms=terms)

    at = sampled.side.groups.index(group)
    phases = tuple(
        (
            firing.every * quarter / PHASES,
            len(list(later[firing.alert][at].since(terms.span.start).intervals())),
        )
        for quarter, later in sampled.later.items()
    )
    gone = group.budget.share(unseen(firing, group.counts, grid))

    return Confidence(len(firing.on), int(np.count_nonzero(close)), phases, unseen=gone)


def _holds(sampled: Sampled, firing: Firing, group: GroupSeries, how: Semantics) -> BoolArray:
    """Return where the compiled expression is true in a group, before any `for`."""
    objective, every = sampled.objective, milliseconds(firing.every)
    first = milliseconds(firing.start - EPOCH)
    times = np.arange(len(firing.on), dtype=np.int64) * every + first
    names, corrections = SeriesNames.of(objective), corrections_of(objective)
    written = alert_expression(firing.alert, names, corrections)
    holds = np.zeros(len(times), dtype=bool)
    for line in Evaluator(sampled.storage, times, how).vector(read(written)):
        if have(line.labels, group.series.labels):
            holds |= line.there
    return holds
