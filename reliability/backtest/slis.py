"""SLI of an objective for a history source: its PromQL queries as sums of counters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import promql_parser as promql

from reliability.compile.prometheus.formulas import error_ratio, total_rate
from reliability.compile.prometheus.names import SHORTEST
from reliability.history.sli import (
    Counters,
    DatadogQueries,
    Evaluated,
    HistogramCounters,
    NotCounted,
    SliCounters,
    SliHistory,
    Term,
)
from reliability.message import Message
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.parser import parse, shown
from reliability.promql.query import (
    WINDOW,
    EventQuery,
    SelectorQuery,
    histogram_of,
    range_of_rate,
    selectors,
    under_sum,
)
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
NOT_A_RATIO = Message("its SLI is not a ratio of counters")
DATADOG_SLICES = Message(
    "its Datadog queries are not a ratio of counts; to give it a history, name the ID of a "
    "metric-based Datadog SLO in slos of policies/history.yaml"
)


class NotASum(ValueError):
    """Error: a query is not a sum of counters; the message quotes the part that is not."""


def sli_history(objective: Objective) -> SliHistory:
    """Return the SLI of an objective, to fetch its history for a replay."""
    counters = _counters(objective)
    return SliHistory(objective.service, objective.slo_name, counters, group_by=objective.group_by)


def budget_history(objective: Objective) -> SliHistory:
    """Return the SLI of an objective, to compute its error budget from history.

    An SLI that is not a sum of counters is evaluated by a server minute by minute, like the
    recording rules. That is accurate enough for an SLO period, but not for the windows of alerts.
    """
    history = sli_history(objective)
    sli = objective.sli
    if sli is None or not isinstance(history.counters, NotCounted):
        return history

    total = total_rate(sli, SHORTEST, objective.group_by)
    ratio = error_ratio(sli, SHORTEST, objective.group_by)
    return replace(history, counters=Evaluated(total, ratio, history.counters.reason))


def sli_identity(objective: Objective) -> str:
    """Return a key that is equal for objectives that measure the same events."""
    counters = _counters(objective)
    measured = objective.sli if isinstance(counters, NotCounted) else counters
    return repr((measured, objective.group_by))


def _counters(objective: Objective) -> SliCounters:
    match objective.sli:
        case RatioSli(counts, events, total):
            try:
                return counters_of(counts, events, total)
            except ValueError as error:
                return NotCounted(
                    Message("its SLI cannot be counted by the minute: {reason}", reason=error)
                )
        case None if {"total"} < set(dict(objective.metrics)):
            return DatadogQueries(objective.metrics)
        case None:
            return NotCounted(DATADOG_SLICES if objective.metrics else NOT_A_RATIO)
        case other:
            return NotCounted(why_not_replayed(other) or NOT_A_RATIO)


def counters_of(
    counts: Literal["good", "bad"], events: EventQuery, total: EventQuery
) -> Counters | HistogramCounters:
    """Return what two queries count: counters, or observations of native histograms.

    Raises:
        NotASum: a query is neither.
    """
    observed, observations = histogram_of(events), histogram_of(total)
    if observed is not None and observations is not None:
        return HistogramCounters(counts, observed, observations)
    return Counters(counts, tuple(terms(events)), tuple(terms(total)))


def why_not_replayed(sli: AnySli | None) -> str | None:
    """Return why event mode cannot replay an SLI of this form; None if it can."""
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
    """Yield the counters that a query adds and subtracts.

    Raises:
        NotASum: the query does anything else.
    """
    if isinstance(query, SelectorQuery):
        for text in selectors(query):
            yield Term(Selector.parse(text), 1)
        return
    if isinstance(query, HistogramQuery):
        raise NotASum(f"{query.selector} is a native histogram, and the other query is not")
    yield from _terms_of(parse(WINDOW.sub(ANY_WINDOW, query.text)), 1)


def _terms_of(tree: Any, sign: int) -> Iterator[Term]:
    inner = under_sum(tree)
    ranged = range_of_rate(inner)
    match inner:
        case promql.BinaryExpr() if str(inner.op) in ("+", "-"):
            yield from _terms_of(inner.lhs, sign)
            yield from _terms_of(inner.rhs, sign if str(inner.op) == "+" else -sign)
        case promql.BinaryExpr() if str(inner.op) == "or" and _is_zero(inner.rhs):
            yield from _terms_of(inner.lhs, sign)
        case _ if ranged is not None:
            yield Term(_selected(ranged), sign)
        case _:
            raise NotASum(f"{shown(inner)} is not a sum of rates")


def _is_zero(tree: Any) -> bool:
    return str(tree.prettify()) == "vector(0)"


def _selected(argument: Any) -> Selector:
    if not isinstance(argument, promql.MatrixSelector):
        raise NotASum(f"{shown(argument)} is not a range selector")
    selector = argument.vector_selector
    if selector.offset or selector.at:
        raise NotASum(f"{shown(argument)} is shifted in time")
    return Selector.of_tree(selector)
