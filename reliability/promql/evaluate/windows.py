"""Samples that each evaluation sees of a series: the newest, or those of a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from reliability.arrays import BoolArray
from reliability.promql.evaluate.lines import EvaluatedSeries, Times
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import StoredSeries

MOST_PREPENDED: Final = 8
"""Times the length of the grid."""

Side: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Windows:
    """Samples from `first[k]` to before `after[k]`, which evaluation k sees.

    The range ends at `ends[k]` and is `length` long, both in milliseconds.
    """

    series: StoredSeries
    ends: Times
    length: int
    first: Times
    after: Times

    @property
    def count(self) -> Times:
        """Number of samples that each evaluation sees."""
        return self.after - self.first


class Positions:
    """Number of samples of a series before each evaluation time.

    Ranges of many lengths start and end on one grid, so that most positions are looked up once.
    """

    def __init__(self, times: Times) -> None:
        steps = np.diff(times)
        even = len(steps) > 0 and bool(np.all(steps == steps[0]))
        self.times, self.step = times, int(steps[0]) if even else 0
        self._known: dict[tuple[StoredSeries, Side], Times] = {}

    def at(self, series: StoredSeries, earlier: int, side: Side) -> Times:
        """Return the positions `earlier` milliseconds before all times.

        The side "right" also counts a sample exactly at that time.
        """
        # Off the grid, nothing is shared with other ranges: look the times up directly.
        if not self.step or earlier % self.step or earlier < 0:
            return np.searchsorted(series.times, self.times - earlier, side)
        room = earlier // self.step
        if (series, side) not in self._known:
            self._known[series, side] = np.searchsorted(series.times, self.times, side)

        known = self._known[series, side]
        missing = room - (len(known) - len(self.times))
        # A range of years on a grid of a day would prepend far more than it looks up.
        if missing > MOST_PREPENDED * len(self.times):
            return np.searchsorted(series.times, self.times - earlier, side)
        if missing > 0:
            known = self._known[series, side] = self._grown(series, side, known, more=missing)

        start = len(known) - len(self.times) - room
        return known[start : start + len(self.times)]

    def _grown(self, series: StoredSeries, side: Side, known: Times, more: int) -> Times:
        """Prepend the positions of `more` earlier grid times."""
        first = int(self.times[0]) - (len(known) - len(self.times)) * self.step
        moments = first - self.step * np.arange(more, 0, -1, dtype=np.int64)
        return np.concatenate((np.searchsorted(series.times, moments, side), known))


def windows(
    series: StoredSeries, positions: Positions, offset: int, length: int, how: Semantics
) -> Windows:
    """Return the samples of each range. `series` must be without stale markers (`ranged`)."""
    after = positions.at(series, offset, "right")
    # "right" skips a sample exactly at the start of the range, which Prometheus 3 no longer
    # includes.
    first = positions.at(series, offset + length, "right" if how.is_left_open else "left")
    return Windows(
        series=series, ends=positions.times - offset, length=length, first=first, after=after
    )


def is_young(age: Times, how: Semantics) -> BoolArray:
    """Return whether samples of an age are within the lookback."""
    return age < how.lookback_ms if how.is_left_open else age <= how.lookback_ms


def newest(series: StoredSeries, moments: Times, how: Semantics) -> EvaluatedSeries:
    """Return the newest sample at each time, except stale markers and samples past the lookback."""
    if not len(series.times):
        return EvaluatedSeries(
            series.labels, np.zeros(len(moments)), np.zeros(len(moments), dtype=bool)
        )

    # A sample exactly at the evaluation counts: an instant selector includes its own time.
    index = np.searchsorted(series.times, moments, "right") - 1
    first = np.maximum(index, 0)
    young = is_young(moments - series.times[first], how)
    # A stale marker ends a series at once; without one, it ends after the lookback.
    there = (index >= 0) & young & ~series.stale[first]

    histograms = None if series.histograms is None else series.histograms[first]
    return EvaluatedSeries(series.labels, series.values[first], there, histograms=histograms)
