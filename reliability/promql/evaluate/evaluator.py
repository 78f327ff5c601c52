"""`Evaluator`: an expression at every moment of a grid at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import numpy as np
import promql_parser as promql

from reliability.message import Message
from reliability.promql.evaluate import functions, operators
from reliability.promql.evaluate.aggregates import (
    AGGREGATES,
    LabelGrouping,
    aggregated,
    counted_values,
)
from reliability.promql.evaluate.lines import EvaluatedSeries, Scalar, Times, Vector, gathered
from reliability.promql.evaluate.operators import Operator, OperatorMatching
from reliability.promql.evaluate.over_time import OVER_TIME, over_time
from reliability.promql.evaluate.quantiles import quantiles
from reliability.promql.evaluate.rates import extrapolated
from reliability.promql.evaluate.refused import refuse
from reliability.promql.evaluate.semantics import Semantics, milliseconds
from reliability.promql.evaluate.stored import Storage, StoredSeries
from reliability.promql.evaluate.windows import Positions, Windows, newest, windows
from reliability.promql.selector import Selector

Value = Scalar | Vector

RATES: Final = {
    "rate": {"counter": True, "per_second": True},
    "increase": {"counter": True, "per_second": False},
    "delta": {"counter": False, "per_second": False},
}
DEFAULT_STEP: Final = timedelta(minutes=1)
"""The step of a subquery that names none: Prometheus's default evaluation interval."""


