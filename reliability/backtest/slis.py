"""What history must know of each objective's SLI: its PromQL queries as sums of counters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import promql_parser as promql

from reliability.compile.prometheus.formulas import error_ratio, total_rate
from reliability.compile.prometheus.names import SHORTEST
from reliability.history.sli import (
    Counters,
    DatadogQueries,
    Evaluated,
    NotCounted,
    SliHistory,
    Term,
)
from reliability.message import Message
from reliability.promql.parser import parse, shown
from reliability.promql.query import WINDOW, EventQuery, SelectorQuery, selectors
from reliability.promql.selector import Selector
from reliability.resolve.objectives import Objective
from reliability.resolve.sli import (
    AnySli,
    GaugeRatioSli,
    RatioSli,
    RatioTimesliceSli,
    RawSli,
    ThresholdSli,
    TimesliceSli,
)

ANY_WINDOW = "5m"
RATES = ("rate", "increase")
NO_RATIO = Message("its SLI is no ratio of counters")


class NotASum(ValueError):
    """A query is no sum of counters; the message says what it is."""


def sli_history(objective: Objective) -> SliHistory:
    """The SLI of an objective as history knows it."""
    counters = _counters(objective)
    return SliHistory(objective.service, objective.slo_name, counters, group_by=objective.group_by)


def budget_history(objective: Objective) -> SliHistory:
    """The SLI of an objective as its error budget is counted from history.

    What is no sum of counters is what a server makes of it minute by minute, as the rules record
    it. That is exact enough for a period, and not for the windows of an alert.
    """
    history = sli_history(objective)
    sli = objective.sli
    if sli is None or not isinstance(history.counters, NotCounted):
        return history

    total = total_rate(sli, SHORTEST, objective.group_by)
    ratio = error_ratio(sli, SHORTEST, objective.group_by)
    return replace(history, counters=Evaluated(total, ratio, history.counters.reason))


def sli_identity(objective: Objective) -> str:
    """The same for two objectives that measure the same events, whatever their targets."""
    counters = _counters(objective)
    measured = objective.sli if isinstance(counters, NotCounted) else counters
    return repr((measured, objective.group_by))


def _counters(objective: Objective) -> Counters | DatadogQueries | NotCounted:
    match objective.sli:
        case RatioSli(counts, events, total):
            try:
                return Counters(counts, tuple(terms(events)), tuple(terms(total)))
            except ValueError as error:
                return NotCounted(
                    Message("its SLI cannot be counted by the minute: {reason}", reason=error)
                )
        case None if {"total"} < set(dict(objective.metrics)):
            return DatadogQueries(objective.metrics)
        case None:
            return NotCounted(NO_RATIO)
        case other:
            return NotCounted(why_not_replayed(other) or NO_RATIO)


def why_not_replayed(sli: AnySli | None) -> str | None:
    """Why an SLI of this form has no past, from wherever that comes; None where it can have one."""
    match sli:
        case RatioSli() | None:
            return None
        case GaugeRatioSli():
            form = Message("a ratio of gauges (counter: false)")
        case RawSli():
            form = Message("a raw ratio")
        case ThresholdSli():
            form = Message("a threshold")
        case TimesliceSli() | RatioTimesliceSli():
            form = Message("judged in slices of time")
    return Message(
        "its SLI is {form}, and event mode counts events of counters; replay with --mode sample",
        form=form,
    )


def terms(query: EventQuery) -> Iterator[Term]:
    """The counters that a query adds and subtracts.

    Raises:
        NotASum: it does anything else.
    """
    if isinstance(query, SelectorQuery):
        for text in selectors(query):
            yield Term(Selector.parse(text), 1)
        return
    yield from _terms_of(parse(WINDOW.sub(ANY_WINDOW, query.text)), 1)


def _terms_of(tree: Any, sign: int) -> Iterator[Term]:
    match tree:
        case promql.ParenExpr():
            yield from _terms_of(tree.expr, sign)
        case promql.AggregateExpr() if str(tree.op).lower().endswith("sum"):
            yield from _terms_of(tree.expr, sign)
        case promql.BinaryExpr() if str(tree.op) in ("+", "-"):
            yield from _terms_of(tree.lhs, sign)
            yield from _terms_of(tree.rhs, sign if str(tree.op) == "+" else -sign)
        case promql.BinaryExpr() if str(tree.op) == "or" and _is_zero(tree.rhs):
            yield from _terms_of(tree.lhs, sign)
        case promql.Call() if tree.func.name in RATES:
            yield Term(_selected(tree.args[0]), sign)
        case _:
            raise NotASum(f"{shown(tree)} is no sum of rates")


def _is_zero(tree: Any) -> bool:
    return str(tree.prettify()) == "vector(0)"


def _selected(argument: Any) -> Selector:
    if not isinstance(argument, promql.MatrixSelector):
        raise NotASum(f"{shown(argument)} is no range of a selector")
    selector = argument.vector_selector
    if selector.offset or selector.at:
        raise NotASum(f"{shown(argument)} is shifted in time")
    return Selector.of_tree(selector)
