"""`rate`, `increase` and `delta` in Prometheus's own order of operations.

Source: extrapolatedRate in promql/functions.go, the same from v2.53.3 to v3.14.
"""

from __future__ import annotations

import numpy as np

from reliability.backtest.samples.lines import Line, Times, nameless
from reliability.backtest.samples.stored import Stored
from reliability.backtest.samples.windows import Windows
from reliability.history.series import FloatArray


def extrapolated(seen: Windows, *, counter: bool, per_second: bool) -> Line:
    """What a range rose by, extrapolated towards its ends; none where it has one sample or none."""
    there = seen.count >= 2
    values = np.zeros(len(there))
    first, last = seen.first[there], seen.after[there] - 1
    if len(first):
        rise = _rise(seen.series, first, last, counter=counter)
        factor = _factor(seen, first, last, seen.ends[there], rise if counter else None)
        if per_second:
            factor /= seen.length / 1000
        values[there] = rise * factor
    return Line(nameless(seen.series.labels), values, there)


def _rise(series: Stored, first: Times, last: Times, *, counter: bool) -> FloatArray:
    """The last value less the first, and what a counter had before each reset between them."""
    rise: FloatArray = series.values[last] - series.values[first]
    if not counter or not len(series.drops):
        return rise
    begin = np.searchsorted(series.drops, first, "right")
    end = np.searchsorted(series.drops, last, "right")
    if series.are_whole:
        lost = np.concatenate(([0.0], np.cumsum(series.lost)))
        rise += lost[end] - lost[begin]
        return rise
    for number in range(int((end - begin).max())):
        more = begin + number < end
        rise[more] += series.lost[begin[more] + number]
    return rise


def _factor(
    seen: Windows, first: Times, last: Times, ends: Times, counted: FloatArray | None
) -> FloatArray:
    """By how much the samples' own span is stretched; a counter not to before it was zero."""
    times, values = seen.series.times, seen.series.values
    sampled = (times[last] - times[first]) / 1000
    average = sampled / (last - first)
    near = average * 1.1
    before = (times[first] - (ends - seen.length)) / 1000
    after = (ends - times[last]) / 1000
    before = np.where(before >= near, average / 2, before)
    if counted is not None:
        begin = values[first]
        with np.errstate(all="ignore"):
            to_zero = sampled * (begin / counted)
        nearer = (counted > 0) & (begin >= 0) & (to_zero < before)
        before = np.where(nearer, to_zero, before)
    after = np.where(after >= near, average / 2, after)
    factor: FloatArray = (sampled + before + after) / sampled
    return factor
