"""`SampledRange`: ranges of one series for a function; `RangeCall`: the function's arguments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.evaluate.lines import NAME, EvaluatedSeries, HistogramArray, Times, unnamed
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.windows import Windows

Rows = slice | Times


@dataclass(frozen=True, slots=True, eq=False)
class SampledRange:
    """Ranges of one series: of all samples, and of each kind.

    If the series has no histograms, `histograms` is None and `floats` is `all`.
    """

    all: Windows
    floats: Windows
    histograms: Windows | None = None

    @property
    def metric(self) -> str:
        """Metric name, or an empty string."""
        return dict(self.all.series.labels).get(NAME, "")

    @property
    def has_floats(self) -> BoolArray:
        """Evaluations whose range contains a number."""
        return self.floats.count > 0

    @property
    def has_histograms(self) -> BoolArray:
        """Evaluations whose range contains a histogram."""
        if self.histograms is None:
            return np.zeros(len(self.all.first), dtype=bool)
        return self.histograms.count > 0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RangeCall:
    """Arguments of a function of ranges, besides the range."""

    name: str
    how: Semantics
    notes: QueryAnnotations
    times: Times
    numbers: Sequence[FloatArray] = ()

    def result(
        self,
        seen: SampledRange,
        values: FloatArray,
        there: BoolArray,
        histograms: HistogramArray | None = None,
    ) -> EvaluatedSeries:
        """Return a series of calculated values, without the metric name."""
        labels = unnamed(seen.all.series.labels, self.how)
        return EvaluatedSeries(labels, values, there, histograms=histograms, drops_name=True)


def narrowed(seen: Windows, rows: BoolArray) -> Windows:
    """Return the ranges of the given evaluations only."""
    return Windows(
        series=seen.series,
        ends=seen.ends[rows],
        length=seen.length,
        first=seen.first[rows],
        after=seen.after[rows],
    )


def positions(seen: Windows) -> Iterator[tuple[Rows, Times]]:
    """Yield the position of the first sample of every range, then of the second, and so on.

    Later positions cover only ranges with so many samples. Every range must have at least one.
    """
    count = seen.count
    shortest, longest = int(np.min(count)), int(np.max(count))
    for number in range(shortest):
        yield slice(None), seen.first + number
    for number in range(shortest, longest):
        rows = np.flatnonzero(count > number)
        yield rows, seen.first[rows] + number


def histograms_of(seen: Windows) -> Sequence[NativeHistogram]:
    """Return the samples of a series that has only histograms."""
    samples: Sequence[NativeHistogram] = seen.series.samples.tolist()
    return samples
