"""Functions of ranges of numbers: last change, linear regression, smoothing and spread.

Source: promql/functions.go of v2.53.5 and v3.5.0. Each function takes ranges with the number of
samples that it needs, and returns one value per range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.promql.evaluate.lines import Times
from reliability.promql.evaluate.refused import WouldFail
from reliability.promql.evaluate.sampled import RangeCall, positions
from reliability.promql.evaluate.sums import adding
from reliability.promql.evaluate.windows import Windows

Function = Callable[[Windows, RangeCall], FloatArray]


def last_change(seen: Windows, call: RangeCall) -> FloatArray:
    """Return `irate` or `idelta`: from the second-to-last sample to the last."""
    values, times = seen.series.values, seen.series.times
    last, before = seen.after - 1, seen.after - 2
    change: FloatArray = values[last] - values[before]
    if call.name == "irate":
        was_reset = values[last] < values[before]
        # After a reset the counter began at 0, so its value is what it has counted.
        change = np.where(was_reset, values[last], change)
        change = change / ((times[last] - times[before]) / 1000)
    return change


def slope(seen: Windows, call: RangeCall) -> FloatArray:
    """Return `deriv`: the slope of the regression line, per second."""
    return _line(seen, seen.series.times[seen.first], call)[0]


def predicted(seen: Windows, call: RangeCall) -> FloatArray:
    """Return `predict_linear`: the value of the regression line at a later time."""
    rises, now = _line(seen, call.times, call)
    return rises * call.numbers[0] + now


def _line(seen: Windows, zero: Times, call: RangeCall) -> tuple[FloatArray, FloatArray]:
    """Return slope, and value at time `zero`, of each range, by least squares.

    Source: linearRegression.
    """
    add = adding(call.how)
    times, values = seen.series.times, seen.series.values
    sums, lost = np.zeros((2, 4, len(seen.first)))
    first = values[seen.first]
    is_constant = np.ones(len(first), dtype=bool)

    for rows, at in positions(seen):
        y = values[at]
        x = (times[at] - zero[rows]) / 1e3
        # `linearRegression` returns a slope of exactly 0 for equal values, where least squares
        # would leave a rounding error. The first sample equals itself, unless it is NaN.
        is_constant[rows] &= (y == first[rows]) | (at == seen.first[rows])
        for index, term in enumerate((x, y, x * y, x * x)):
            sums[index, rows], lost[index, rows] = add(term, sums[index, rows], lost[index, rows])

    x_sum, y_sum, product, square = sums + lost
    count = seen.count.astype(np.float64)
    rises = (product - x_sum * y_sum / count) / (square - x_sum * x_sum / count)
    starts = y_sum / count - rises * x_sum / count
    level = np.where(np.isinf(first), np.nan, first)
    return np.where(is_constant, level - level, rises), np.where(is_constant, level, starts)


def smoothed(seen: Windows, call: RangeCall) -> FloatArray:
    """Return `holt_winters`: the last sample, smoothed with earlier ones and their trend."""
    smoothing, trend = call.numbers
    _check_factor("smoothing", "sf", smoothing)
    _check_factor("trend", "tf", trend)
    values = seen.series.values
    current, before = values[seen.first].copy(), np.zeros(len(seen.first))
    slopes = values[seen.first + 1] - values[seen.first]

    for number, (rows, at) in enumerate(positions(seen)):
        if not number:
            continue
        if number > 1:
            kept = trend[rows] * (current[rows] - before[rows])
            slopes[rows] = kept + (1 - trend[rows]) * slopes[rows]
        raw = smoothing[rows] * values[at]
        guess = (1 - smoothing[rows]) * (current[rows] + slopes[rows])
        before[rows], current[rows] = current[rows], raw + guess

    return current


def _check_factor(what: str, short: str, factors: FloatArray) -> None:
    wrong = factors[(factors <= 0) | (factors >= 1)]
    if len(wrong):
        expected = f"Expected: 0 < {short} < 1, got: {wrong[0]:f}"
        raise WouldFail(f"invalid {what} factor. {expected}")


def deviation(seen: Windows, call: RangeCall) -> FloatArray:
    """Return `stddev_over_time`."""
    return np.sqrt(variance(seen, call))


def variance(seen: Windows, call: RangeCall) -> FloatArray:
    """Return `stdvar_over_time`, by Welford's method with compensation."""
    add = adding(call.how)
    mean, mean_lost, squares, squares_lost = np.zeros((4, len(seen.first)))
    for number, (rows, at) in enumerate(positions(seen), 1):
        value = seen.series.values[at]
        delta = value - (mean[rows] + mean_lost[rows])
        mean[rows], mean_lost[rows] = add(delta / number, mean[rows], mean_lost[rows])
        square = delta * (value - (mean[rows] + mean_lost[rows]))
        squares[rows], squares_lost[rows] = add(square, squares[rows], squares_lost[rows])
    return (squares + squares_lost) / seen.count


def quantile_of_range(seen: Windows, call: RangeCall) -> FloatArray:
    """Return `quantile_over_time`."""
    result = np.zeros(len(seen.first))
    counts = seen.count
    for count in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == count)
        samples = seen.series.values[seen.first[rows] + np.arange(count)[:, None]]
        result[rows] = quantile(call.numbers[0][rows], samples, np.full(len(rows), count))
    return result


def quantile(share: FloatArray, samples: FloatArray, counts: Times) -> FloatArray:
    """Return the quantile of each column, using only its first `counts` sorted entries.

    NaN sorts below every number. An unused entry is NaN, too, and not included in `counts`. Source:
    quantile in promql/quantile.go.
    """
    ordered = np.sort(samples, axis=0)
    missing = counts - np.count_nonzero(~np.isnan(samples), axis=0)
    rank = share * (counts - 1.0)
    lower = np.maximum(0, np.floor(rank))
    upper = np.minimum(counts - 1.0, lower + 1)

    weight = rank - np.floor(rank)
    below, above = (_entry(ordered, index, missing) for index in (lower, upper))
    result: FloatArray = below * (1 - weight) + above * weight
    result = np.where(share < 0, -np.inf, np.where(share > 1, np.inf, result))
    return np.where(np.isnan(share), np.nan, result)


def _entry(ordered: FloatArray, index: FloatArray, missing: Times) -> FloatArray:
    """Return the sorted entry at an index of each column, where `missing` NaN come first."""
    usable = np.nan_to_num(index, nan=0.0, posinf=0.0, neginf=0.0)
    at = np.clip(usable, 0, len(ordered) - 1).astype(np.int64) - missing
    value = ordered[np.maximum(at, 0), np.arange(ordered.shape[1])]
    return np.where(at < 0, np.nan, value)


FLOATS: Final[Mapping[str, tuple[Function, int]]] = {
    "deriv": (slope, 2),
    "predict_linear": (predicted, 2),
    "double_exponential_smoothing": (smoothed, 2),
    "quantile_over_time": (quantile_of_range, 1),
    "stddev_over_time": (deviation, 1),
    "stdvar_over_time": (variance, 1),
}
"""Functions that use numbers only, and the number of samples that each needs."""
