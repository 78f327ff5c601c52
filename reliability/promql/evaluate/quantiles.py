"""`histogram_quantile` of classic histograms.

Source: BucketQuantile, coalesceBuckets and ensureMonotonicAndIgnoreSmallDeltas in
promql/quantile.go of v2.53.3 and v3.5.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.lines import EvaluatedSeries, Scalar

TOLERANCE: Final = 1e-12
"""smallDeltaTolerance in promql/quantile.go."""
SMALLEST: Final = 2.2250738585072014e-308
"""Smallest positive normal double."""

Bucket = tuple[float, EvaluatedSeries]


def of_buckets(
    quantile: Scalar,
    buckets: Sequence[Bucket],
    there: BoolArray,
    notes: QueryAnnotations,
    metric: str,
) -> FloatArray:
    """Return the quantile of one classic histogram, or NaN if its buckets do not determine one.

    Evaluations at which the same buckets are present are calculated together.
    """
    values = np.zeros(len(quantile))
    for rows, chosen in patterns(buckets, there):
        bounds, counts = coalesced(chosen, rows)
        rising = _Rising.of(counts)
        values[rows] = _interpolated(quantile[rows], bounds, rising.counts)
        if bool(np.any(rising.was_forced & ~np.isnan(values[rows]) & np.isfinite(values[rows]))):
            notes.forced_monotonicity(metric)
    return values


def patterns(
    buckets: Sequence[Bucket], there: BoolArray
) -> Iterator[tuple[np.ndarray, Sequence[Bucket]]]:
    """Yield sets of evaluations with the same buckets, and these buckets in ascending order."""
    ordered = sorted(buckets, key=lambda bucket: bucket[0])
    present = np.array([line.there & there for _, line in ordered])
    distinct, which = np.unique(present, axis=1, return_inverse=True)
    for number in range(distinct.shape[1]):
        chosen = [pair for pair, is_in in zip(ordered, distinct[:, number], strict=True) if is_in]
        if chosen:
            yield np.flatnonzero(which.ravel() == number), chosen


def coalesced(
    buckets: Sequence[Bucket], rows: np.ndarray
) -> tuple[list[float], Sequence[FloatArray]]:
    """Return bounds and counts, with buckets of equal bounds ("1" and "1.0") added up."""
    bounds: list[float] = []
    counts: list[FloatArray] = []
    for bound, line in buckets:
        if bounds and bound == bounds[-1]:
            counts[-1] = counts[-1] + line.values[rows]
        else:
            bounds.append(bound)
            counts.append(line.values[rows])
    return bounds, counts


@dataclass(frozen=True, slots=True, eq=False)
class _Rising:
    """Monotonic bucket counts, and the evaluations at which more than rounding was corrected."""

    counts: FloatArray
    was_forced: BoolArray

    @classmethod
    def of(cls, counts: Sequence[FloatArray]) -> _Rising:
        """Replace each count that is below or nearly equal to the one before by that one."""
        before, forced = counts[0], np.zeros(len(counts[0]), dtype=bool)
        rising = [before]
        for count in counts[1:]:
            near, falls = _nearly(before, count), count < before
            forced |= falls & ~near
            # Differences under 1e-12 of the counts are rounding of `rate`, and are removed without
            # an annotation (`ensureMonotonicAndIgnoreSmallDeltas`).
            before = np.where(falls | near, before, count)
            rising.append(before)
        return cls(np.array(rising), forced)


def _nearly(left: FloatArray, right: FloatArray) -> BoolArray:
    both, apart = np.abs(left) + np.abs(right), np.abs(left - right)
    tiny = (left == 0) | (right == 0) | (both < SMALLEST)
    share = apart / np.minimum(both, np.finfo(float).max)
    near: BoolArray = np.where(tiny, apart < TOLERANCE * SMALLEST, share < TOLERANCE)
    near |= left == right
    return near


def _interpolated(quantile: FloatArray, bounds: list[float], counts: FloatArray) -> FloatArray:
    """Interpolate linearly within the bucket that contains the quantile's rank."""
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
    # The first bucket starts at 0, unless its upper bound is not positive: then no lower bound is
    # known.
    result[first & (bounds[0] <= 0)] = bounds[0]
    # In the bucket of +Inf there is nothing to interpolate: its lower bound is the answer.
    result[bucket_index == len(bounds) - 1] = bounds[-2]

    return result
