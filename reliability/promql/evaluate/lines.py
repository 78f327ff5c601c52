"""`EvaluatedSeries`: a series of a result over evaluations, and what is done with its labels."""

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
"""Sorted by name; a label without a value is not there."""

HistogramArray: TypeAlias = NDArray[np.object_]
"""A `NativeHistogram` for each sample that is one, None for each that is a number."""

NAME: Final = "__name__"
METADATA: Final = (NAME, "__type__", "__unit__")
"""What describes a metric, and does not hold for what is calculated from it."""
DUPLICATES: Final = "vector cannot contain metrics with the same labelset"


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedSeries:
    """The values of one series, an entry for each evaluation; only those that are `there` count.

    `histograms` is None where all samples are numbers; the value of a histogram is 0 in `values`,
    as Prometheus has it. `drops_name` is whether the name goes at the end
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
        """The metric's name, or an empty text."""
        return dict(self.labels).get(NAME, "")

    @property
    def samples(self) -> HistogramArray:
        """The histograms, none of which need be one."""
        return no_histograms(len(self.there)) if self.histograms is None else self.histograms

    @property
    def are_histograms(self) -> BoolArray:
        """The evaluations at which the sample is a histogram."""
        if self.histograms is None:
            return np.zeros(len(self.there), dtype=bool)
        return self.there & is_histogram(self.histograms)

    @property
    def floats(self) -> EvaluatedSeries:
        """Without the samples that are histograms."""
        if self.histograms is None:
            return self
        return replace(self, there=self.there & ~self.are_histograms, histograms=None)

    @property
    def zeros(self) -> EvaluatedSeries:
        """Histograms taken for zeros, as functions of Prometheus 2 do that do not know them."""
        return self if self.histograms is None else replace(self, histograms=None)

    def at(self, rows: BoolArray) -> EvaluatedSeries:
        """Only at these evaluations."""
        return replace(self, there=self.there & rows)


Vector: TypeAlias = tuple[EvaluatedSeries, ...]
Scalar: TypeAlias = FloatArray
"""A number for each evaluation."""


def labels_of(labels: Mapping[str, str]) -> Labels:
    """The labels that have a value, sorted."""
    return tuple(sorted((name, value) for name, value in labels.items() if value))


def kept(labels: Labels, names: Collection[str]) -> Labels:
    """Only these labels."""
    return tuple(label for label in labels if label[0] in names)


def dropped(labels: Labels, names: Collection[str]) -> Labels:
    """All but these labels."""
    return tuple(label for label in labels if label[0] not in names)


def have(labels: Labels, wanted: Mapping[str, str]) -> bool:
    """Whether a series has all of these labels; an empty value is a label that is not there.

    Source: "a label with an empty value is considered equivalent to a label that does not exist"
    (Prometheus, data model).
    """
    present = dict(labels)
    return all(present.get(name, "") == value for name, value in wanted.items())


def written(labels: Labels) -> str:
    """Labels as Prometheus writes them."""
    return f"{{{', '.join(f'{name}={quoted(value)}' for name, value in labels)}}}"


def nameless(labels: Labels) -> Labels:
    """Without the metric's name, type and unit, as every function and arithmetic has it."""
    return dropped(labels, METADATA)


def unnamed(labels: Labels, how: Semantics) -> Labels:
    """The labels that a function returns: the name goes now, or at the end."""
    return labels if how.delays_names else nameless(labels)


def is_histogram(histograms: HistogramArray) -> BoolArray:
    """Where there is one."""
    nothing: Any = None  # numpy's types know no comparison with it
    present: BoolArray = np.not_equal(histograms, nothing).astype(bool)
    return present


def no_histograms(count: int) -> HistogramArray:
    """An array for so many samples."""
    return np.full(count, None, dtype=object)


def gathered(lines: Iterable[EvaluatedSeries]) -> Vector:
    """Lines that have come to have the same labels as one line.

    Raises:
        WouldFail: two of them are there at once.
    """
    series: dict[Labels, EvaluatedSeries] = {}
    for line in lines:
        before = series.get(line.labels)
        series[line.labels] = line if before is None else _joined(before, line)
    return tuple(series.values())


def _joined(before: EvaluatedSeries, after: EvaluatedSeries) -> EvaluatedSeries:
    if bool(np.any(before.there & after.there)):
        raise WouldFail(DUPLICATES, f"two series are {written(before.labels)} at once")
    values = np.where(after.there, after.values, before.values)
    there = before.there | after.there
    if before.histograms is None and after.histograms is None:
        return replace(before, values=values, there=there)

    histograms = no_histograms(len(there))
    for series in (before, after):
        if series.histograms is not None:
            histograms[series.there] = series.histograms[series.there]
    return replace(before, values=values, there=there, histograms=histograms)
