"""Supported forms of SLI queries in PromQL, and the rate expression of each form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, Literal

import promql_parser

from reliability.message import Message
from reliability.promql.histogram_query import (
    HistogramQuery,
    is_share,
    observed_per_second,
    rated_histogram,
    read_histogram,
)
from reliability.promql.parser import parse
from reliability.scalars import duration_text

WINDOW: Final = re.compile(r"\{\{\s*\.window\s*\}\}")
OTHER_WINDOW: Final = re.compile(r"\[\s*[{$]")
INCREASE: Final = re.compile(r"\bincrease\s*\(")
RATE: Final = re.compile(r"\bi?rate\s*\(")
TEXT_OR_RANGE: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|\[[^\]:]+\]""")
TEXT_OR_SUBQUERY: Final = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|\[[^\]:]+:"""
)
WHOLE_LE: Final = re.compile(r'\ble="(-?\d+)(?:\.0)?"')


@dataclass(frozen=True, slots=True)
class SelectorQuery:
    """A bare selector of counters, optionally inside one `sum`; `rate` is added later.

    `by` has the labels that the written aggregation keeps.
    """

    selector: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowedQuery:
    """A full expression with `{{.window}}` as the range."""

    text: str


EventQuery = SelectorQuery | HistogramQuery | WindowedQuery


@dataclass(frozen=True, slots=True)
class QueryFault:
    """Reason why a query has no supported form: a syntax error, a fixed range, or another shape."""

    kind: Literal["syntax", "fixed-window", "form"]
    message: str
    help: str


@lru_cache(maxsize=65536)
def read_query(text: str) -> EventQuery | QueryFault:
    """Read a query of counters, or return why it has no supported form."""
    if WINDOW.search(text):
        return _read_windowed(text)
    try:
        tree = parse(text)
    except ValueError as error:
        return no_promql(text, error)

    if isinstance(tree, promql_parser.VectorSelector) and _is_plain(tree):
        return SelectorQuery(tree.prettify())
    if isinstance(tree, promql_parser.AggregateExpr):
        inner = tree.expr
        if isinstance(inner, promql_parser.VectorSelector) and _is_plain(inner) and _is_sum(tree):
            return SelectorQuery(inner.prettify(), _kept(tree))

    return read_histogram(tree) or _share_fault(tree) or _other_form(text, tree)


def no_promql(text: str, error: object) -> QueryFault:
    """Return the fault of a query that does not parse.

    Other tools use other variables as the range, so that case has a message of its own.
    """
    if OTHER_WINDOW.search(WINDOW.sub("5m", text)):
        message = Message("not valid PromQL: the range in brackets is not a duration")
        return QueryFault("syntax", message, Message("write [{{{{.window}}}}]"))
    return QueryFault("syntax", not_promql(error), Message("fix the query"))


def _read_windowed(text: str) -> EventQuery | QueryFault:
    try:
        tree = parse(WINDOW.sub("5m", text))
    except ValueError as error:
        return no_promql(text, error)
    if not gives_series(tree):
        message = Message("the query must return series with one value each, to be added up")
        help_text = Message("write an expression such as sum(rate(...[{{{{.window}}}}]))")
        return QueryFault("form", message, help_text)
    return _share_fault(tree) or WindowedQuery(text)


def _share_fault(tree: Any) -> QueryFault | None:
    if not is_share(tree):
        return None
    return QueryFault(
        "form",
        Message("histogram_fraction is a share, and good, bad and total are numbers of events"),
        Message("write histogram_fraction(0, 0.5, x) * histogram_count(x), with your bounds"),
    )


def gives_series(tree: Any) -> bool:
    """Return whether an expression is an instant vector, not a scalar, string or range vector."""
    match tree:
        case promql_parser.VectorSelector() | promql_parser.AggregateExpr():
            return True
        case promql_parser.Call():
            return str(tree.func.return_type).endswith("Vector")
        case promql_parser.ParenExpr() | promql_parser.UnaryExpr():
            return gives_series(tree.expr)
        case promql_parser.BinaryExpr():
            return gives_series(tree.lhs) or gives_series(tree.rhs)
        case _:
            return False


def not_promql(error: object) -> Message:
    """Return the message for text that does not parse, with the parser's reason if there is one."""
    detail = str(error)
    if detail.startswith("invalid promql"):
        return Message("not valid PromQL")
    return Message("not valid PromQL: {reason}", reason=detail)


def _is_plain(selector: Any) -> bool:
    return not selector.offset and not selector.at


def _is_sum(tree: Any) -> bool:
    keeps_named_labels = tree.modifier is None or str(tree.modifier.type).endswith("By")
    return str(tree.op).lower().endswith("sum") and keeps_named_labels


def _kept(tree: Any) -> tuple[str, ...]:
    return tuple(tree.modifier.labels) if tree.modifier else ()


