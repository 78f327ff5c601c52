"""Operators between two vectors, or a vector and a number, with PromQL's matching of labels.

Source: VectorBinop, VectorAnd, VectorOr and VectorUnless in promql/engine.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.lines import (
    NAME,
    EvaluatedSeries,
    Labels,
    Scalar,
    Vector,
    dropped,
    gathered,
    kept,
    nameless,
)

ARITHMETIC: Final[Mapping[str, Callable[[FloatArray, FloatArray], FloatArray]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
}
COMPARISONS: Final[Mapping[str, Callable[[FloatArray, FloatArray], BoolArray]]] = {
    "==": np.equal,
    "!=": np.not_equal,
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
}
SETS: Final = ("and", "or", "unless")
EASIER: Final[Mapping[str, int]] = {">": -1, ">=": -1, "<": 1, "<=": 1}
"""In which direction the right side moves so that a comparison holds more easily."""


@dataclass(frozen=True, slots=True)
class OperatorMatching:
    """Which labels must be equal, and which side may have many (`many`) for one of the other."""

    names: tuple[str, ...] = ()
    on: bool = False
    many: str = ""
    include: tuple[str, ...] = ()

    def signature(self, labels: Labels) -> Labels:
        """The labels that are compared."""
        if self.on:
            return kept(labels, self.names)
        return dropped(labels, (*self.names, NAME))

    def result(self, many: Labels, one: Labels) -> Labels:
        """The labels of what comes out, the metric's name still among them."""
        if not self.many:
            return kept(many, self.names) if self.on else dropped(many, self.names)
        added = {name: value for name, value in one if name in self.include}
        return tuple(sorted((*dropped(many, self.include), *added.items())))


@dataclass(frozen=True, slots=True)
class Operator:
    """`as_bool` says that a comparison gives 0 and 1 instead of filtering.

    `slack` is the share of the right side by which an inequality is made easier.
    """

    sign: str
    as_bool: bool = False
    slack: float = 0.0

    @property
    def filters(self) -> bool:
        """Whether what does not hold is gone, and what does keeps value and name."""
        return self.sign in COMPARISONS and not self.as_bool

    def numbers(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """Of two numbers at each evaluation; of a comparison, 0 or 1."""
        with np.errstate(all="ignore"):
            if self.sign in ARITHMETIC:
                return ARITHMETIC[self.sign](left, right)
            if self.slack and self.sign in EASIER:
                right = right + EASIER[self.sign] * self.slack * np.abs(right)
            return COMPARISONS[self.sign](left, right).astype(np.float64)

    def applied(
        self, labels: Labels, left: EvaluatedSeries, right: EvaluatedSeries, shown: FloatArray
    ) -> EvaluatedSeries:
        """Of two lines; `shown` is the value that a filter keeps."""
        there = left.there & right.there
        result = self.numbers(left.values, right.values)
        if self.filters:
            return EvaluatedSeries(labels, shown, there & (result != 0))
        return EvaluatedSeries(nameless(labels), result, there)


def with_number(operator: Operator, lines: Vector, number: Scalar, *, swapped: bool) -> Vector:
    """Every line with a number, which stands on the left where `swapped`."""
    always = EvaluatedSeries((), number, np.ones(len(number), dtype=bool))
    result = []
    for line in lines:
        left, right = (always, line) if swapped else (line, always)
        result.append(operator.applied(line.labels, left, right, shown=line.values))
    return gathered(result)


def matched(operator: Operator, left: Vector, right: Vector, matching: OperatorMatching) -> Vector:
    """Lines of both sides that match.

    Raises:
        CannotReplay: several of one side match at once, where Prometheus would give an error.
    """
    many, one = (right, left) if matching.many == "right" else (left, right)
    _once(one, matching)
    if not matching.many:
        _once(many, matching)

    partners = _by_signature(one, matching)
    return gathered(_pairs(operator, many, partners, matching=matching))


def _pairs(
    operator: Operator,
    many: Vector,
    partners: Mapping[Labels, list[EvaluatedSeries]],
    matching: OperatorMatching,
) -> Iterator[EvaluatedSeries]:
    for line in many:
        for partner in partners.get(matching.signature(line.labels), ()):
            labels = matching.result(line.labels, partner.labels)
            left, right = (partner, line) if matching.many == "right" else (line, partner)
            yield operator.applied(labels, left, right, shown=left.values)


def _once(lines: Iterable[EvaluatedSeries], matching: OperatorMatching) -> None:
    gathered(
        EvaluatedSeries(matching.signature(line.labels), line.values, line.there) for line in lines
    )


def _by_signature(
    lines: Iterable[EvaluatedSeries], matching: OperatorMatching
) -> dict[Labels, list[EvaluatedSeries]]:
    groups: dict[Labels, list[EvaluatedSeries]] = {}
    for line in lines:
        groups.setdefault(matching.signature(line.labels), []).append(line)
    return groups


def combined(sign: str, left: Vector, right: Vector, matching: OperatorMatching) -> Vector:
    """`and`, `or` and `unless`."""
    if sign == "or":
        return gathered((*left, *_kept_where(right, left, matching, wanted=False)))
    return tuple(_kept_where(left, right, matching, wanted=sign == "and"))


def _kept_where(
    lines: Vector, others: Vector, matching: OperatorMatching, *, wanted: bool
) -> Iterator[EvaluatedSeries]:
    """The lines where another with the same signature is there, or is not."""
    known = _by_signature(others, matching)
    for line in lines:
        seen = np.zeros(len(line.there), dtype=bool)
        for other in known.get(matching.signature(line.labels), ()):
            seen |= other.there
        yield EvaluatedSeries(line.labels, line.values, line.there & (seen if wanted else ~seen))
