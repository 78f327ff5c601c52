"""`StoredSeries`: series as a server holds them, and `Storage`: those an evaluation selects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.lines import Labels, Times, labels_of
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector

STALE_BITS: Final = 0x7FF0000000000002
"""The NaN that marks the end of a series (model/value/value.go: StaleNaN)."""

STALE: Final[np.float64] = np.array([STALE_BITS], dtype=np.uint64).view(np.float64)[0]
EXACT: Final = 2.0**53


def is_stale(values: FloatArray) -> BoolArray:
    """Where values are stale markers; a NaN that was scraped is none."""
    marked: BoolArray = np.ascontiguousarray(values).view(np.uint64) == STALE_BITS
    return marked


class StoredSeries:
    """One series: its labels, `__name__` among them, and its samples in the order of time."""

    def __init__(self, labels: Labels, times: Times, values: FloatArray) -> None:
        self.labels, self.times, self.values = labels, times, values
        self.stale = is_stale(values)

    @classmethod
    def of(cls, counter: Counter) -> StoredSeries:
        """From what a reader gives, in order and each moment once."""
        times, index = np.unique(counter.samples.times, return_index=True)
        return cls(labels_of(counter.labels), times, counter.samples.values[index])

    @cached_property
    def ranged(self) -> StoredSeries:
        """Without stale markers, as ranges see it."""
        if not self.stale.any():
            return self
        there = ~self.stale
        return StoredSeries(self.labels, self.times[there], self.values[there])

    @cached_property
    def are_whole(self) -> bool:
        """Whether all values are whole and so small that any sum of them is exact."""
        values = self.values
        whole = bool(np.all(np.isfinite(values))) and bool(np.all(values == np.floor(values)))
        return whole and float(np.abs(values).sum()) < EXACT

    @cached_property
    def sums(self) -> FloatArray:
        """Sums of the first so many values."""
        return np.concatenate(([0.0], np.cumsum(self.values)))

    @cached_property
    def drops(self) -> Times:
        """The positions at which a counter is below the value before: its resets."""
        return np.flatnonzero(self.values[1:] < self.values[:-1]) + 1

    @cached_property
    def lost(self) -> FloatArray:
        """What a counter had before each of its resets."""
        return self.values[self.drops - 1]

    @cached_property
    def dropped(self) -> Times:
        """How many resets there are up to each position, it included."""
        marks = np.zeros(len(self.values), dtype=np.int64)
        marks[self.drops] = 1
        return np.cumsum(marks)

    @cached_property
    def risen(self) -> FloatArray:
        """A counter without its resets; exact only where all values are whole."""
        marks = np.zeros(len(self.values))
        marks[self.drops] = self.lost
        return self.values + np.cumsum(marks)


@dataclass(slots=True)
class Storage:
    """Series by selector; what rules record is added while they are evaluated."""

    series: list[StoredSeries] = field(default_factory=list)

    @classmethod
    def of(cls, counters: Iterable[Counter]) -> Storage:
        """Every series once, sorted by its labels, as blocks hold them."""
        by_labels = {labels_of(counter.labels): counter for counter in counters}
        return cls([StoredSeries.of(by_labels[labels]) for labels in sorted(by_labels)])

    def select(self, selector: Selector) -> tuple[StoredSeries, ...]:
        """Those that a selector matches, sorted by their labels."""
        series = [
            one_series for one_series in self.series if selector.matches(dict(one_series.labels))
        ]
        return tuple(sorted(series, key=lambda matched: matched.labels))

    def add(self, recorded: Iterable[StoredSeries]) -> None:
        """What a rule has recorded."""
        self.series.extend(recorded)