def _other_form(text: str, tree: Any) -> QueryFault:
    if _has_range(tree):
        with_window = TEXT_OR_RANGE.sub(lambda span: span[1] or "[{{.window}}]", text)
        if not gives_series(tree):
            with_window = f"sum(rate({with_window.strip()}))"
        if "{{.window}}" not in with_window:
            with_window = TEXT_OR_SUBQUERY.sub(lambda span: span[1] or "[{{.window}}:", text)
        return QueryFault(
            "fixed-window",
            Message("the query has a fixed range, but alerts evaluate it over several windows"),
            Message("write {{{{.window}}}} as the range: {query}", query=with_window),
        )
    return QueryFault(
        "form",
        Message("the query is neither a selector, nor a sum of one, and has no {{{{.window}}}}"),
        Message(
            "write a selector of a counter, or a full expression with rate(...[{{{{.window}}}}])"
        ),
    )


def under_sum(tree: Any) -> Any:
    """Return the expression inside of any enclosing parentheses and sums."""
    while isinstance(tree, promql_parser.ParenExpr) or (
        isinstance(tree, promql_parser.AggregateExpr) and str(tree.op).lower().endswith("sum")
    ):
        tree = tree.expr
    return tree


def range_of_rate(tree: Any) -> Any | None:
    """Return the argument of `rate` or `increase`, or None for any other expression."""
    is_rate = isinstance(tree, promql_parser.Call) and tree.func.name in ("rate", "increase")
    return tree.args[0] if is_rate else None


def _has_range(tree: Any) -> bool:
    return getattr(tree, "range", None) is not None or any(map(_has_range, _parts(tree)))


def _parts(tree: Any) -> Iterator[Any]:
    for name in ("expr", "lhs", "rhs", "param"):
        inner = getattr(tree, name, None)
        if inner is not None and not isinstance(inner, str):
            yield inner
    yield from getattr(tree, "args", ())


def rate(query: EventQuery, window: timedelta, by: tuple[str, ...] = ()) -> str:
    """Return PromQL for events per second over a window, summed by the labels of `by`.

    An expression that counts with `increase` is divided by the window in seconds.
    """
    aggregation = f"sum by ({', '.join(by)}) " if by else "sum"
    return f"{aggregation}({_per_second(query, window)})"


def increase(query: EventQuery, window: timedelta, by: tuple[str, ...] = ()) -> str:
    """Return PromQL for the number of events in a window: the rate times the window in seconds."""
    return f"{rate(query, window, by)} * {int(window.total_seconds())}"


def _per_second(query: EventQuery, window: timedelta) -> str:
    match query:
        case SelectorQuery(selector):
            return f"rate({both_le_forms(selector)}[{duration_text(window)}])"
        case HistogramQuery():
            return observed_per_second(query, duration_text(window))
        case WindowedQuery(text):
            written = ended(WINDOW.sub(duration_text(window), text))
            # `increase` is `rate` times the window (`extrapolatedRate`), so dividing gives the rate
            # back.
            if INCREASE.search(text) and not RATE.search(text):
                return f"({written}) / {int(window.total_seconds())}"
            return written


def ended(text: str) -> str:
    """Add a line break to an expression that may end in a comment, so that text can follow."""
    # A comment in PromQL ends with its line; what is appended to it would be part of the comment.
    return f"{text}\n" if "#" in text else text


@lru_cache(maxsize=1024)
def both_le_forms(selector: str) -> str:
    """Match a whole-number `le` in both forms: Prometheus 2 has "1", Prometheus 3 has "1.0".

    Prometheus 3 normalizes `le` and `quantile` at ingestion
    (https://prometheus.io/docs/prometheus/latest/migration/).
    """
    return WHOLE_LE.sub(r'le=~"\1|\1\\\\.0"', selector)


def selectors(query: EventQuery) -> Iterator[str]:
    """Yield every vector selector of a query as PromQL text, for history to fetch."""
    match query:
        case SelectorQuery(selector):
            yield both_le_forms(selector)
        case HistogramQuery(selector):
            yield selector
        case WindowedQuery(text):
            tree = parse(WINDOW.sub("5m", text))
            selected = _selectors_under(tree)
            yield from dict.fromkeys(both_le_forms(selector.prettify()) for selector in selected)


def histogram_of(query: EventQuery) -> HistogramQuery | None:
    """Return the observations of native histograms that a query counts; None for other queries."""
    match query:
        case HistogramQuery():
            return query
        case WindowedQuery(text):
            return rated_histogram(parse(WINDOW.sub("5m", text)))
        case SelectorQuery():
            return None


OFFSET_OR_AT: Final = re.compile(r"\s(?:offset|@)\s.*$", re.DOTALL)


def plain_selectors(query: EventQuery) -> Iterator[str]:
    """Yield the selectors of a query without `offset` and `@`, so that either can be appended."""
    for selector in selectors(query):
        name, brace, rest = selector.rpartition("}")
        yield f"{name}{brace}" if brace else OFFSET_OR_AT.sub("", rest)


def _selectors_under(tree: Any) -> Iterator[Any]:
    if isinstance(tree, promql_parser.VectorSelector):
        yield tree
    elif isinstance(tree, promql_parser.MatrixSelector):
        yield tree.vector_selector
    else:
        for inner in _parts(tree):
            yield from _selectors_under(inner)
