"""`Evaluator`: evaluation of an expression at all times of a grid at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import numpy as np
import promql_parser as promql

from reliability.message import Message
from reliability.promql.evaluate import aggregation, calls, functions, moments, operators
from reliability.promql.evaluate.aggregates import LabelGrouping
from reliability.promql.evaluate.aggregation import Aggregating
from reliability.promql.evaluate.annotations import OperatorAnnotations, QueryAnnotations
from reliability.promql.evaluate.histogram import ResetHint
from reliability.promql.evaluate.lines import (
    EvaluatedSeries,
    HistogramArray,
    Scalar,
    Times,
    Vector,
    gathered,
    nameless,
)
from reliability.promql.evaluate.moments import QuerySpan
from reliability.promql.evaluate.operators import Operator, OperatorMatching
from reliability.promql.evaluate.refused import refuse
from reliability.promql.evaluate.sampled import SampledRange
from reliability.promql.evaluate.semantics import Semantics, milliseconds
from reliability.promql.evaluate.stored import Storage, StoredSeries
from reliability.promql.evaluate.windows import Positions, Windows, newest, windows
from reliability.promql.evaluate.work import OF_HISTOGRAM, EvaluationWork, grid_times
from reliability.promql.selector import Selector

Value = Scalar | Vector

DEFAULT_STEP: Final = timedelta(minutes=1)
"""Step of a subquery without one: Prometheus's default evaluation interval."""

OF_QUERY: Final = 1_000
"""A query of its own takes as much time as so many values of a grid."""


