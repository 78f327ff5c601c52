"""`topk`, `bottomk`, `quantile`, `stddev` and `stdvar`, and `sort`.

Source: aggregation and aggregationK in promql/engine.go of v2.53.5 and v3.5.0, and Go's
container/heap, which determines which of several equal samples is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cmp_to_key
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.lines import Scalar, Vector
from reliability.promql.evaluate.numerals import general
from reliability.promql.evaluate.refused import WouldFail
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.trends import quantile

LARGEST: Final = 9223372036854774784.0
SMALLEST: Final = -9223372036854775808.0
"""Range of numbers that Go converts to int64."""
SORTED_BY_INSERTION: Final = 12
"""Length up to which Go's sort uses insertion sort (maxInsertion in package sort)."""

Less = Callable[[float, float], bool]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Selection of the k largest or smallest samples of each group."""

    is_largest: bool

    def of(self, groups: Sequence[Vector], counts: Scalar) -> Vector:
        """Return the selected samples, otherwise unchanged."""
        kept = [[np.zeros(len(counts), dtype=bool) for _ in group] for group in groups]
        order: list[tuple[int, int]] = []
        for moment, count in enumerate(_whole(counts)):
            if count >= 1:
                order = self._keep(groups, kept, moment, count=count)

        # An instant query returns the samples in the order of the ranking, a range query in that of
        # the series.
        if len(counts) == 1:
            return tuple(groups[group][index] for group, index in order)
        return tuple(
            series.at(there)
            for group, rows in zip(groups, kept, strict=True)
            for series, there in zip(group, rows, strict=True)
        )

    def _keep(
        self,
        groups: Sequence[Vector],
        kept: Sequence[Sequence[np.ndarray]],
        moment: int,
        count: int,
    ) -> list[tuple[int, int]]:
        order = []
        for number, group in enumerate(groups):
            present = [
                (float(series.values[moment]), index)
                for index, series in enumerate(group)
                if series.there[moment]
            ]
            for _, index in self._ranked(present, count):
                kept[number][index][moment] = True
                order.append((number, index))
        return order

    def _ranked(self, samples: Sequence[tuple[float, int]], count: int) -> list[tuple[float, int]]:
        heap: list[tuple[float, int]] = []
        less = _is_below if self.is_largest else _is_above
        for sample in samples:
            if len(heap) < count:
                heap.append(sample)
                _up(heap, less)
            # The heap of Go's container/heap, step by step: which of several equal samples stays
            # depends on it.
            elif less(heap[0][0], sample[0]) and not math.isnan(sample[0]):
                heap[0] = sample
                _down(heap, less)
        return _sorted(heap, lambda left, right: less(right, left))


def check_counts(counts: Scalar, lines: Vector, how: Semantics) -> None:
    """Refuse a k that does not fit into int64; in Prometheus 3, only one that chooses samples.

    Raises:
        WouldFail: there is such a k.
    """
    present = np.zeros(len(counts), dtype=bool)
    for series in lines:
        present |= series.there
    wrong = ~((counts <= LARGEST) & (counts >= SMALLEST))
    if how.is_left_open:
        wrong &= present & ~np.all(counts < 1)
    if wrong.any():
        value = float(counts[wrong][0])
        raise WouldFail(f"Scalar value {general(value)} overflows int64")


def _whole(counts: Scalar) -> list[int]:
    return [int(count) if math.isfinite(count) else 0 for count in counts.tolist()]


def _is_below(left: float, right: float) -> bool:
    return math.isnan(left) or left < right


def _is_above(left: float, right: float) -> bool:
    return math.isnan(left) or left > right


def _up(heap: list[tuple[float, int]], less: Less) -> None:
    """Move the last entry up to its position (container/heap)."""
    child = len(heap) - 1
    while child > 0:
        parent = (child - 1) // 2
        if not less(heap[child][0], heap[parent][0]):
            break
        heap[parent], heap[child] = heap[child], heap[parent]
        child = parent


def _down(heap: list[tuple[float, int]], less: Less) -> None:
    """Move the first entry down to its position (container/heap)."""
    parent = 0
    while (left := 2 * parent + 1) < len(heap):
        child = left
        if left + 1 < len(heap) and less(heap[left + 1][0], heap[left][0]):
            child = left + 1
        if not less(heap[child][0], heap[parent][0]):
            break
        heap[parent], heap[child] = heap[child], heap[parent]
        parent = child


def _sorted(entries: list[tuple[float, int]], less: Less) -> list[tuple[float, int]]:
    """Sort by insertion, as Go does for up to twelve entries; sort longer lists stably."""
    if len(entries) > SORTED_BY_INSERTION:

        def compare(one: tuple[float, int], other: tuple[float, int]) -> int:
            return int(less(other[0], one[0])) - int(less(one[0], other[0]))

        return sorted(entries, key=cmp_to_key(compare))
    for end in range(1, len(entries)):
        at = end
        while at > 0 and less(entries[at][0], entries[at - 1][0]):
            entries[at], entries[at - 1] = entries[at - 1], entries[at]
            at -= 1
    return entries


def by_value(lines: Vector, *, descending: bool) -> Vector:
    """Return the series of `sort` or `sort_desc` at one evaluation; NaN comes last."""
    less = _is_below if descending else _is_above
    values = [(float(series.values[0]), index) for index, series in enumerate(lines)]
    ordered = _sorted(values, lambda left, right: less(right, left))
    return tuple(lines[index] for _, index in ordered)


def quantiles_of_groups(
    groups: Sequence[Vector], share: Scalar, notes: QueryAnnotations
) -> Sequence[FloatArray]:
    """Return the quantile of the samples of each group."""
    _check_share(share, notes)
    result = []
    for group in groups:
        samples = np.array([np.where(series.there, series.values, np.nan) for series in group])
        counts = np.sum([series.there for series in group], axis=0)
        result.append(quantile(share, samples, counts))
    return result


def _check_share(share: Scalar, notes: QueryAnnotations) -> None:
    if np.isnan(share).any():
        notes.invalid_quantile(math.nan)
    if bool(np.any(share > 1)):
        notes.invalid_quantile(float(np.nanmax(share)))
    if bool(np.any(share < 0)):
        notes.invalid_quantile(float(np.nanmin(share)))


def spread(lines: Vector, how: Semantics) -> FloatArray:
    """Return the variance of a group, by Welford's method.

    Histograms are ignored, except as the first sample of a group: Prometheus 2 treats it as 0.
    """
    first = np.zeros(len(lines[0].there))
    count, mean, squares = first, first.copy(), first.copy()
    for series in lines:
        there = series.there & ~(series.are_histograms & (count > 0))
        value, is_first = series.values, there & (count == 0)
        moved = count + 1
        delta = value - mean
        new_mean = mean + delta / moved
        new_squares = squares + delta * (value - new_mean)
        start = np.where(np.isfinite(value), 0.0, np.nan) if how.is_left_open else 0.0

        mean = np.where(there, np.where(is_first, value, new_mean), mean)
        squares = np.where(there, np.where(is_first, start, new_squares), squares)
        count = count + there
    return squares / count


def without_histograms(lines: Vector, name: str, how: Semantics, notes: QueryAnnotations) -> Vector:
    """Return the series that an aggregation of numbers sees.

    Prometheus 2 treats histograms as 0; Prometheus 3 ignores them and adds an info.
    """
    if not how.is_left_open:
        return lines if name in ("stddev", "stdvar") else tuple(series.zeros for series in lines)
    if any(series.are_histograms.any() for series in lines):
        notes.ignored_in_aggregation(name)
    return tuple(replace(series, there=series.floats.there, histograms=None) for series in lines)
