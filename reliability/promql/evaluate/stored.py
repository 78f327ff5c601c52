"""`StoredSeries`: a series as a server stores it; `Storage`: the series to select from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.lines import (
    HistogramArray,
    Labels,
    Times,
    is_histogram,
    labels_of,
    no_histograms,
)
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector

STALE_BITS: Final = 0x7FF0000000000002
"""NaN that marks the end of a series (model/value/value.go: StaleNaN)."""

STALE: Final[np.float64] = np.array([STALE_BITS], dtype=np.uint64).view(np.float64)[0]
EXACT: Final = 2.0**53
"""Limit up to which doubles represent every integer exactly."""


def is_stale(values: FloatArray) -> BoolArray:
    """Return which values are stale markers; a scraped NaN is not one."""
    # Compare bits: both are NaN, which no comparison of numbers can tell apart.
    marked: BoolArray = np.ascontiguousarray(values).view(np.uint64) == STALE_BITS
    return marked


class StoredSeries:
    """One series: its labels, including `__name__`, and its samples in ascending time.

    `histograms` is None if all samples are numbers; a histogram sample is 0 in `values`.
    """

    def __init__(
        self,
        labels: Labels,
        times: Times,
        values: FloatArray,
        histograms: HistogramArray | None = None,
    ) -> None:
        self.labels, self.times, self.values = labels, times, values
        self.histograms = histograms
        self.stale = is_stale(values)

    @classmethod
    def of(cls, counter: Counter) -> StoredSeries:
        """Convert the result of a reader, sorting its samples and dropping duplicate times."""
        samples = counter.samples
        # Two blocks, or a retried request, can hold the same sample; Prometheus also merges them
        # into one.
        times, index = np.unique(samples.times, return_index=True)
        histograms = None if samples.histograms is None else samples.histograms[index]
        return cls(labels_of(counter.labels), times, samples.values[index], histograms=histograms)

    @property
    def samples(self) -> HistogramArray:
        """Histogram of each sample, or None for a number."""
        return no_histograms(len(self.times)) if self.histograms is None else self.histograms

    @cached_property
    def ranged(self) -> StoredSeries:
        """Series without stale markers, as ranges see it."""
        if not self.stale.any():
            return self
        there = ~self.stale
        histograms = None if self.histograms is None else self.histograms[there]
        return StoredSeries(
            self.labels, self.times[there], self.values[there], histograms=histograms
        )

    @cached_property
    def floats(self) -> StoredSeries:
        """Series without histogram samples."""
        if self.histograms is None:
            return self
        there = ~is_histogram(self.histograms)
        return StoredSeries(self.labels, self.times[there], self.values[there])

    @cached_property
    def only_histograms(self) -> StoredSeries:
        """Series without number samples."""
        there = is_histogram(self.samples)
        return StoredSeries(
            self.labels, self.times[there], self.values[there], histograms=self.samples[there]
        )

    @cached_property
    def histogram_resets(self) -> BoolArray:
        """Whether each sample of a series of histograms follows a reset."""
        samples = self.samples.tolist()
        after = (sample.is_reset_after(before) for before, sample in pairwise(samples))
        return np.array([False, *after][: len(samples)], dtype=bool)

    @cached_property
    def are_whole(self) -> bool:
        """Whether all values are integers, and small enough that any sum of them is exact."""
        values = self.values
        whole = bool(np.all(np.isfinite(values))) and bool(np.all(values == np.floor(values)))
        # The sum of all values bounds the sum of any range, whatever its signs.
        return whole and float(np.abs(values).sum()) < EXACT

    @cached_property
    def sums(self) -> FloatArray:
        """Cumulative sums of the values, starting with 0."""
        return np.concatenate(([0.0], np.cumsum(self.values)))

    @cached_property
    def drops(self) -> Times:
        """Positions at which a counter is below the value before, which are its resets."""
        return np.flatnonzero(self.values[1:] < self.values[:-1]) + 1

    @cached_property
    def lost(self) -> FloatArray:
        """Value of a counter before each of its resets."""
        return self.values[self.drops - 1]

    @cached_property
    def dropped(self) -> Times:
        """Number of resets up to and including each position."""
        marks = np.zeros(len(self.values), dtype=np.int64)
        marks[self.drops] = 1
        return np.cumsum(marks)

    @cached_property
    def risen(self) -> FloatArray:
        """Values of a counter with its resets undone; exact only if all values are integers."""
        marks = np.zeros(len(self.values))
        # A reset to a value below the last one means a restart from 0 (`extrapolatedRate` adds the
        # value before the reset), so all later values rise by what was lost.
        marks[self.drops] = self.lost
        return self.values + np.cumsum(marks)


@dataclass(slots=True)
class Storage:
    """Series to select from; recorded series are added during the evaluation."""

    series: list[StoredSeries] = field(default_factory=list)

    @classmethod
    def of(cls, counters: Iterable[Counter]) -> Storage:
        """Store every series once, sorted by its labels, as blocks do."""
        by_labels = {labels_of(counter.labels): counter for counter in counters}
        # The order is part of the result: sums of doubles depend on it, and `topk` breaks ties by
        # it.
        return cls([StoredSeries.of(by_labels[labels]) for labels in sorted(by_labels)])

    def select(self, selector: Selector) -> tuple[StoredSeries, ...]:
        """Return the series that a selector matches, sorted by their labels."""
        series = [
            one_series for one_series in self.series if selector.matches(dict(one_series.labels))
        ]
        return tuple(sorted(series, key=lambda matched: matched.labels))

    def add(self, recorded: Iterable[StoredSeries]) -> None:
        """Add the series that a rule recorded."""
        self.series.extend(recorded)
