"""Which samples of a series each evaluation sees: the newest, or those of a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reliability.backtest.samples.lines import Line, Times
from reliability.backtest.samples.semantics import Semantics
from reliability.backtest.samples.stored import Stored


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Evaluation k sees the samples `first[k]` until just before `after[k]`.

    Its range ends at `ends[k]` and is `length` long, both in milliseconds.
    """

    series: Stored
    ends: Times
    length: int
    first: Times
    after: Times

    @property
    def count(self) -> Times:
        """How many samples each evaluation sees."""
        return self.after - self.first


def windows(series: Stored, ends: Times, after: Times, length: int, how: Semantics) -> Windows:
    """The samples of each range; stale markers are not seen (`series` is the `ranged` one)."""
    side: Literal["left", "right"] = "right" if how.is_left_open else "left"
    first = np.searchsorted(series.times, ends - length, side)
    return Windows(series, ends, length, first, after)


def newest(series: Stored, moments: Times, how: Semantics) -> Line:
    """The newest sample at each moment, if it is young enough and no stale marker."""
    if not len(series.times):
        return Line(series.labels, np.zeros(len(moments)), np.zeros(len(moments), dtype=bool))
    index = np.searchsorted(series.times, moments, "right") - 1
    found = np.maximum(index, 0)
    age = moments - series.times[found]
    young = age < how.lookback_ms if how.is_left_open else age <= how.lookback_ms
    there = (index >= 0) & young & ~series.stale[found]
    return Line(series.labels, series.values[found], there)
