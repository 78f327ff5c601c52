"""Computes the increments by minute of one counter from its raw samples.

Counter resets are corrected. An increment belongs to the minute of the later of its two samples. If
the samples are more than ten minutes apart, the time of the increment is unknown: it is dropped,
and the minutes between them stay unknown. The first sample of a counter has no increment, because
its value may have been counted at any time before; `rate` of Prometheus ignores it, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import FloatArray
from reliability.promql.samples import Samples, Times
from reliability.timespan import EPOCH, MINUTE, TimeSpan

MIN_SAMPLES: Final = 4
"""The minimum number of samples from which their interval is estimated."""

LONGEST_GAP: Final = timedelta(minutes=10)
MILLISECOND: Final = timedelta(milliseconds=1)
MINUTE_IN_MS: Final = 60_000


def increments(samples: Samples, span: TimeSpan) -> FloatArray:
    """Return the increment of each minute of a span, NaN if it is unknown; shape (minutes,).

    A sample exactly at the end of a minute belongs to that minute. Samples up to ten minutes
    around the span count, too, so that the result does not depend on how a span is split.
    """
    minutes = span.steps(MINUTE)
    times, values = _usable(samples)
    first = (span.start - EPOCH) // MINUTE
    minute = (times - 1) // MINUTE_IN_MS - first
    close = np.diff(times) <= LONGEST_GAP // MILLISECOND
    return _booked(minute, _steps(values), close, minutes=minutes)


def interval_of(samples: Iterable[Samples]) -> timedelta | None:
    """Return the interval of samples: the median of the counter that has the most samples.

    None if that counter has fewer than four samples.
    """
    most = max((sample.times for sample in samples), key=len, default=None)
    if most is None or len(most) < MIN_SAMPLES:
        return None
    return float(np.median(np.diff(most))) * MILLISECOND


def _usable(samples: Samples) -> tuple[Times, FloatArray]:
    """Return samples in order of time, one per timestamp, without NaN and infinite values."""
    usable = np.isfinite(samples.values)
    times, values = samples.times[usable], samples.values[usable]
    times, index = np.unique(times, return_index=True)
    return times, values[index]


def _steps(values: FloatArray) -> FloatArray:
    """Return the increase at each sample but the first; after a reset, the whole value."""
    steps: FloatArray = np.where(values[1:] < values[:-1], values[1:], values[1:] - values[:-1])
    return steps


def _booked(minute: Times, steps: FloatArray, close: NDArray[np.bool_], minutes: int) -> FloatArray:
    later = minute[1:]
    within = close & (later >= 0) & (later < minutes)
    counted = np.bincount(later[within], steps[within], minutes)
    begins = np.clip(minute[:-1][close] + 1, 0, minutes)
    ends = np.clip(later[close] + 1, 0, minutes)
    change = np.bincount(begins, minlength=minutes + 1) - np.bincount(ends, minlength=minutes + 1)
    known = np.cumsum(change)[:minutes] > 0
    known[later[within]] = True
    result: FloatArray = np.where(known, counted, np.nan)
    return result


def added(left: FloatArray, right: FloatArray) -> FloatArray:
    """Add two counters; a minute is known if at least one of them is known."""
    total: FloatArray = np.where(
        np.isnan(left), right, np.where(np.isnan(right), left, left + right)
    )
    return total
