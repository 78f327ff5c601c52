"""Functions of histograms in an instant vector, native and classic.

Source: resetHistograms in promql/engine.go, and promql/functions.go, of v2.53.5 and v3.5.0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate import native_quantiles
from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.evaluate.lines import (
    NAME,
    EvaluatedSeries,
    Labels,
    Scalar,
    Vector,
    dropped,
    gathered,
    unnamed,
)
from reliability.promql.evaluate.quantiles import Bucket, coalesced, of_buckets, patterns
from reliability.promql.evaluate.semantics import Semantics

BOUND: Final = "le"
OfHistogram = Callable[[NativeHistogram, int], float]


@dataclass(slots=True, eq=False, kw_only=True)
class _Histograms:
    """Histograms of a vector: native ones, and buckets of classic ones by labels without `le`."""

    how: Semantics
    notes: QueryAnnotations
    classic: dict[Labels, list[Bucket]] = field(default_factory=dict)
    native: list[EvaluatedSeries] = field(default_factory=list)
    conflicts: dict[Labels, BoolArray] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Vector, how: Semantics, notes: QueryAnnotations) -> _Histograms:
        """Separate native and classic histograms; one that exists in both forms is not used."""
        histograms = cls(how=how, notes=notes)
        for series in lines:
            histograms._add(series)
        for series in histograms.native:
            histograms._find_conflict(series)
        return histograms

    def _add(self, series: EvaluatedSeries) -> None:
        rows = series.are_histograms
        if rows.any():
            self.native.append(series.at(rows))
        numbers = series.floats
        if not numbers.there.any():
            return

        bound = dict(series.labels).get(BOUND, "")
        try:
            # A bucket without a valid `le` is left out with a warning, as in Prometheus; the others
            # still give a quantile.
            value = float(bound)
        except ValueError:
            self.notes.bad_bucket_label(series.metric, bound)
            return
        self.classic.setdefault(dropped(series.labels, (BOUND,)), []).append((value, numbers))

    def _find_conflict(self, series: EvaluatedSeries) -> None:
        buckets = self.classic.get(series.labels)
        if buckets is None:
            return
        both = series.there & np.any([line.there for _, line in buckets], axis=0)
        if both.any():
            self.notes.mixed_classic_and_native(series.metric)
            self.conflicts[series.labels] = both

    def usable(self, labels: Labels, there: BoolArray) -> BoolArray:
        """Return where a histogram is present and exists in only one form."""
        conflict = self.conflicts.get(labels)
        return there if conflict is None else there & ~conflict

    def natives(self, function: Callable[[NativeHistogram, int, str], float]) -> Vector:
        """Return one number per native histogram; `function` gets the metric name if it is kept."""
        return tuple(self._native(series, function) for series in self.native)

    def _native(
        self, series: EvaluatedSeries, function: Callable[[NativeHistogram, int, str], float]
    ) -> EvaluatedSeries:
        usable = series.at(self.usable(series.labels, series.there))
        metric = series.metric if self.how.delays_names else ""
        return _of_samples(usable, lambda sample, row: function(sample, row, metric), self.how)

    def classics(self, function: Callable[[list[Bucket], BoolArray, str], FloatArray]) -> Vector:
        """Return one number per classic histogram."""
        result = []
        for labels, buckets in self.classic.items():
            present = np.any([line.there for _, line in buckets], axis=0)
            there = self.usable(labels, present)
            metric = dict(labels).get(NAME, "") if self.how.is_left_open else ""
            values = function(buckets, there, metric)
            named = unnamed(labels, self.how)
            result.append(EvaluatedSeries(named, values, there, drops_name=True))
        return tuple(result)


def _of_samples(series: EvaluatedSeries, function: OfHistogram, how: Semantics) -> EvaluatedSeries:
    values = np.zeros(len(series.there))
    for row in np.flatnonzero(series.there).tolist():
        values[row] = function(series.samples[row], row)
    return replace(
        series,
        labels=unnamed(series.labels, how),
        values=values,
        histograms=None,
        drops_name=True,
    )


def quantiles(share: Scalar, lines: Vector, how: Semantics, notes: QueryAnnotations) -> Vector:
    """Return `histogram_quantile`."""
    notes.invalid_quantiles(share)
    histograms = _Histograms.of(lines, how, notes)

    def native(sample: NativeHistogram, row: int, metric: str) -> float:
        return native_quantiles.quantile(float(share[row]), sample, metric, how=how, notes=notes)

    def classic(buckets: list[Bucket], there: BoolArray, metric: str) -> FloatArray:
        return of_buckets(share, buckets, there, notes=notes, metric=metric)

    with np.errstate(all="ignore"):
        return gathered((*histograms.natives(native), *histograms.classics(classic)))


def fractions(
    bounds: tuple[Scalar, Scalar], lines: Vector, how: Semantics, notes: QueryAnnotations
) -> Vector:
    """Return `histogram_fraction`, which Prometheus 2 supports for native histograms only."""
    if not how.is_left_open:
        lines = tuple(series.at(series.are_histograms) for series in lines)
    histograms = _Histograms.of(lines, how, notes)
    lower, upper = bounds

    def native(sample: NativeHistogram, row: int, metric: str) -> float:
        ends = float(lower[row]), float(upper[row])
        return native_quantiles.fraction(ends, sample, metric, how=how, notes=notes)

    def classic(buckets: list[Bucket], there: BoolArray, _metric: str) -> FloatArray:
        values = np.zeros(len(there))
        for rows, chosen in patterns(buckets, there):
            limits, counts = coalesced(chosen, rows)
            for index, row in enumerate(rows.tolist()):
                pairs = [
                    (limit, float(count[index]))
                    for limit, count in zip(limits, counts, strict=True)
                ]
                ends = float(lower[row]), float(upper[row])
                values[row] = native_quantiles.classic_fraction(ends, pairs)
        return values

    with np.errstate(all="ignore"):
        return gathered((*histograms.natives(native), *histograms.classics(classic)))


def figures(name: str, lines: Vector, how: Semantics) -> Vector:
    """Return one figure of each native histogram, for `histogram_count` and the like."""
    figure = FIGURES[name]
    return gathered(
        _of_samples(series.at(series.are_histograms), lambda sample, _: figure(sample, how), how)
        for series in lines
    )


def _mean(sample: NativeHistogram, _how: Semantics) -> float:
    return sample.divided(sample.count).total


def _variance(sample: NativeHistogram, how: Semantics) -> float:
    """Return the variance of the bucket midpoints, with compensated summation."""
    middle, total, lost = _mean(sample, how), 0.0, 0.0
    for bucket in sample.buckets:
        if not bucket.count:
            continue
        delta = _middle(bucket.lower, bucket.upper, sample) - middle
        more = bucket.count * delta * delta
        result = total + more
        if math.isinf(result) and how.is_left_open:
            lost = 0.0
        elif abs(total) >= abs(more):
            lost += (total - result) + more
        else:
            lost += (more - result) + total
        total = result
    return replace(sample, total=total + lost).divided(sample.count).total


def _middle(lower: float, upper: float, sample: NativeHistogram) -> float:
    if sample.is_custom:
        return (upper + lower) / 2.0
    if lower <= 0 <= upper:
        return 0.0
    # The geometric mean: exponential buckets grow by a factor, so their middle is not the
    # arithmetic one (`histogram_stdvar`).
    return math.copysign(math.sqrt(upper * lower), upper)


def _deviation(sample: NativeHistogram, how: Semantics) -> float:
    variance = _variance(sample, how)
    # `math.sqrt` raises for a negative number or NaN, where Go returns NaN.
    return math.sqrt(variance) if variance >= 0 else math.nan


FIGURES: Final[Mapping[str, Callable[[NativeHistogram, Semantics], float]]] = {
    "histogram_count": lambda sample, _: sample.count,
    "histogram_sum": lambda sample, _: sample.total,
    "histogram_avg": _mean,
    "histogram_stdvar": _variance,
    "histogram_stddev": _deviation,
}
