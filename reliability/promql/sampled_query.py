"""Queries of values instead of counters: gauges that are summed, expressions that are sampled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import promql_parser

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
"""How counters are called by convention (https://prometheus.io/docs/practices/naming/)."""


@dataclass(frozen=True, slots=True)
class SampledQuery:
    """Any expression that gives series; one value of each is taken every minute.

    `text` can stand before an operator: a selector, a call, or something in parentheses.
    """

    text: str


GaugeQuery = EventQuery | SampledQuery
ValueQuery = SampledQuery | WindowedQuery
Query = EventQuery | ValueQuery


def read_as(role: str, counter: bool, text: str) -> Query | QueryFault:
    """Which form the query has that stands for `role` in an SLI of counters, or of none."""
    if role in ("raw", "threshold"):
        return read_values(text)
    return read_query(text) if counter else read_gauge(text)


@lru_cache(maxsize=65536)
def read_gauge(text: str) -> GaugeQuery | QueryFault:
    """Which form a query has that counts by the interval, or holds a state: anything with series.

    Counters are refused: their values added up mean nothing, and rates are no numbers of events.
    `counter: false` is what OpenSLO takes where nothing is written, so it is easily forgotten.
    """
    query = read_query(text)
    match query:
        case SelectorQuery(selector):
            return _counter_fault(selector) or query
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
        f"{name} is a counter by its name, and with counter: false its values are added up",
        f"write counter: true; or sum(sum_over_time({selector}[{{{{.window}}}}])), if it is none",
    )


def _rate_fault(text: str) -> QueryFault | None:
    if not counts_events(parse(WINDOW.sub("5m", text))):
        return None
    message = "the query is a rate of counters, and counter: false is for gauges"
    return QueryFault("form", message, "write counter: true, and {{.window}} for the range")


def counts_events(tree: Any) -> bool:
    """Whether an expression is a rate or an increase of counters, or a sum of such."""
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
    """Which form a query has whose values are looked at: full, with the window or sampled."""
    try:
        tree = parse(WINDOW.sub("5m", text))
    except ValueError as error:
        return no_promql(text, error)

    if not gives_series(tree):
        message = "the query gives no series with one value each, which can be sampled"
        return QueryFault("form", message, "write a selector, or an expression of selectors")

    if WINDOW.search(text):
        return WindowedQuery(text)
    return SampledQuery(operand(text, tree))


def operand(text: str, tree: Any) -> str:
    """An expression as it can stand before an operator."""
    match tree:
        case promql_parser.VectorSelector():
            return both_le_forms(tree.prettify())
        case promql_parser.Call() | promql_parser.AggregateExpr() if "#" not in text:
            return text.strip()
        case _:
            return f"({ended(text)})"


def values(query: ValueQuery, window: str) -> str:
    """The expression whose values are taken, as an operand; `window` is text, as PromQL has it."""
    match query:
        case SampledQuery(text):
            return text
        case WindowedQuery(text):
            return f"({ended(WINDOW.sub(window, text))})"


Op = Literal["lt", "lte", "gt", "gte"]
SIGNS: Final[dict[Op, str]] = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
