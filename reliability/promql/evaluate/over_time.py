"""`sum_over_time` and the like: one value from the samples of each range."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.promql.evaluate.lines import EvaluatedSeries, Times, unnamed
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.sums import add, mean_of, settled, stays_infinite
from reliability.promql.evaluate.windows import Windows

Function = Callable[[Windows], FloatArray]
"""Function of ranges with at least one sample each."""

Rows = slice | Times


def over_time(name: str, seen: Windows, how: Semantics) -> EvaluatedSeries:
    """Return the value of each range; a range without samples has none."""
    function = (OVER_TIME if how.is_left_open else OF_2)[name]
    there = seen.count > 0
    values = np.zeros(len(there))

    if there.any():
        narrowed = Windows(
            series=seen.series,
            ends=seen.ends[there],
            length=seen.length,
            first=seen.first[there],
            after=seen.after[there],
        )
        with np.errstate(all="ignore"):
            values[there] = function(narrowed)

    labels = seen.series.labels
    # The result is a sample of the series, so it keeps the metric's name; a computed value has
    # none.
    if name == "last_over_time":
        return EvaluatedSeries(labels, values, there)
    return EvaluatedSeries(unnamed(labels, how), values, there, drops_name=True)


def _sum(seen: Windows) -> FloatArray:
    return settled(*_summed(seen))


def _summed(seen: Windows) -> tuple[FloatArray, FloatArray]:
    """Return the sum of each range, and the part of it lost to rounding."""
    total, lost = np.zeros((2, len(seen.first)))
    if seen.series.are_whole:
        # Prefix sums cost the same for every length of range. They are exact for whole numbers
        # only, and request counters are whole numbers.
        return seen.series.sums[seen.after] - seen.series.sums[seen.first], lost
    for rows, values in _columns(seen):
        total[rows], lost[rows] = add(values, total[rows], lost[rows])
    return total, lost


def _mean(seen: Windows) -> FloatArray:
    total, lost = _summed(seen)
    mean: FloatArray = total / seen.count + lost / seen.count
    for row in np.flatnonzero(~np.isfinite(total)).tolist():
        mean[row] = mean_of(seen.series.values[seen.first[row] : seen.after[row]].tolist())
    return mean


def _running_mean(seen: Windows) -> FloatArray:
    """Return the mean as Prometheus 2 updates it with every sample (`funcAvgOverTime`)."""
    mean, lost = np.zeros((2, len(seen.first)))
    for number, (rows, values) in enumerate(_columns(seen), 1):
        before = mean[rows]
        stays = stays_infinite(before, values)
        moved, error = add(values / number - before / number, before, lost[rows])
        mean[rows], lost[rows] = np.where(stays, before, moved), np.where(stays, lost[rows], error)
    return settled(mean, lost)


def _count(seen: Windows) -> FloatArray:
    return seen.count.astype(np.float64)


def _largest(seen: Windows) -> FloatArray:
    # `compareOverTime` starts with the first value and replaces NaN by any number: that is `fmax`,
    # which ignores NaN, and not `maximum`, which keeps it.
    return _reduced(seen, np.fmax)


def _smallest(seen: Windows) -> FloatArray:
    return _reduced(seen, np.fmin)


def _reduced(seen: Windows, choose: Callable[[FloatArray, FloatArray], FloatArray]) -> FloatArray:
    """Reduce each range to the choice between its first and its last power of two of samples.

    Both may overlap, since a choice of equals changes nothing; a range of a month has 40,000.
    """
    result = np.empty(len(seen.first))
    chosen, length, longest = seen.series.values, 1, int(np.max(seen.count))
    while True:
        rows = (seen.count >= length) & (seen.count < 2 * length)
        result[rows] = choose(chosen[seen.first[rows]], chosen[seen.after[rows] - length])
        if 2 * length > longest:
            return result
        chosen = choose(chosen[:-length], chosen[length:])
        length *= 2


def _last(seen: Windows) -> FloatArray:
    return seen.series.values[seen.after - 1]


def _present(seen: Windows) -> FloatArray:
    return np.ones(len(seen.first))


def _resets(seen: Windows) -> FloatArray:
    drops = seen.series.drops
    begin = np.searchsorted(drops, seen.first, "right")
    return (np.searchsorted(drops, seen.after - 1, "right") - begin).astype(np.float64)


def _changes(seen: Windows) -> FloatArray:
    values = seen.series.values
    # Two NaN in a row are no change (`funcChanges`), although NaN differs from itself.
    same = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
    moved = np.concatenate(([0], np.cumsum(~same)))
    return (moved[seen.after - 1] - moved[seen.first]).astype(np.float64)


def _columns(seen: Windows) -> Iterator[tuple[Rows, FloatArray]]:
    """Yield the first sample of every range, then the second of those that have one, and so on."""
    count, values = seen.count, seen.series.values
    shortest, longest = int(np.min(count)), int(np.max(count))
    for number in range(shortest):
        yield slice(None), values[seen.first + number]
    for number in range(shortest, longest):
        rows = np.flatnonzero(count > number)
        yield rows, values[seen.first[rows] + number]


OVER_TIME: Final[Mapping[str, Function]] = {
    "sum_over_time": _sum,
    "avg_over_time": _mean,
    "count_over_time": _count,
    "max_over_time": _largest,
    "min_over_time": _smallest,
    "last_over_time": _last,
    "present_over_time": _present,
    "absent_over_time": _present,
    "resets": _resets,
    "changes": _changes,
}
OF_2: Final = {**OVER_TIME, "avg_over_time": _running_mean}
