"""Which samples of a series each evaluation sees: the newest, or those of a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from reliability.arrays import BoolArray
from reliability.promql.evaluate.lines import EvaluatedSeries, Times
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import StoredSeries

Side: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Windows:
    """Evaluation k sees the samples `first[k]` until just before `after[k]`.

    Its range ends at `ends[k]` and is `length` long, both in milliseconds.
    """

    series: StoredSeries
    ends: Times
    length: int
    first: Times
    after: Times

    @property
    def count(self) -> Times:
        """How many samples each evaluation sees."""
        return self.after - self.first


class Positions:
    """Where moments lie among the samples of a series: how many samples are before each.

    Ranges of many lengths end and begin on one grid, so that most of it is looked up once.
    """

    def __init__(self, times: Times) -> None:
        steps = np.diff(times)
        even = len(steps) > 0 and bool(np.all(steps == steps[0]))
        self.times, self.step = times, int(steps[0]) if even else 0
        self._known: dict[tuple[StoredSeries, Side], Times] = {}

    def at(self, series: StoredSeries, earlier: int, side: Side) -> Times:
        """For every moment so many milliseconds earlier; "right" counts a sample at it too."""
        if not self.step or earlier % self.step or earlier < 0:
            return np.searchsorted(series.times, self.times - earlier, side)
        room = earlier // self.step
        if (series, side) not in self._known:
            self._known[series, side] = np.searchsorted(series.times, self.times, side)

        known = self._known[series, side]
        missing = room - (len(known) - len(self.times))
        if missing > 0:
            known = self._known[series, side] = self._grown(series, side, known, more=missing)

        start = len(known) - len(self.times) - room
        return known[start : start + len(self.times)]

    def _grown(self, series: StoredSeries, side: Side, known: Times, more: int) -> Times:
        """With so many moments in front."""
        first = int(self.times[0]) - (len(known) - len(self.times)) * self.step
        moments = first - self.step * np.arange(more, 0, -1, dtype=np.int64)
        return np.concatenate((np.searchsorted(series.times, moments, side), known))


def windows(
    series: StoredSeries, positions: Positions, offset: int, length: int, how: Semantics
) -> Windows:
    """The samples of each range; stale markers are not seen (`series` is the `ranged` one)."""
    after = positions.at(series, offset, "right")
    first = positions.at(series, offset + length, "right" if how.is_left_open else "left")
    return Windows(
        series=series, ends=positions.times - offset, length=length, first=first, after=after
    )


def is_young(age: Times, how: Semantics) -> BoolArray:
    """Whether samples of an age are not too old for the lookback."""
    return age < how.lookback_ms if how.is_left_open else age <= how.lookback_ms


def newest(series: StoredSeries, moments: Times, how: Semantics) -> EvaluatedSeries:
    """The newest sample at each moment, if it is young enough and no stale marker."""
    if not len(series.times):
        return EvaluatedSeries(
            series.labels, np.zeros(len(moments)), np.zeros(len(moments), dtype=bool)
        )

    index = np.searchsorted(series.times, moments, "right") - 1
    first = np.maximum(index, 0)
    young = is_young(moments - series.times[first], how)
    there = (index >= 0) & young & ~series.stale[first]

    histograms = None if series.histograms is None else series.histograms[first]
    return EvaluatedSeries(series.labels, series.values[first], there, histograms=histograms)
