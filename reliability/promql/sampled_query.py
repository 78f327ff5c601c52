"""SLI queries of gauges and of sampled values, as opposed to counters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import promql_parser

from reliability.message import Message
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.parser import parse
from reliability.promql.query import (
    WINDOW,
    EventQuery,
    QueryFault,
    SelectorQuery,
    WindowedQuery,
    both_le_forms,
    ended,
    gives_series,
    no_promql,
    read_query,
)

COUNTER_NAME: Final = ("_total", "_bucket", "_count")
"""Suffixes of counters by convention (https://prometheus.io/docs/practices/naming/)."""


@dataclass(frozen=True, slots=True)
class SampledQuery:
    """Any expression that returns series, each sampled once a minute.

    `text` is usable as an operand: a selector, a call, or an expression in parentheses.
    """

    text: str


GaugeQuery = SelectorQuery | WindowedQuery | SampledQuery
ValueQuery = SampledQuery | WindowedQuery
Query = EventQuery | ValueQuery


def read_as(role: str, counter: bool, text: str) -> Query | QueryFault:
    """Read the query of a role in an SLI of counters, or of gauges if `counter` is false."""
    if role in ("raw", "threshold"):
        return read_values(text)
    return read_query(text) if counter else read_gauge(text)


@lru_cache(maxsize=65536)
def read_gauge(text: str) -> GaugeQuery | QueryFault:
    """Read a query of gauges: counts per interval, or a state.

    Counters are refused: the sum of their values means nothing, and a rate is not a number of
    events. `counter: false` is the default of OpenSLO, so `counter: true` is easily forgotten.
    """
    query = read_query(text)
    match query:
        case SelectorQuery(selector):
            return _counter_fault(selector) or query
        case HistogramQuery():
            return _histogram_fault()
        case QueryFault("syntax"):
            return query
        case _:
            return _rate_fault(text) or read_values(text)


def _counter_fault(selector: str) -> QueryFault | None:
    name = selector.partition("{")[0]
    if not name.endswith(COUNTER_NAME):
        return None

    return QueryFault(
        "form",
        Message("{metric} is named like a counter, and counter: false is for gauges", metric=name),
        Message(
            "write counter: true; or sum(sum_over_time({selector}[{{{{.window}}}}])), "
            "if it is a gauge",
            selector=selector,
        ),
    )


def _histogram_fault() -> QueryFault:
    message = Message(
        "a native histogram counts events since its start, and counter: false is for gauges"
    )
    return QueryFault("form", message, Message("write counter: true"))


def _rate_fault(text: str) -> QueryFault | None:
    if not counts_events(parse(WINDOW.sub("5m", text))):
        return None
    message = Message("the query is a rate of counters, and counter: false is for gauges")
    help_text = Message("write counter: true, and {{{{.window}}}} as the range")
    return QueryFault("form", message, help_text)


def counts_events(tree: Any) -> bool:
    """Return whether an expression is a rate or increase of counters, or a sum of them."""
    match tree:
        case promql_parser.Call():
            return tree.func.name in ("rate", "irate", "increase")
        case promql_parser.AggregateExpr():
            return str(tree.op).lower().endswith("sum") and counts_events(tree.expr)
        case promql_parser.ParenExpr():
            return counts_events(tree.expr)
        case promql_parser.BinaryExpr() if str(tree.op) in ("+", "-"):
            return counts_events(tree.lhs) or counts_events(tree.rhs)
        case _:
            return False


@lru_cache(maxsize=65536)
def read_values(text: str) -> ValueQuery | QueryFault:
    """Read a query whose values are compared or averaged: over the window, or sampled."""
    try:
        tree = parse(WINDOW.sub("5m", text))
    except ValueError as error:
        return no_promql(text, error)

    if not gives_series(tree):
        message = Message("the query must return series with one value each, to be sampled")
        help_text = Message("write a selector, or an expression of selectors")
        return QueryFault("form", message, help_text)

    if WINDOW.search(text):
        return WindowedQuery(text)
    return SampledQuery(operand(text, tree))


def operand(text: str, tree: Any) -> str:
    """Return an expression as an operand, in parentheses if it needs them."""
    match tree:
        case promql_parser.VectorSelector():
            return both_le_forms(tree.prettify())
        case promql_parser.Call() | promql_parser.AggregateExpr() if "#" not in text:
            return text.strip()
        case _:
            return f"({ended(text)})"


def values(query: ValueQuery, window: str) -> str:
    """Return the expression of the values as an operand; `window` is a PromQL duration."""
    match query:
        case SampledQuery(text):
            return text
        case WindowedQuery(text):
            return f"({ended(WINDOW.sub(window, text))})"


Op = Literal["lt", "lte", "gt", "gte"]
SIGNS: Final[dict[Op, str]] = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
