"""`histogram_quantile` and `histogram_fraction` of native, and fractions of classic histograms.

Source: HistogramQuantile, HistogramFraction and BucketFraction in promql/quantile.go of v3.5.0, and
histogramQuantile and histogramFraction of v2.53.5.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.histogram import Bucket, NativeHistogram, quotient
from reliability.promql.evaluate.logarithms import exp2, log2
from reliability.promql.evaluate.semantics import Semantics

QUANTILE: Final = "histogram_quantile"
FRACTION: Final = "histogram_fraction"


def quantile(
    share: float, histogram: NativeHistogram, metric: str, how: Semantics, notes: QueryAnnotations
) -> float:
    """Return the quantile of one histogram."""
    if share < 0 or share > 1:
        return math.copysign(math.inf, share)
    if histogram.count == 0 or math.isnan(share):
        return math.nan

    if how.is_left_open:
        return _Quantile(share, histogram, metric, notes=notes).value()
    return _quantile_of_2(share, histogram)


@dataclass(frozen=True, slots=True)
class _Reached:
    """Bucket that contains a rank, and the number of observations up to the bucket's end."""

    bucket: Bucket
    count: float
    rank: float
    rest: Iterator[Bucket]


def _reached(share: float, histogram: NativeHistogram, *, skips_empty: bool) -> _Reached:
    """Find the bucket of a quantile, from below, or from above for a quantile of 0.5 or more.

    If the sum is NaN, there may be NaN observations, and the search is always from below.
    """
    is_forward = math.isnan(histogram.total) or share < 0.5
    buckets = [*histogram.buckets]
    ordered = iter(buckets if is_forward else buckets[::-1])
    rank = (share if is_forward else 1 - share) * histogram.count

    bucket, count = Bucket(0.0, 0.0, 0.0), 0.0
    for bucket in ordered:
        if skips_empty and bucket.count == 0:
            continue
        count += bucket.count
        if count >= rank:
            break
    return _Reached(bucket, count, rank, rest=ordered)


def _in_zero_bucket(bucket: Bucket, histogram: NativeHistogram) -> Bucket:
    """Limit the zero bucket to one side of zero if all other observations are on that side."""
    if not histogram.negative and histogram.positive:
        return replace(bucket, lower=0.0)
    if not histogram.positive and histogram.negative:
        return replace(bucket, upper=0.0)
    return bucket


@dataclass(frozen=True, slots=True)
class _Quantile:
    """Quantile as Prometheus 3 calculates it."""

    share: float
    histogram: NativeHistogram
    metric: str
    notes: QueryAnnotations

    def value(self) -> float:
        reached = _reached(self.share, self.histogram, skips_empty=True)
        bucket = reached.bucket
        if self.histogram.is_custom:
            if bucket.lower == -math.inf:
                if bucket.upper <= 0:
                    return bucket.upper
                bucket = replace(bucket, lower=0.0)
            elif bucket.upper == math.inf:
                return bucket.lower
        elif bucket.lower < 0 < bucket.upper:
            bucket = _in_zero_bucket(bucket, self.histogram)

        count = min(reached.count, self.histogram.count)
        if count < reached.rank:
            return self._beyond(bucket)
        return self._within(bucket, count, reached)

    def _beyond(self, bucket: Bucket) -> float:
        if not math.isnan(self.histogram.total):
            return bucket.upper
        self.notes.nan_observations(QUANTILE, "result is NaN", self.metric)
        return math.nan

    def _within(self, bucket: Bucket, count: float, reached: _Reached) -> float:
        is_nan = math.isnan(self.histogram.total)
        forward = is_nan or self.share < 0.5
        rank = reached.rank - (count - bucket.count) if forward else count - reached.rank
        if is_nan:
            # Prometheus goes on with the last bucket as if the rank were in it (quantile.go).
            for bucket in reached.rest:
                count += bucket.count
            if count < self.histogram.count:
                self.notes.nan_observations(QUANTILE, "result is skewed higher", self.metric)

        fraction = quotient(rank, bucket.count)
        if self.histogram.is_custom or bucket.lower <= 0 <= bucket.upper:
            return bucket.lower + (bucket.upper - bucket.lower) * fraction
        return _exponential(bucket, fraction)


def _exponential(bucket: Bucket, fraction: float) -> float:
    """Interpolate within an exponential bucket: linearly in the logarithm."""
    lower, upper = log2(abs(bucket.lower)), log2(abs(bucket.upper))
    if bucket.lower > 0:
        return exp2(lower + (upper - lower) * fraction)
    return -exp2(upper + (lower - upper) * (1 - fraction))


