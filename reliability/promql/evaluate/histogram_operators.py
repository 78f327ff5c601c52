"""Binary operators between samples of which at least one is a native histogram.

Source: vectorElemBinop in promql/engine.go of v2.53.5 and v3.5.0.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from reliability.promql.evaluate.annotations import OperatorAnnotations
from reliability.promql.evaluate.histogram import (
    IncompatibleBounds,
    IncompatibleSchemas,
    NativeHistogram,
)
from reliability.promql.evaluate.lines import EvaluatedSeries, no_histograms
from reliability.promql.evaluate.semantics import Semantics

Sample = float | NativeHistogram
HISTOGRAM: Final = "histogram"
FLOAT: Final = "float"


def overlaid(
    sign: str,
    sides: tuple[EvaluatedSeries, EvaluatedSeries],
    result: EvaluatedSeries,
    how: Semantics,
    notes: OperatorAnnotations,
    *,
    as_bool: bool,
) -> EvaluatedSeries:
    """Overlay a result of numbers with the results of pairs that include a histogram."""
    left, right = sides
    rows = left.there & right.there & (left.are_histograms | right.are_histograms)
    overlay = _Overlay(sign=sign, how=how, notes=notes, as_bool=as_bool, result=result)
    for row in np.flatnonzero(rows).tolist():
        overlay.put(row, _sample(left, row), _sample(right, row))
    return overlay.series()


def _sample(series: EvaluatedSeries, row: int) -> Sample:
    histogram = None if series.histograms is None else series.histograms[row]
    return float(series.values[row]) if histogram is None else histogram


class _Overlay:
    """Samples of a result, while histogram results are filled in."""

    def __init__(
        self,
        sign: str,
        how: Semantics,
        notes: OperatorAnnotations,
        as_bool: bool,
        result: EvaluatedSeries,
    ) -> None:
        self.sign, self.how, self.notes, self.as_bool = sign, how, notes, as_bool
        self.result = result
        self.values, self.there = result.values.copy(), result.there.copy()
        self.histograms = no_histograms(len(result.there))

    def series(self) -> EvaluatedSeries:
        """Return the completed series."""
        return replace(
            self.result, values=self.values, there=self.there, histograms=self.histograms
        )

    def put(self, row: int, left: Sample, right: Sample) -> None:
        """Store the result of one pair of samples."""
        try:
            outcome = _outcome(self.sign, left, right, how=self.how)
        except (IncompatibleSchemas, IncompatibleBounds):
            self.notes.incompatible_layout(row, self.sign)
            self.there[row] = False
            return
        if isinstance(outcome, NativeHistogram):
            self._put_histogram(row, outcome)
        elif self.how.is_left_open:
            self._put_comparison(row, outcome, left, right=right)

    def _put_histogram(self, row: int, outcome: NativeHistogram) -> None:
        is_scaled = not self.how.is_left_open and self.sign in ("*", "/")
        self.histograms[row] = outcome if is_scaled else outcome.compact()
        self.values[row], self.there[row] = 0.0, True

    def _put_comparison(self, row: int, outcome: bool | None, left: Sample, right: Sample) -> None:
        if outcome is None:
            self.notes.incompatible_types(row, _kind(left), self.sign, right=_kind(right))
            self.there[row] = False
        elif self.as_bool:
            self.values[row], self.there[row] = float(outcome), True
        else:
            self.histograms[row], self.there[row] = left, outcome


def _kind(sample: Sample) -> str:
    return HISTOGRAM if isinstance(sample, NativeHistogram) else FLOAT


def _outcome(
    sign: str, left: Sample, right: Sample, how: Semantics
) -> NativeHistogram | bool | None:
    """Return a histogram, the truth of a comparison, or None for an unsupported operation."""
    match sign, left, right:
        case _, NativeHistogram() as one, NativeHistogram() as other:
            return _of_two(sign, one, other)
        case ("*", NativeHistogram() as scaled, float() as factor) | (
            "*",
            float() as factor,
            NativeHistogram() as scaled,
        ):
            return scaled.multiplied(factor)
        case "/", NativeHistogram() as scaled, float() as divisor:
            return scaled.divided(divisor) if how.is_left_open else scaled.divided_by_any(divisor)
        case _:
            return None


def _of_two(
    sign: str, left: NativeHistogram, right: NativeHistogram
) -> NativeHistogram | bool | None:
    match sign:
        case "+":
            return left.plus(right)
        case "-":
            return left.minus(right)
        case "==":
            return left.equals(right)
        case "!=":
            return not left.equals(right)
        case _:
            return None
