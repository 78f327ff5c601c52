"""Binary operators between vectors, or a vector and a scalar, with PromQL's vector matching.

Source: VectorBinop, VectorAnd, VectorOr and VectorUnless in promql/engine.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.annotations import OperatorAnnotations
from reliability.promql.evaluate.histogram_operators import overlaid
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
    unnamed,
    written,
)
from reliability.promql.evaluate.logarithms import power
from reliability.promql.evaluate.refused import WouldFail
from reliability.promql.evaluate.semantics import Semantics

ARITHMETIC: Final[Mapping[str, Callable[[FloatArray, FloatArray], FloatArray]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "^": power,
    "atan2": np.arctan2,
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
AMBIGUOUS: Final = (
    "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
)
AMBIGUOUS_GROUP: Final = "multiple matches for labels: grouping labels must ensure unique matches"
EASIER: Final[Mapping[str, int]] = {">": -1, ">=": -1, "<": 1, "<=": 1}
"""Direction in which a larger right side makes a comparison true more easily."""


@dataclass(frozen=True, slots=True)
class OperatorMatching:
    """Labels that must be equal, and the side (`many`) with many series for one of the other."""

    names: tuple[str, ...] = ()
    on: bool = False
    many: str = ""
    include: tuple[str, ...] = ()

    def signature(self, labels: Labels) -> Labels:
        """Return the labels that are compared."""
        if self.on:
            return kept(labels, self.names)
        # `ignoring` never compares the metric name; only `on (__name__)` does.
        return dropped(labels, (*self.names, NAME))

    def result(self, many: Labels, one: Labels) -> Labels:
        """Return the labels of the result, still including the metric name."""
        if not self.many:
            return kept(many, self.names) if self.on else dropped(many, self.names)
        added = {name: value for name, value in one if name in self.include}
        return tuple(sorted((*dropped(many, self.include), *added.items())))


@dataclass(frozen=True, slots=True)
class Operator:
    """Binary operator; with `as_bool` a comparison returns 0 or 1 instead of filtering.

    The slack of `how` is the share of the right side by which an inequality is relaxed.
    """

    sign: str
    how: Semantics
    notes: OperatorAnnotations
    as_bool: bool

    @property
    def filters(self) -> bool:
        """Whether the operator drops series where it is false, and keeps the others unchanged."""
        return self.sign in COMPARISONS and not self.as_bool

    def numbers(self, left: FloatArray, right: FloatArray) -> FloatArray:
        """Return the result for two numbers per evaluation; for a comparison, 0 or 1."""
        with np.errstate(all="ignore"):
            if self.sign in ARITHMETIC:
                return ARITHMETIC[self.sign](left, right)
            slack = self.how.slack
            if slack and self.sign in EASIER:
                right = right + EASIER[self.sign] * slack * np.abs(right)
            return COMPARISONS[self.sign](left, right).astype(np.float64)

    def applied(
        self,
        labels: Labels,
        left: EvaluatedSeries,
        right: EvaluatedSeries,
        shown: EvaluatedSeries,
    ) -> EvaluatedSeries:
        """Return the result for two series; `shown` has the values that a filter keeps."""
        there = left.there & right.there
        numbers = self.numbers(left.values, right.values)
        if self.filters:
            result = EvaluatedSeries(labels, shown.values, there & (numbers != 0))
        else:
            result = EvaluatedSeries(labels, numbers, there)

        if left.histograms is None and right.histograms is None:
            return result
        sides = (left, right)
        return overlaid(
            self.sign, sides, result, how=self.how, notes=self.notes, as_bool=self.as_bool
        )


def with_number(operator: Operator, lines: Vector, number: Scalar, *, swapped: bool) -> Vector:
    """Apply an operator to every series and a scalar, which is on the left if `swapped`."""
    always = EvaluatedSeries((), number, np.ones(len(number), dtype=bool))
    result = []
    for line in lines:
        left, right = (always, line) if swapped else (line, always)
        # A filter returns samples of the series, with their name; arithmetic and `bool` return new
        # values.
        labels = line.labels if operator.filters else unnamed(line.labels, operator.how)
        drops = line.drops_name or not operator.filters
        series = operator.applied(labels, left, right, shown=line)
        if swapped and operator.filters and not operator.how.is_left_open:
            # Prometheus 2 treats a histogram as 0 here, and keeps it if the scalar is on the left.
            series = replace(series, histograms=line.histograms)
        result.append(replace(series, drops_name=drops))
    return gathered(result)


def matched(operator: Operator, left: Vector, right: Vector, matching: OperatorMatching) -> Vector:
    """Apply an operator to the matching series of both sides.

    Raises:
        WouldFail: several series of one side match at the same evaluation.
    """
    many, one = (right, left) if matching.many == "right" else (left, right)
    partners = _by_signature(one, matching)
    # Without series on the one side, Prometheus does not look at duplicates of the other
    # (`VectorBinop` returns early).
    if many:
        wanted = np.any([line.there for line in many], axis=0)
        for group in partners.values():
            _once(group, wanted, matching)
    return gathered(_pairs(operator, many, partners, matching=matching))


def _pairs(
    operator: Operator,
    many: Vector,
    partners: Mapping[Labels, list[EvaluatedSeries]],
    matching: OperatorMatching,
) -> Iterator[EvaluatedSeries]:
    seen: dict[tuple[Labels, Labels], BoolArray] = {}
    for line in many:
        signature = matching.signature(line.labels)
        for partner in partners.get(signature, ()):
            left, right = (partner, line) if matching.many == "right" else (line, partner)
            labels = _labels(operator, matching.result(line.labels, partner.labels))
            # A comparison keeps the value of the left side, also with `group_right`.
            series = operator.applied(labels, left, right, shown=left)

            key = signature, labels if matching.many else ()
            before = seen.get(key)
            if before is not None and bool(np.any(before & series.there)):
                raise WouldFail(AMBIGUOUS_GROUP if matching.many else AMBIGUOUS)
            seen[key] = series.there if before is None else before | series.there
            yield replace(series, drops_name=operator.as_bool)


def _labels(operator: Operator, labels: Labels) -> Labels:
    """Return the labels of a result; arithmetic removes the metric name at once."""
    if operator.sign in ARITHMETIC:
        return nameless(labels)
    return unnamed(labels, operator.how) if operator.as_bool else labels


def _once(group: Sequence[EvaluatedSeries], wanted: BoolArray, matching: OperatorMatching) -> None:
    """Raise WouldFail if two partners are present at an evaluation that needs one."""
    seen = np.zeros(len(wanted), dtype=bool)
    for index, line in enumerate(group):
        twice = seen & line.there & wanted
        if twice.any():
            row = int(np.argmax(twice))
            before = next(other for other in group[:index] if other.there[row])
            raise WouldFail(_duplicates(before, line, matching))
        seen |= line.there


def _duplicates(before: EvaluatedSeries, line: EvaluatedSeries, matching: OperatorMatching) -> str:
    side = "left" if matching.many == "right" else "right"
    group = written(matching.signature(line.labels))
    both = f"[{written(line.labels)}, {written(before.labels)}]"
    return (
        f"found duplicate series for the match group {group} on the {side} hand-side of the "
        f"operation: {both};many-to-many matching not allowed: matching labels must be unique on "
        "one side"
    )


def _by_signature(
    lines: Iterable[EvaluatedSeries], matching: OperatorMatching
) -> dict[Labels, list[EvaluatedSeries]]:
    groups: dict[Labels, list[EvaluatedSeries]] = {}
    for line in lines:
        groups.setdefault(matching.signature(line.labels), []).append(line)
    return groups


def combined(sign: str, left: Vector, right: Vector, matching: OperatorMatching) -> Vector:
    """Apply `and`, `or` or `unless`."""
    if sign == "or":
        # `or` keeps all of the left side, and of the right side what has no partner at that
        # evaluation.
        return gathered((*left, *_kept_where(right, left, matching, wanted=False)))
    return tuple(_kept_where(left, right, matching, wanted=sign == "and"))


def _kept_where(
    lines: Vector, others: Vector, matching: OperatorMatching, *, wanted: bool
) -> Iterator[EvaluatedSeries]:
    """Yield the series where one with the same signature is present, or absent if not `wanted`."""
    known = _by_signature(others, matching)
    for line in lines:
        seen = np.zeros(len(line.there), dtype=bool)
        for other in known.get(matching.signature(line.labels), ()):
            seen |= other.there
        yield line.at(seen if wanted else ~seen)
