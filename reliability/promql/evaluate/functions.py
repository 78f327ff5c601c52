"""Functions of instant vectors.

Source: promql/functions.go of v2.53.5 and v3.5.0. Trigonometric functions and `exp` are those of
the C library, which may differ from Go's in the last bit; all others give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import promql_parser

from reliability.arrays import FloatArray
from reliability.promql.evaluate.lines import (
    NAME,
    EvaluatedSeries,
    HistogramArray,
    Labels,
    Scalar,
    Vector,
    gathered,
    is_histogram,
    labels_of,
    no_histograms,
    unnamed,
)
from reliability.promql.evaluate.logarithms import ln, logarithm_of_2, logarithm_of_10
from reliability.promql.evaluate.semantics import Semantics

VALUES: Final[Mapping[str, Callable[[FloatArray], FloatArray]]] = {
    "abs": np.abs,
    "ceil": np.ceil,
    "floor": np.floor,
    "sqrt": np.sqrt,
    "sgn": np.sign,
    "exp": np.exp,
    "ln": ln,
    "log2": logarithm_of_2,
    "log10": logarithm_of_10,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "rad": lambda values: values * np.pi / 180,
    "deg": lambda values: values * 180 / np.pi,
}
CLAMPS: Final = ("clamp", "clamp_min", "clamp_max")


def mapped(lines: Vector, function: Callable[[FloatArray], FloatArray], how: Semantics) -> Vector:
    """Apply a function to every number, dropping histograms and the metric name."""
    with np.errstate(all="ignore"):
        return gathered(_mapped(line.floats, function, how) for line in lines)


def _mapped(
    line: EvaluatedSeries, function: Callable[[FloatArray], FloatArray], how: Semantics
) -> EvaluatedSeries:
    labels = unnamed(line.labels, how)
    return EvaluatedSeries(labels, function(line.values), line.there, drops_name=True)


def numbers(lines: Vector, how: Semantics) -> Vector:
    """Return the series without histograms; some functions of Prometheus 2 treat them as 0."""
    return tuple(line.floats if how.is_left_open else line.zeros for line in lines)


def negated(lines: Vector, how: Semantics) -> Vector:
    """Negate every number and, as in Prometheus 3 only, every histogram."""
    return gathered(
        replace(
            line,
            labels=unnamed(line.labels, how),
            values=-line.values,
            histograms=_negated(line.histograms) if how.is_left_open else line.histograms,
            drops_name=True,
        )
        for line in lines
    )


def _negated(histograms: HistogramArray | None) -> HistogramArray | None:
    if histograms is None:
        return None
    result = no_histograms(len(histograms))
    for row in np.flatnonzero(is_histogram(histograms)).tolist():
        result[row] = histograms[row].multiplied(-1.0)
    return result


def clamped(name: str, lines: Vector, bounds: Sequence[Scalar], how: Semantics) -> Vector:
    """Limit values to bounds; there is no result where the lower bound is above the upper."""
    lines = numbers(lines, how)
    if name == "clamp_min":
        return mapped(lines, lambda values: _maximum(bounds[0], values), how)
    if name == "clamp_max":
        return mapped(lines, lambda values: _minimum(bounds[0], values), how)
    least, most = bounds
    within = mapped(lines, lambda values: _maximum(least, _minimum(most, values)), how)
    return tuple(series.at(~(most < least)) for series in within)


def _maximum(left: Scalar, right: FloatArray) -> FloatArray:
    """Return the larger number, or NaN; as in Go, +Inf is larger than NaN (`math.Max`)."""
    infinite = (left == np.inf) | (right == np.inf)
    larger: FloatArray = np.where(infinite, np.inf, np.maximum(left, right))
    return larger


def _minimum(left: Scalar, right: FloatArray) -> FloatArray:
    """Return the smaller number, or NaN; as in Go, -Inf is smaller than NaN (`math.Min`)."""
    return -_maximum(-left, -right)


def rounded(lines: Vector, nearest: Scalar | float, how: Semantics) -> Vector:
    """Return `round`: the nearest multiple of a number, with ties rounded up."""
    with np.errstate(all="ignore"):
        # As funcRound: the inverse causes fewer rounding errors than a division by `nearest`.
        inverse = 1.0 / np.asarray(nearest, dtype=np.float64)
    lines = numbers(lines, how)
    return mapped(lines, lambda values: np.floor(values * inverse + 0.5) / inverse, how)


def vector(number: Scalar) -> Vector:
    """Convert a scalar to a vector."""
    return (EvaluatedSeries((), number, np.ones(len(number), dtype=bool)),)


def scalar(lines: Vector, count: int, how: Semantics) -> Scalar:
    """Return the value of the only series present, or NaN for none or several."""
    lines = numbers(lines, how)
    there, value = np.zeros(count, dtype=np.int64), np.full(count, np.nan)
    for line in lines:
        there += line.there
        value = np.where(line.there, line.values, value)
    return np.where(there == 1, value, np.nan)


def absent(lines: Vector, selector: Any, count: int) -> Vector:
    """Return 1 where no series is present, with the labels that the selector fixes."""
    missing = np.ones(count, dtype=bool)
    for line in lines:
        missing &= ~line.there
    return (EvaluatedSeries(_named(selector), np.ones(count), missing),)


def _named(selector: Any) -> Labels:
    """Return the labels that a single `=` matcher fixes (createLabelsForAbsentFunction)."""
    while isinstance(selector, promql_parser.ParenExpr):
        selector = selector.expr
    if isinstance(selector, promql_parser.MatrixSelector):
        selector = selector.vector_selector
    if not isinstance(selector, promql_parser.VectorSelector):
        return ()

    labels: dict[str, str] = {}
    fixed: set[str] = set()
    for matcher in selector.matchers.matchers:
        is_equal = str(matcher.op).rpartition(".")[2] == "Equal"
        if is_equal and matcher.name not in fixed:
            labels[matcher.name] = matcher.value
            fixed.add(matcher.name)
        else:
            labels.pop(matcher.name, None)
    return labels_of({name: value for name, value in labels.items() if name != NAME})
