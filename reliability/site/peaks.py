"""The highest error ratio that the windows of a pair reach together, on each day of a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.kernel import Evaluation, PrefixSums, StepGrid
from reliability.history.series import Series
from reliability.timespan import DAY, MINUTE, TimeSpan

MINUTES: Final = DAY // MINUTE
WindowLengths: TypeAlias = tuple[timedelta, timedelta]
"""The long and the short window of a pair."""


def peaks_of_groups(
    groups: Sequence[Series], whole: TimeSpan, windows: Sequence[WindowLengths]
) -> Mapping[WindowLengths, FloatArray]:
    """Return the highest ratio of any group on each day of a month, by pair of windows."""
    peaks = {pair: np.zeros(whole.length // DAY) for pair in windows}
    longest = max(max(pair) for pair in windows)
    for series in groups:
        counts = PrefixSums.of(series, longest)
        grid = StepGrid((whole.start - series.start) // MINUTE, 1, whole.length // MINUTE)
        evaluation = Evaluation(counts, grid, ReplayTerms(whole).ranges)
        with np.errstate(divide="ignore", invalid="ignore"):
            for long, short in windows:
                both = np.minimum(evaluation.ratio(long), evaluation.ratio(short))
                # No event in a window is NaN, of which no comparison is true.
                of_day = np.where(np.isnan(both), 0.0, both).reshape(-1, MINUTES).max(axis=1)
                peaks[long, short] = np.maximum(peaks[long, short], of_day)
    return peaks
