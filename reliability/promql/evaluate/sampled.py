"""`SampledRange`: what a function of a range sees of one series, and `RangeCall`: its arguments."""

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
    """The ranges of one series: all samples, and those of each kind.

    `histograms` is None, and `floats` is `all`, where the series has no histogram at all.
    """

    all: Windows
    floats: Windows
    histograms: Windows | None = None

    @property
    def metric(self) -> str:
        """The metric's name, or an empty text."""
        return dict(self.all.series.labels).get(NAME, "")

    @property
    def has_floats(self) -> BoolArray:
        """The evaluations that see a number."""
        return self.floats.count > 0

    @property
    def has_histograms(self) -> BoolArray:
        """The evaluations that see a histogram."""
        if self.histograms is None:
            return np.zeros(len(self.all.first), dtype=bool)
        return self.histograms.count > 0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RangeCall:
    """What a function of a range is called with beside it."""

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
        """A series of what was calculated, without the metric's name."""
        labels = unnamed(seen.all.series.labels, self.how)
        return EvaluatedSeries(labels, values, there, histograms=histograms, drops_name=True)


def narrowed(seen: Windows, rows: BoolArray) -> Windows:
    """The ranges of some evaluations only."""
    return Windows(
        series=seen.series,
        ends=seen.ends[rows],
        length=seen.length,
        first=seen.first[rows],
        after=seen.after[rows],
    )


def positions(seen: Windows) -> Iterator[tuple[Rows, Times]]:
    """Where the first sample of every range is, then the second of those that have one, and so on.

    Every range has a sample.
    """
    count = seen.count
    shortest, longest = int(np.min(count)), int(np.max(count))
    for number in range(shortest):
        yield slice(None), seen.first + number
    for number in range(shortest, longest):
        rows = np.flatnonzero(count > number)
        yield rows, seen.first[rows] + number


def histograms_of(seen: Windows) -> Sequence[NativeHistogram]:
    """The samples of a series that has only histograms."""
    samples: Sequence[NativeHistogram] = seen.series.samples.tolist()
    return samples
