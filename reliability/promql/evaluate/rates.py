"""`rate`, `increase` and `delta` in Prometheus's order of operations.

Source: extrapolatedRate in promql/functions.go, the same from v2.53.3 to v3.14.
"""

from __future__ import annotations

import numpy as np

from reliability.arrays import FloatArray
from reliability.promql.evaluate.lines import EvaluatedSeries, Times, unnamed
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import StoredSeries
from reliability.promql.evaluate.windows import Windows


def extrapolated(
    seen: Windows, how: Semantics, *, counter: bool, per_second: bool
) -> EvaluatedSeries:
    """Return the increase of each range, extrapolated to its ends; it needs two samples."""
    # One sample has no slope; Prometheus returns nothing for it, and not 0. Start timestamps, from
    # which newer versions derive a rate of one sample, are not in the stored history.
    there = seen.count >= 2
    values = np.zeros(len(there))
    if there.any():
        where = slice(None) if there.all() else there
        first, last = seen.first[where], seen.after[where] - 1
        with np.errstate(all="ignore"):
            # As in `extrapolatedRate`, the factor is divided by the seconds before it multiplies
            # the rise. Another order differs in the last bit, which can change a comparison.
            rise = _rise(seen.series, first, last, counter=counter)
            factor = _factor(
                seen, first, last, ends=seen.ends[where], counted=rise if counter else None
            )
            if per_second:
                factor /= seen.length / 1000
            values[where] = rise * factor

    labels = unnamed(seen.series.labels, how)
    return EvaluatedSeries(labels, values, there, drops_name=True)


def extrapolation(seen: Windows, *, per_second: bool) -> FloatArray:
    """Return the factor that extrapolates histograms; every range has at least two samples."""
    factor = _factor(seen, seen.first, seen.after - 1, ends=seen.ends, counted=None)
    return factor / (seen.length / 1000) if per_second else factor


def _rise(series: StoredSeries, first: Times, last: Times, *, counter: bool) -> FloatArray:
    """Return the last value minus the first, plus a counter's value before each reset."""
    # Whole numbers below 2^53 add up exactly in any order, so one subtraction replaces the loop
    # over resets; with fractions, the loop repeats Prometheus's order of additions.
    if counter and len(series.drops) and series.are_whole:
        exact: FloatArray = series.risen[last] - series.risen[first]
        return exact

    rise: FloatArray = series.values[last] - series.values[first]
    if not counter or not len(series.drops):
        return rise

    begin, end = series.dropped[first], series.dropped[last]
    # One pass per reset and not per range: the n-th reset of every range is added at once.
    for number in range(int(np.max(end - begin))):
        more = begin + number < end
        rise[more] += series.lost[begin[more] + number]

    return rise


def _factor(
    seen: Windows, first: Times, last: Times, ends: Times, counted: FloatArray | None
) -> FloatArray:
    """Return the factor from the sampled to the extrapolated interval.

    A counter (`counted`) is not extrapolated to before it was zero.
    """
    times = seen.series.times
    begin, end = times[first], times[last]
    sampled = (end - begin) / 1000
    # The average distance of samples, which is halved below; the names of Prometheus are
    # `averageDurationBetweenSamples` and `extrapolationThreshold`.
    half = sampled / (last - first)
    # Samples up to 1.1 average intervals from the end of the range are extrapolated to it. Farther
    # away, the series is assumed to end within the range, half an interval after its last sample.
    near = half * 1.1
    half /= 2
    before = (begin - (ends - seen.length)) / 1000
    np.copyto(before, half, where=before >= near)
    if counted is not None:
        _not_before_zero(before, seen.series.values[first], counted, sampled=sampled)

    after = (ends - end) / 1000
    np.copyto(after, half, where=after >= near)
    before += sampled
    before += after
    before /= sampled

    return before


def _not_before_zero(
    before: FloatArray, begin: FloatArray, counted: FloatArray, sampled: FloatArray
) -> None:
    """Limit the extrapolation to the left (`before`) to the time at which the counter was zero."""
    to_zero = begin / counted
    to_zero *= sampled
    # A counter that did not rise has no slope to extrapolate, and a negative one is not a counter.
    np.copyto(before, to_zero, where=(to_zero < before) & (counted > 0) & (begin >= 0))
