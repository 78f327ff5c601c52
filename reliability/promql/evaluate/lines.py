"""`EvaluatedSeries`: one series of a result over all evaluations, and operations on its labels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.annotations import quoted
from reliability.promql.evaluate.refused import WouldFail
from reliability.promql.evaluate.semantics import Semantics

Times: TypeAlias = NDArray[np.int64]
"""Milliseconds since 1970, ascending."""

Labels: TypeAlias = tuple[tuple[str, str], ...]
"""Sorted by name, without empty values."""

HistogramArray: TypeAlias = NDArray[np.object_]
"""A `NativeHistogram` for each histogram sample, and None for each number."""

NAME: Final = "__name__"
METADATA: Final = (NAME, "__type__", "__unit__")
"""Labels that describe a metric and do not apply to values calculated from it."""
DUPLICATES: Final = "vector cannot contain metrics with the same labelset"


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedSeries:
    """Values of one series, one per evaluation; only entries where `there` is true count.

    `histograms` is None if all samples are numbers; a histogram sample has the value 0 in `values`,
    as in Prometheus. `drops_name` marks a series whose metric name is removed at the end
    (`Semantics.delays_names`).
    """

    labels: Labels
    values: FloatArray
    there: BoolArray
    _: KW_ONLY
    histograms: HistogramArray | None = None
    drops_name: bool = False

    @property
    def metric(self) -> str:
        """Metric name, or an empty string."""
        return dict(self.labels).get(NAME, "")

    @property
    def samples(self) -> HistogramArray:
        """Histogram of each evaluation, or None for a number."""
        return no_histograms(len(self.there)) if self.histograms is None else self.histograms

    def cut_to(self, evaluations: BoolArray) -> EvaluatedSeries:
        """Return the values of some evaluations only."""
        histograms = None if self.histograms is None else self.histograms[evaluations]
        return replace(
            self,
            values=self.values[evaluations],
            there=self.there[evaluations],
            histograms=histograms,
        )

    @property
    def are_histograms(self) -> BoolArray:
        """Evaluations at which the sample is a histogram."""
        if self.histograms is None:
            return np.zeros(len(self.there), dtype=bool)
        return self.there & is_histogram(self.histograms)

    @property
    def floats(self) -> EvaluatedSeries:
        """Series without its histogram samples."""
        if self.histograms is None:
            return self
        return replace(self, there=self.there & ~self.are_histograms, histograms=None)

    @property
    def zeros(self) -> EvaluatedSeries:
        """Series with histograms as zeros, as some functions of Prometheus 2 see them."""
        return replace(self, histograms=None)

    def at(self, rows: BoolArray) -> EvaluatedSeries:
        """Return the series at the given evaluations only."""
        return replace(self, there=self.there & rows)


Vector: TypeAlias = tuple[EvaluatedSeries, ...]
Scalar: TypeAlias = FloatArray
"""One number per evaluation."""


def labels_of(labels: Mapping[str, str]) -> Labels:
    """Return the labels with nonempty values, sorted."""
    # An empty value is the same as no label (Prometheus's data model), so it must not make two
    # series of one.
    return tuple(sorted((name, value) for name, value in labels.items() if value))


def kept(labels: Labels, names: Collection[str]) -> Labels:
    """Return only the labels with these names."""
    return tuple(label for label in labels if label[0] in names)


def dropped(labels: Labels, names: Collection[str]) -> Labels:
    """Return all labels except those with these names."""
    return tuple(label for label in labels if label[0] not in names)


def have(labels: Labels, wanted: Mapping[str, str]) -> bool:
    """Return whether a series has all of these labels; an empty value requires an absent label.

    Source: "a label with an empty value is considered equivalent to a label that does not exist"
    (Prometheus, data model).
    """
    present = dict(labels)
    return all(present.get(name, "") == value for name, value in wanted.items())


def written(labels: Labels) -> str:
    """Format labels as Prometheus does."""
    return f"{{{', '.join(f'{name}={quoted(value)}' for name, value in labels)}}}"


def nameless(labels: Labels) -> Labels:
    """Return labels without metric name, type and unit, which functions and arithmetic remove."""
    return dropped(labels, METADATA)


def unnamed(labels: Labels, how: Semantics) -> Labels:
    """Return the labels of a function's result, whose metric name may be removed later instead."""
    return labels if how.delays_names else nameless(labels)


def is_histogram(histograms: HistogramArray) -> BoolArray:
    """Return the entries that are histograms."""
    nothing: Any = None  # numpy's type stubs reject a comparison with None
    present: BoolArray = np.not_equal(histograms, nothing).astype(bool)
    return present


def no_histograms(count: int) -> HistogramArray:
    """Return an array of `count` entries without histograms."""
    return np.full(count, None, dtype=object)


def gathered(lines: Iterable[EvaluatedSeries]) -> Vector:
    """Merge series that now have the same labels.

    Raises:
        WouldFail: two of them are present at the same evaluation.
    """
    series: dict[Labels, EvaluatedSeries] = {}
    for line in lines:
        before = series.get(line.labels)
        series[line.labels] = line if before is None else _joined(before, line)
    return tuple(series.values())


def _joined(before: EvaluatedSeries, after: EvaluatedSeries) -> EvaluatedSeries:
    # Prometheus fails only if two series have the same labels at one evaluation; at different times
    # they are one series.
    if bool(np.any(before.there & after.there)):
        raise WouldFail(DUPLICATES, f"two series are {written(before.labels)} at once")
    values = np.where(after.there, after.values, before.values)
    there = before.there | after.there
    if before.histograms is None and after.histograms is None:
        return replace(before, values=values, there=there)

    histograms = no_histograms(len(there))
    for series in (before, after):
        histograms[series.there] = series.samples[series.there]
    return replace(before, values=values, there=there, histograms=histograms)
