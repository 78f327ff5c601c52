"""Functions of instant vectors that give the same bits on every machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import promql_parser

from reliability.arrays import FloatArray
from reliability.promql.evaluate.lines import (
    NAME,
    EvaluatedSeries,
    Labels,
    Scalar,
    Vector,
    gathered,
    nameless,
)

VALUES: Final[Mapping[str, Callable[[FloatArray], FloatArray]]] = {
    "abs": np.abs,
    "ceil": np.ceil,
    "floor": np.floor,
    "sqrt": np.sqrt,
    "sgn": np.sign,
}
CLAMPS: Final = ("clamp", "clamp_min", "clamp_max")


def mapped(lines: Vector, function: Callable[[FloatArray], FloatArray]) -> Vector:
    """Every value through a function; the metric's name goes."""
    with np.errstate(all="ignore"):
        return gathered(
            EvaluatedSeries(nameless(line.labels), function(line.values), line.there)
            for line in lines
        )


def clamped(name: str, lines: Vector, bounds: Sequence[Scalar]) -> Vector:
    """Values within bounds; nothing at all where the lower is above the upper."""
    if name == "clamp_min":
        return mapped(lines, lambda values: np.maximum(bounds[0], values))
    if name == "clamp_max":
        return mapped(lines, lambda values: np.minimum(bounds[0], values))

    least, most = bounds
    within = mapped(lines, lambda values: np.maximum(least, np.minimum(most, values)))
    return tuple(
        EvaluatedSeries(series.labels, series.values, series.there & ~(most < least))
        for series in within
    )


def vector(number: Scalar) -> Vector:
    """A number as a vector."""
    return (EvaluatedSeries((), number, np.ones(len(number), dtype=bool)),)


def scalar(lines: Vector, count: int) -> Scalar:
    """The value of the only line that is there; NaN where there are none or several."""
    there, value = np.zeros(count, dtype=np.int64), np.full(count, np.nan)
    for line in lines:
        there += line.there
        value = np.where(line.there, line.values, value)
    return np.where(there == 1, value, np.nan)


def absent(lines: Vector, selector: Any, count: int) -> Vector:
    """1 where no line is there, with the labels that the selector names."""
    missing = np.ones(count, dtype=bool)
    for line in lines:
        missing &= ~line.there
    return (EvaluatedSeries(_named(selector), np.ones(count), missing),)


def _named(selector: Any) -> Labels:
    """Labels with one matcher, of equality (createLabelsForAbsentFunction)."""
    if not isinstance(selector, promql_parser.VectorSelector):
        return ()
    matchers = selector.matchers.matchers
    names = [matcher.name for matcher in matchers]

    return tuple(
        sorted(
            (matcher.name, matcher.value)
            for matcher in matchers
            if str(matcher.op).endswith("Equal")
            and not str(matcher.op).endswith("NotEqual")
            and names.count(matcher.name) == 1
            and matcher.name != NAME
            and matcher.value
        )
    )