def _quantile_of_2(share: float, histogram: NativeHistogram) -> float:
    """Return the quantile as Prometheus 2 does, with linear interpolation in every bucket."""
    reached = _reached(share, histogram, skips_empty=False)
    bucket = reached.bucket
    if bucket.lower < 0 < bucket.upper:
        bucket = _in_zero_bucket(bucket, histogram)

    count = min(reached.count, histogram.count)
    if count < reached.rank:
        return bucket.upper
    is_forward = math.isnan(histogram.total) or share < 0.5
    rank = reached.rank - (count - bucket.count) if is_forward else count - reached.rank
    fraction = quotient(rank, bucket.count)
    return bucket.lower + (bucket.upper - bucket.lower) * fraction


def fraction(
    bounds: tuple[float, float],
    histogram: NativeHistogram,
    metric: str,
    how: Semantics,
    notes: QueryAnnotations,
) -> float:
    """Return the share of observations of one histogram between two bounds."""
    lower, upper = bounds
    if histogram.count == 0 or math.isnan(lower) or math.isnan(upper):
        return math.nan
    if lower >= upper:
        return 0.0

    buckets = (_with_ends(bucket, histogram) for bucket in histogram.buckets)
    ranks = _ranks(bounds, buckets, _interpolation(histogram, how))
    count = histogram.count
    if math.isnan(histogram.total) and how.is_left_open:
        count = 0.0
        for bucket in histogram.buckets:
            count += bucket.count
        if count < histogram.count:
            consequence = "which are excluded from all fractions"
            notes.nan_observations(FRACTION, consequence, metric)
    first, last = (count if rank is None else min(rank, count) for rank in ranks)
    return (last - first) / histogram.count


Interpolation = Callable[[float, Bucket], float]
"""Function that returns the number of a bucket's observations below a value."""


def _with_ends(bucket: Bucket, histogram: NativeHistogram) -> Bucket:
    is_zero = bucket.lower <= 0 <= bucket.upper
    return _in_zero_bucket(bucket, histogram) if is_zero else bucket


def _interpolation(histogram: NativeHistogram, how: Semantics) -> Interpolation:
    def evenly(value: float, bucket: Bucket) -> float:
        return bucket.count * (value - bucket.lower) / (bucket.upper - bucket.lower)

    def exponentially(value: float, bucket: Bucket) -> float:
        if bucket.lower <= 0 <= bucket.upper:
            return evenly(value, bucket)
        lower, upper, here = (log2(abs(x)) for x in (bucket.lower, bucket.upper, value))
        if value > 0:
            return bucket.count * ((here - lower) / (upper - lower))
        return bucket.count * (1 - (here - upper) / (lower - upper))

    return exponentially if how.is_left_open and not histogram.is_custom else evenly


def _ranks(
    bounds: tuple[float, float], buckets: Iterator[Bucket], interpolate: Interpolation
) -> list[float | None]:
    """Return the number of observations below each bound, or None for a bound above all buckets."""
    ranks: list[float | None] = [None, None]
    rank = 0.0
    for bucket in buckets:
        for index, bound in enumerate(bounds):
            if ranks[index] is None and bucket.lower >= bound:
                ranks[index] = rank
            elif ranks[index] is None and bucket.lower < bound < bucket.upper:
                ranks[index] = rank + interpolate(bound, bucket)
        if None not in ranks:
            break
        rank += bucket.count
    return ranks


def classic_fraction(bounds: tuple[float, float], buckets: Sequence[tuple[float, float]]) -> float:
    """Return the share of observations between two bounds.

    `buckets` has pairs of upper bound and cumulative count, ascending.
    """
    lower, upper = bounds
    count = buckets[-1][1]
    if buckets[-1][0] != math.inf or count == 0 or math.isnan(lower) or math.isnan(upper):
        return math.nan
    if lower >= upper:
        return 0.0

    ranks = _ranks_of_classic(bounds, buckets)
    first, last = (count if rank is None else min(rank, count) for rank in ranks)
    return (last - first) / count


def _ranks_of_classic(
    bounds: tuple[float, float], buckets: Sequence[tuple[float, float]]
) -> list[float | None]:
    ranks: list[float | None] = [None, None]
    below, rank = -math.inf, 0.0
    for above, count in buckets:
        for index, bound in enumerate(bounds):
            if ranks[index] is None and below >= bound:
                ranks[index] = rank
            elif ranks[index] is None and below < bound < above:
                ranks[index] = rank + (count - rank) * (bound - below) / (above - below)
        if None not in ranks:
            break
        below, rank = above, count
    return ranks
