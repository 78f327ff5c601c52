"""`histogram_quantile` over buckets that are counters; native histograms have none.

Source: BucketQuantile, coalesceBuckets and ensureMonotonicAndIgnoreSmallDeltas in
promql/quantile.go of v2.53.3 and v3.5.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.lines import NAME, EvaluatedSeries, Labels, Scalar, Vector, dropped

BOUND: Final = "le"
TOLERANCE: Final = 1e-12
SMALLEST: Final = 2.2250738585072014e-308

Bucket = tuple[float, EvaluatedSeries]


def quantiles(quantile: Scalar, lines: Vector) -> Vector:
    """The quantile of each histogram; NaN where its buckets do not tell."""
    with np.errstate(all="ignore"):
        return tuple(
            _of_histogram(quantile, labels, sorted(buckets, key=lambda bucket: bucket[0]))
            for labels, buckets in _histograms(lines).items()
        )


def _histograms(lines: Vector) -> dict[Labels, list[Bucket]]:
    """Buckets with an upper bound that is a number, by the labels beside it."""
    histograms: dict[Labels, list[Bucket]] = {}
    for line in lines:
        try:
            bound = float(dict(line.labels).get(BOUND, ""))
        except ValueError:
            continue
        histograms.setdefault(dropped(line.labels, (BOUND, NAME)), []).append((bound, line))
    return histograms


def _of_histogram(quantile: Scalar, labels: Labels, buckets: Sequence[Bucket]) -> EvaluatedSeries:
    """Evaluations at which the same buckets are there are worked out together."""
    present = np.array([line.there for _, line in buckets])
    values = np.zeros(len(quantile))
    patterns, which = np.unique(present, axis=1, return_inverse=True)

    for number in range(patterns.shape[1]):
        rows = np.flatnonzero(which.ravel() == number)
        chosen = [pair for pair, there in zip(buckets, patterns[:, number], strict=True) if there]
        if chosen:
            bounds, counts = _coalesced(chosen, rows)
            values[rows] = _interpolated(quantile[rows], bounds, counts)

    return EvaluatedSeries(labels, values, np.any(present, axis=0))


def _coalesced(buckets: Sequence[Bucket], rows: np.ndarray) -> tuple[list[float], FloatArray]:
    """Bounds that are one number (1 and 1.0) as one bucket, and counts that never fall."""
    bounds: list[float] = []
    counts: list[FloatArray] = []
    for bound, line in buckets:
        if bounds and bound == bounds[-1]:
            counts[-1] = counts[-1] + line.values[rows]
        else:
            bounds.append(bound)
            counts.append(line.values[rows])
    return bounds, np.array(list(_rising(counts)))


def _rising(counts: Sequence[FloatArray]) -> Iterator[FloatArray]:
    """Each count, or the one before where it is less or all but the same."""
    before = counts[0]
    yield before
    for count in counts[1:]:
        before = np.where((count < before) | _nearly(before, count), before, count)
        yield before


def _nearly(left: FloatArray, right: FloatArray) -> BoolArray:
    both, apart = np.abs(left) + np.abs(right), np.abs(left - right)
    tiny = (left == 0) | (right == 0) | (both < SMALLEST)
    share = apart / np.minimum(both, np.finfo(float).max)
    near: BoolArray = np.where(tiny, apart < TOLERANCE * SMALLEST, share < TOLERANCE)
    near |= left == right
    return near


def _interpolated(quantile: FloatArray, bounds: list[float], counts: FloatArray) -> FloatArray:
    """Within the bucket that holds the quantile's rank, as if its events were spread evenly."""
    if bounds[-1] != np.inf or len(bounds) < 2:
        result: FloatArray = np.full(len(quantile), np.nan)
    else:
        result = _within(quantile, np.array(bounds), counts)
        result[(counts[-1] == 0) | np.isnan(quantile)] = np.nan
    result[quantile < 0], result[quantile > 1] = -np.inf, np.inf
    return result


def _within(quantile: FloatArray, bounds: FloatArray, counts: FloatArray) -> FloatArray:
    rank = quantile * counts[-1]
    reached = counts[:-1] >= rank
    bucket_index = np.where(reached.any(axis=0), reached.argmax(axis=0), len(bounds) - 1)
    column = np.arange(len(quantile))
    below = np.maximum(bucket_index - 1, 0)
    first = bucket_index == 0
    start = np.where(first, 0.0, bounds[below])
    before = np.where(first, 0.0, counts[below, column])
    count = counts[bucket_index, column] - before
    result: FloatArray = start + (bounds[bucket_index] - start) * ((rank - before) / count)
    result[first & (bounds[0] <= 0)] = bounds[0]
    result[bucket_index == len(bounds) - 1] = bounds[-2]

    return result
