"""Function calls: which functions each Prometheus generation has, and their arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

import numpy as np
import promql_parser as promql

from reliability.message import Message
from reliability.promql.evaluate import (
    dates,
    functions,
    histograms,
    range_functions,
    relabeling,
    trends,
)
from reliability.promql.evaluate.annotations import QueryAnnotations
from reliability.promql.evaluate.lines import (
    EvaluatedSeries,
    Scalar,
    Times,
    Vector,
    gathered,
    unnamed,
)
from reliability.promql.evaluate.moments import QuerySpan, is_fixed, offset
from reliability.promql.evaluate.ranking import by_value
from reliability.promql.evaluate.refused import CannotReplay, refuse
from reliability.promql.evaluate.sampled import RangeCall, SampledRange
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import StoredSeries
from reliability.promql.evaluate.windows import is_young, newest
from reliability.promql.evaluate.work import OF_HISTOGRAM, EvaluationWork

Value = Scalar | Vector

SUMS: Final = ("sum_over_time", "avg_over_time")
"""Functions that look at each sample if the values are not whole numbers."""
SMOOTHING: Final = "double_exponential_smoothing"
"""`holt_winters` of Prometheus 2, which Prometheus 3 has under this name, behind a flag."""


class Evaluates(Protocol):
    """Evaluator of the arguments of a call."""

    times: Times
    how: Semantics
    notes: QueryAnnotations
    span: QuerySpan | None
    work: EvaluationWork

    def series(self, tree: Any) -> Vector:
        """Return the series of an argument."""
        ...

    def number(self, tree: Any) -> Scalar:
        """Return the scalar of an argument, one number per evaluation."""
        ...

    def ranges(self, tree: Any) -> Iterator[SampledRange]:
        """Yield the ranges of each series of a range vector."""
        ...

    def selected(self, tree: Any) -> tuple[StoredSeries, ...]:
        """Return the stored series that a selector matches."""
        ...

    def ends(self, tree: Any) -> Times:
        """Return the time at which a selector looks, for each evaluation."""
        ...


Function = Callable[[Evaluates, Any], Value]


def called(evaluator: Evaluates, tree: Any) -> Value:
    """Return the value of a call.

    Raises:
        CannotReplay: this generation lacks the function, or has it only behind a feature flag.
    """
    name = str(tree.func.name)
    if name == SMOOTHING and evaluator.how.is_left_open:
        raise _flagged(tree, f"{name} (holt_winters before Prometheus 3)")
    if name in range_functions.FUNCTIONS:
        return _of_range(evaluator, name, tree)
    if name in functions.VALUES:
        lines = evaluator.series(tree.args[0])
        return functions.mapped(lines, functions.VALUES[name], evaluator.how)

    if name in dates.PARTS:
        return _of_date(evaluator, name, tree)
    if name in histograms.FIGURES:
        return histograms.figures(name, evaluator.series(tree.args[0]), evaluator.how)
    if name not in FUNCTIONS:
        raise _flagged(tree, name)
    return FUNCTIONS[name](evaluator, tree)


def _flagged(tree: Any, what: str) -> CannotReplay:
    return refuse(
        tree, Message("the function {name} is behind a feature flag of Prometheus", name=what)
    )


def text(tree: Any) -> str:
    """Return the string argument of a call."""
    while isinstance(tree, promql.ParenExpr):
        tree = tree.expr
    return str(tree.val)


def _of_range(evaluator: Evaluates, name: str, tree: Any) -> Value:
    arguments = list(tree.args)
    places = NUMBERS.get(name, ())
    numbers = tuple(evaluator.number(arguments[place]) for place in places)
    [ranged] = (argument for place, argument in enumerate(arguments) if place not in places)
    call = RangeCall(
        name=name,
        how=evaluator.how,
        notes=evaluator.notes,
        times=evaluator.times,
        numbers=numbers,
    )
    lines = (_counted(seen, call, evaluator.work) for seen in evaluator.ranges(ranged))
    if name != "absent_over_time":
        return gathered(lines)
    # Its answer is one series. 2.53 looks for equal label sets in that only, so metrics that lose
    # their names are no error here.
    return functions.absent(tuple(lines), ranged, len(evaluator.times))


def _counted(seen: SampledRange, call: RangeCall, work: EvaluationWork) -> EvaluatedSeries:
    if seen.histograms is not None:
        work.add_samples(OF_HISTOGRAM * int(seen.all.count.sum()))
    elif call.name in trends.FLOATS or (call.name in SUMS and not seen.all.series.are_whole):
        work.add_samples(int(seen.all.count.sum()))
    return range_functions.called(seen, call)


def _of_date(evaluator: Evaluates, name: str, tree: Any) -> Value:
    """Return a part of the date of each sample, or of the evaluation time without an argument."""
    if not tree.args:
        # Calendar functions read whole seconds, `time()` has fractions.
        now = np.trunc(evaluator.times / 1000)
        return functions.vector(dates.part(name, now))
    lines = functions.numbers(evaluator.series(tree.args[0]), evaluator.how)
    return functions.mapped(lines, lambda values: dates.part(name, values), evaluator.how)


def _timestamp(evaluator: Evaluates, tree: Any) -> Value:
    """Return the time of each selected sample, or the evaluation time for any other expression."""
    selector = tree.args[0]
    while isinstance(selector, promql.ParenExpr):
        selector = selector.expr
    if isinstance(selector, promql.VectorSelector):
        lines = tuple(_times_of_samples(evaluator, selector))
    else:
        now = evaluator.times / 1000
        lines = tuple(
            replace(line, values=now, histograms=None) for line in evaluator.series(selector)
        )
    return gathered(
        replace(line, labels=unnamed(line.labels, evaluator.how), drops_name=True) for line in lines
    )


def _times_of_samples(evaluator: Evaluates, selector: Any) -> Iterator[EvaluatedSeries]:
    ends = evaluator.ends(selector)
    # With `@`, Prometheus drops the offset here, but not when it fetches the samples
    # (rangeEvalTimestampFunctionOverVectorSelector).
    reference = ends + offset(selector) if is_fixed(selector, evaluator.span) else ends
    last = np.minimum(ends, reference)
    selected = evaluator.selected(selector)
    evaluator.work.add_values(len(ends) * len(selected))
    for series in selected:
        if not len(series.times):
            continue
        # Without an earlier sample, the first one is looked at, and is not young enough.
        index = np.maximum(np.searchsorted(series.times, last, "right") - 1, 0)
        times = series.times[index]
        line = newest(series, last, evaluator.how)
        young = is_young(reference - times, evaluator.how) & is_young(ends - times, evaluator.how)
        yield replace(line.at(young), values=times / 1000, histograms=None)


def _sorted(evaluator: Evaluates, tree: Any) -> Value:
    """Return the series sorted by value; Prometheus sorts instant queries only."""
    lines = evaluator.series(tree.args[0])
    if evaluator.how.is_left_open:
        lines = tuple(line.floats for line in lines)
    if len(evaluator.times) > 1:
        return lines
    return by_value(lines, descending=str(tree.func.name) == "sort_desc")


def _clamped(evaluator: Evaluates, tree: Any) -> Value:
    lines, *bounds = tree.args
    numbers = [evaluator.number(bound) for bound in bounds]
    name = str(tree.func.name)
    return functions.clamped(name, evaluator.series(lines), numbers, how=evaluator.how)


def _rounded(evaluator: Evaluates, tree: Any) -> Value:
    lines, *nearest = tree.args
    multiple = evaluator.number(nearest[0]) if nearest else 1.0
    return functions.rounded(evaluator.series(lines), multiple, evaluator.how)


def _relabeled(evaluator: Evaluates, tree: Any) -> Value:
    lines, *arguments = tree.args
    texts = [text(argument) for argument in arguments]
    function = relabeling.replaced if tree.func.name == "label_replace" else relabeling.joined
    relabeled = function(evaluator.series(lines), texts, evaluator.how)
    evaluator.work.add_values(sum(len(value) for line in relabeled for _, value in line.labels))
    return relabeled


def _fraction(evaluator: Evaluates, tree: Any) -> Value:
    lower, upper, lines = tree.args
    bounds = evaluator.number(lower), evaluator.number(upper)
    return histograms.fractions(
        bounds, evaluator.series(lines), evaluator.how, notes=evaluator.notes
    )


def _quantile(evaluator: Evaluates, tree: Any) -> Value:
    share, lines = tree.args
    number = evaluator.number(share)
    return histograms.quantiles(
        number, evaluator.series(lines), evaluator.how, notes=evaluator.notes
    )


def _scalar(evaluator: Evaluates, tree: Any) -> Value:
    lines = evaluator.series(tree.args[0])
    return functions.scalar(lines, len(evaluator.times), evaluator.how)


def _absent(evaluator: Evaluates, tree: Any) -> Value:
    lines = evaluator.series(tree.args[0])
    return functions.absent(lines, tree.args[0], len(evaluator.times))


NUMBERS: Final[Mapping[str, tuple[int, ...]]] = {
    "predict_linear": (1,),
    "quantile_over_time": (0,),
    SMOOTHING: (1, 2),
}
"""Positions of the numeric arguments of functions of ranges."""

FUNCTIONS: Final[Mapping[str, Function]] = {
    "absent": _absent,
    "clamp": _clamped,
    "clamp_max": _clamped,
    "clamp_min": _clamped,
    "histogram_fraction": _fraction,
    "histogram_quantile": _quantile,
    "label_join": _relabeled,
    "label_replace": _relabeled,
    "pi": lambda evaluator, _: np.full(len(evaluator.times), np.pi),
    "round": _rounded,
    "scalar": _scalar,
    "sort": _sorted,
    "sort_desc": _sorted,
    "time": lambda evaluator, _: evaluator.times / 1000,
    "timestamp": _timestamp,
    "vector": lambda evaluator, tree: functions.vector(evaluator.number(tree.args[0])),
}