class Evaluator:
    """Evaluates expressions over what is stored, at the moments of one grid."""

    def __init__(self, storage: Storage, times: Times, how: Semantics) -> None:
        self.storage, self.times, self.how = storage, times, how
        self._positions = Positions(times)
        self._known: dict[str, Value] = {}

    def vector(self, tree: Any) -> Vector:
        """The lines of an expression.

        Raises:
            CannotReplay: it holds something that is not evaluated here, or is a number.
        """
        result = self.value(tree)
        if isinstance(result, tuple):
            return result
        raise refuse(tree, Message("a number, where series are wanted"))

    def number(self, tree: Any) -> Scalar:
        """The numbers of an expression that is one."""
        result = self.value(tree)
        if isinstance(result, tuple):
            raise refuse(tree, Message("series, where a number is wanted"))
        return result

    def value(self, tree: Any) -> Value:
        """Lines, or numbers."""
        match tree:
            case promql.NumberLiteral():
                return np.full(len(self.times), float(tree.val))
            case promql.ParenExpr():
                return self.value(tree.expr)
            case promql.UnaryExpr():
                return self._negated(tree)
            case promql.VectorSelector():
                return self._instant(tree)
            case promql.AggregateExpr():
                return self._aggregated(tree)
            case promql.BinaryExpr():
                return self._operated(tree)
            case promql.Call():
                return self._called(tree)
            case _:
                raise refuse(tree, Message("not replayed here"))

    def _negated(self, tree: Any) -> Value:
        result = self.value(tree.expr)
        return functions.mapped(result, np.negative) if isinstance(result, tuple) else -result

    def _instant(self, tree: Any) -> Vector:
        moments = self.times - _offset(tree)
        selected = self.storage.select(Selector.of_tree(tree))
        return tuple(newest(series, moments, self.how) for series in selected)

    def _aggregated(self, tree: Any) -> Vector:
        name = str(tree.op).lower()
        grouping = LabelGrouping()
        if tree.modifier is not None:
            without = str(tree.modifier.type).endswith("Without")
            grouping = LabelGrouping(tuple(tree.modifier.labels), without)
        if name == "count_values":
            return counted_values(tree.param.val, self.vector(tree.expr), grouping)
        if name not in AGGREGATES:
            raise refuse(tree, Message("the aggregation {name} is not replayed", name=name))
        return aggregated(name, self.vector(tree.expr), grouping, how=self.how)

    def _operated(self, tree: Any) -> Value:
        sign = str(tree.op)
        modifier = tree.modifier
        operator = Operator(sign, bool(modifier and modifier.return_bool), self.how.slack)
        known = sign in operators.ARITHMETIC or sign in operators.COMPARISONS
        if not known and sign not in operators.SETS:
            raise refuse(tree, Message("the operator {sign} is not replayed", sign=sign))

        left, right = self.value(tree.lhs), self.value(tree.rhs)
        if isinstance(left, tuple):
            if not isinstance(right, tuple):
                return operators.with_number(operator, left, right, swapped=False)
            matching = _matching(modifier)
            if sign in operators.SETS:
                return operators.combined(sign, left, right, matching=matching)
            return operators.matched(operator, left, right, matching=matching)

        if isinstance(right, tuple):
            return operators.with_number(operator, right, left, swapped=True)
        return operator.numbers(left, right)

    def _called(self, tree: Any) -> Value:
        """A call; one that stands twice in an expression is evaluated once."""
        text = tree.prettify()
        if text not in self._known:
            self._known[text] = self._evaluated(tree)
        return self._known[text]

    def _evaluated(self, tree: Any) -> Value:
        name, arguments = tree.func.name, list(tree.args)
        if name in RATES:
            ranges = self._ranges(arguments[0])
            return gathered(extrapolated(samples, **RATES[name]) for samples in ranges)

        if name in OVER_TIME:
            return gathered(over_time(name, w, self.how) for w in self._ranges(arguments[0]))
        if name in functions.CLAMPS:
            bounds = [self.number(argument) for argument in arguments[1:]]
            return functions.clamped(name, self.vector(arguments[0]), bounds)

        if name in functions.VALUES:
            return functions.mapped(self.vector(arguments[0]), functions.VALUES[name])
        return self._converted(name, tree)

    def _converted(self, name: str, tree: Any) -> Value:
        """Between numbers, series and histograms."""
        match name:
            case "time":
                return self.times / 1000
            case "vector":
                return functions.vector(self.number(tree.args[0]))
            case "scalar":
                return functions.scalar(self.vector(tree.args[0]), len(self.times))
            case "absent":
                lines = self.vector(tree.args[0])
                return functions.absent(lines, tree.args[0], len(self.times))
            case "histogram_quantile":
                return quantiles(self.number(tree.args[0]), self.vector(tree.args[1]))
            case _:
                raise refuse(tree, Message("the function {name} is not replayed", name=name))

    def _ranges(self, tree: Any) -> Iterator[Windows]:
        match tree:
            case promql.ParenExpr():
                yield from self._ranges(tree.expr)
            case promql.MatrixSelector():
                selector = tree.vector_selector
                selected = self.storage.select(Selector.of_tree(selector))
                yield from self._windows(selected, _offset(selector), tree)
            case promql.SubqueryExpr():
                yield from self._windows(self._steps(tree), _offset(tree), tree)
            case _:
                raise refuse(tree, Message("no range of samples"))

    def _windows(
        self, selected: tuple[StoredSeries, ...], offset: int, tree: Any
    ) -> Iterator[Windows]:
        length = milliseconds(tree.range)
        for series in selected:
            yield windows(series.ranged, self._positions, offset, length=length, how=self.how)

    def _steps(self, tree: Any) -> tuple[StoredSeries, ...]:
        """A subquery's series: evaluated at the multiples of its step that any range holds."""
        step = milliseconds(tree.step or DEFAULT_STEP)
        first = int(self.times[0]) - _offset(tree) - milliseconds(tree.range)
        last = int(self.times[-1]) - _offset(tree)
        moments = np.arange(-(-first // step), last // step + 1, dtype=np.int64) * step
        inner = Evaluator(self.storage, moments, self.how)
        return tuple(_stored(line, moments) for line in inner.vector(tree.expr))


def _stored(line: EvaluatedSeries, moments: Times) -> StoredSeries:
    return StoredSeries(line.labels, moments[line.there], line.values[line.there])


def _offset(tree: Any) -> int:
    if tree.at is not None:
        raise refuse(tree, Message("@ is not replayed"))
    return milliseconds(tree.offset) if tree.offset else 0


def _matching(modifier: Any) -> OperatorMatching:
    if modifier is None:
        return OperatorMatching()
    labels: tuple[str, ...] = ()
    on = False
    if modifier.matching is not None:
        labels = tuple(modifier.matching.labels)
        on = str(modifier.matching.type).endswith("Include")

    card = str(modifier.card)
    many = "left" if card.endswith("ManyToOne") else "right" if card.endswith("OneToMany") else ""
    return OperatorMatching(
        labels, on, many, include=tuple(getattr(modifier, "group_labels", None) or ())
    )