class Evaluator:
    """Evaluator of expressions over stored series, at the times of one grid.

    Each time is a query of its own, as for rules, unless `span` gives a range query. `notes`
    collects the warnings and infos that Prometheus would add, and `work` counts what is evaluated.
    """

    def __init__(
        self,
        storage: Storage,
        times: Times,
        how: Semantics,
        span: QuerySpan | None = None,
        notes: QueryAnnotations | None = None,
        work: EvaluationWork | None = None,
    ) -> None:
        self.storage: Storage = storage
        self.times: Times = times
        self.how: Semantics = how
        self.span: QuerySpan | None = span
        self.notes: QueryAnnotations = QueryAnnotations() if notes is None else notes
        self.work: EvaluationWork = EvaluationWork() if work is None else work
        self._positions = Positions(times)
        self._known: dict[str, Value] = {}

    def vector(self, tree: Any) -> Vector:
        """Return the series of an expression.

        Raises:
            CannotReplay: part of the expression cannot be evaluated here, or its value is a scalar.
        """
        result = self.value(tree)
        if isinstance(result, tuple):
            return result
        raise refuse(tree, Message("a number, where series are wanted"))

    def number(self, tree: Any) -> Scalar:
        """Return the values of a scalar expression, one per evaluation.

        Raises:
            CannotReplay: the value is a vector, or cannot be evaluated here.
        """
        result = self.evaluated(tree)
        if isinstance(result, tuple):
            raise refuse(tree, Message("series, where a number is wanted"))
        return result

    def value(self, tree: Any) -> Value:
        """Return the value of an expression: series or a scalar, with delayed name removal done."""
        # For a rule, `start()` and `end()` are the evaluation itself: each evaluation is an instant
        # query. Inside a subquery that differs per evaluation, so the shared grid of its steps does
        # not hold.
        if self.span is None and moments.depends_on_query(tree):
            return self._one_by_one(tree)
        result = self.evaluated(tree)
        return _finished(result) if isinstance(result, tuple) else result

    def evaluated(self, tree: Any) -> Value:
        """Return the value of an expression, before any delayed removal of metric names."""
        match tree:
            case promql.NumberLiteral():
                self.work.add_values(len(self.times))
                return np.full(len(self.times), float(tree.val))
            case promql.ParenExpr():
                return self.evaluated(tree.expr)
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

    def series(self, tree: Any) -> Vector:
        """Return the series of an argument.

        Raises:
            CannotReplay: the argument is a scalar.
        """
        result = self.evaluated(tree)
        if isinstance(result, tuple):
            return result
        raise refuse(tree, Message("a number, where series are wanted"))

    def selected(self, tree: Any) -> tuple[StoredSeries, ...]:
        """Return the stored series that a selector matches."""
        try:
            selector = Selector.of_tree(tree)
        except ValueError as error:
            raise refuse(tree, str(error)) from None
        return self.storage.select(selector)

    def ends(self, tree: Any) -> Times:
        """Return the time at which a selector or subquery looks, for each evaluation."""
        return moments.of(tree, self.times, self.span)

    def ranges(self, tree: Any) -> Iterator[SampledRange]:
        """Yield the ranges of each series of a range vector."""
        match tree:
            case promql.ParenExpr():
                yield from self.ranges(tree.expr)
            case promql.MatrixSelector():
                selector = tree.vector_selector
                selected = self.selected(selector)
                self._add(selected)
                for series in selected:
                    yield self._range(series, selector, tree)
            case promql.SubqueryExpr():
                steps = self._steps(tree)
                self._add(steps)
                for series in steps:
                    yield self._range(series, tree, tree)
            case _:
                raise refuse(tree, Message("no range of samples"))

    def _one_by_one(self, tree: Any) -> Value:
        """Evaluate each time as a query of its own.

        This is necessary if a subquery contains `@ start()` or `@ end()`, which depend on the
        query.
        """
        results = []
        for moment in self.times.tolist():
            span = QuerySpan(moment, moment)
            at = np.array([moment], dtype=np.int64)
            self.work.add_values(OF_QUERY)
            results.append(self._beside(at, span).value(tree))
        return moments.joined(results)

    def _beside(self, times: Times, span: QuerySpan | None) -> Evaluator:
        return Evaluator(self.storage, times, self.how, span=span, notes=self.notes, work=self.work)

    def _negated(self, tree: Any) -> Value:
        result = self.evaluated(tree.expr)
        return functions.negated(result, self.how) if isinstance(result, tuple) else -result

    def _instant(self, tree: Any) -> Vector:
        ends, selected = self.ends(tree), self.selected(tree)
        self._add(selected)
        return tuple(newest(series, ends, self.how) for series in selected)

    def _add(self, selected: tuple[StoredSeries, ...]) -> None:
        """Count the values of series at all evaluations."""
        weights = (1 if series.histograms is None else OF_HISTOGRAM for series in selected)
        self.work.add_values(len(self.times) * sum(weights))

    def _aggregated(self, tree: Any) -> Vector:
        name = str(tree.op).lower()
        grouping = LabelGrouping()
        if tree.modifier is not None:
            without = str(tree.modifier.type).endswith("Without")
            grouping = LabelGrouping(tuple(tree.modifier.labels), without)
        if name == "count_values":
            label = calls.text(tree.param)
            lines = self.series(tree.expr)
            return aggregation.counted(label, lines, grouping, how=self.how, work=self.work)
        if name not in aggregation.NAMES:
            what = Message(
                "the aggregation {name} is behind a feature flag of Prometheus", name=name
            )
            raise refuse(tree, what)

        aggregating = Aggregating(name=name, grouping=grouping, how=self.how, notes=self.notes)
        if name in aggregation.WITH_NUMBER:
            aggregating = replace(aggregating, number=self._parameter(tree.param))
        return aggregating.of(self.series(tree.expr))

    def _parameter(self, tree: Any) -> Scalar:
        """Return the number of `topk` and the like.

        Prometheus 2 uses the number of the first step for a whole range query.
        """
        number = self.number(tree)
        if self.span is not None and not self.how.is_left_open:
            return np.full(len(number), number[0])
        return number

    def _operated(self, tree: Any) -> Value:
        sign, modifier = str(tree.op), tree.modifier
        if modifier is not None and _is_filled(modifier.fill_values):
            # An expression that the server would refuse must not be replayed as if it were plain.
            raise refuse(tree, Message("fill modifiers are behind a feature flag of Prometheus"))
        known = sign in operators.ARITHMETIC or sign in operators.COMPARISONS
        if not known and sign not in operators.SETS:
            raise refuse(tree, Message("the operator {sign} is not replayed", sign=sign))

        notes = OperatorAnnotations()
        operator = Operator(sign, self.how, notes, as_bool=bool(modifier and modifier.return_bool))
        # Both sides are always evaluated, as in the engine: an error of the right side fails the
        # rule even where the left side has no series.
        left, right = self.evaluated(tree.lhs), self.evaluated(tree.rhs)
        value = _combined(operator, left, right, modifier)
        notes.add_to(self.notes)
        return value

    def _called(self, tree: Any) -> Value:
        """Evaluate a call, once for calls with the same text."""
        # Rules repeat calls, such as the total of each ratio; the text is the identity of an
        # expression within one grid.
        text = tree.prettify()
        if text not in self._known:
            self._known[text] = calls.called(self, tree)
        return self._known[text]

    def _range(self, series: StoredSeries, at: Any, tree: Any) -> SampledRange:
        """Return the ranges of one series: of all samples, of floats and of histograms."""
        samples = series.ranged
        everything = self._windows(samples, at, tree)
        if samples.histograms is None:
            return SampledRange(everything, everything)
        # A range of both kinds is looked at three times, because Prometheus keeps floats and
        # histograms in two slices, and some functions read only one of them.
        numbers = self._windows(samples.floats, at, tree)
        return SampledRange(everything, numbers, self._windows(samples.only_histograms, at, tree))

    def _windows(self, series: StoredSeries, at: Any, tree: Any) -> Windows:
        length = milliseconds(tree.range)
        # With `@`, all evaluations look at one time; the shared positions are those of the grid.
        if moments.is_fixed(at, self.span):
            ends = self.ends(at)
            return windows(series, Positions(ends), 0, length=length, how=self.how)
        return windows(series, self._positions, moments.offset(at), length=length, how=self.how)

    def _steps(self, tree: Any) -> tuple[StoredSeries, ...]:
        """Return the series of a subquery, evaluated at all multiples of its step in any range."""
        step = milliseconds(tree.step or DEFAULT_STEP)
        ends = self.ends(tree)
        first = int(ends[0]) - milliseconds(tree.range)
        # Steps are aligned to multiples of the step since 1970, not to the evaluation
        # (`subqueryTimeRange` in promql/engine.go), so neighboring evaluations share them and one
        # pass serves all.
        times = grid_times(-(-first // step) * step, int(ends[-1]) + 1, step)
        if not len(times):
            return ()
        inner = self._beside(times, self.span).series(tree.expr)
        return tuple(_stored(line, times, self.how) for line in inner)


def _finished(lines: Vector) -> Vector:
    """Remove the metric names whose removal was delayed."""
    return gathered(
        replace(line, labels=nameless(line.labels)) if line.drops_name else line for line in lines
    )


def _stored(line: EvaluatedSeries, times: Times, how: Semantics) -> StoredSeries:
    there = line.there
    histograms = None if line.histograms is None else line.histograms[there]
    if histograms is not None and how.is_left_open:
        histograms = _without_resets(histograms)
    return StoredSeries(line.labels, times[there], line.values[there], histograms=histograms)


def _without_resets(histograms: HistogramArray) -> HistogramArray:
    """Forget the counter resets known for histograms, because steps need not be adjacent samples.

    Prometheus 2 does not do this, and misses resets there (its issue 15984).
    """
    result = histograms.copy()
    for row, sample in enumerate(histograms.tolist()):
        if sample is not None and sample.hint is not ResetHint.GAUGE:
            result[row] = sample.with_hint(ResetHint.UNKNOWN)
    return result


def _is_filled(values: Any) -> bool:
    return any(getattr(values, side, None) is not None for side in ("lhs", "rhs"))


def _combined(operator: Operator, left: Value, right: Value, modifier: Any) -> Value:
    """Return the result of an operator whose sides have been evaluated."""
    if isinstance(left, tuple):
        if not isinstance(right, tuple):
            return operators.with_number(operator, left, right, swapped=False)
        matching = _matching(modifier)
        if operator.sign in operators.SETS:
            return operators.combined(operator.sign, left, right, matching=matching)
        return operators.matched(operator, left, right, matching=matching)

    if isinstance(right, tuple):
        return operators.with_number(operator, right, left, swapped=True)
    return operator.numbers(left, right)


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
