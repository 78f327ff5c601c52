"""Example series that an SLI's queries would select: one of good events, and one of bad events.

Label values are found by trial: the values that a query names, some that its patterns suggest, and
some others. Every result is checked against the selectors themselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, Final

import promql_parser

from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.parser import parse
from reliability.promql.query import (
    WINDOW,
    EventQuery,
    SelectorQuery,
    WindowedQuery,
    histogram_of,
)
from reliability.promql.selector import METRIC_NAME, Selector, SelectorMatcher
from reliability.resolve.sli import GaugeRatioSli, RatioSli

OTHERS: Final = ("200", "404", "500", "ok", "error", "other", "1", "0.5", "")
MAX_TRIES: Final = 2000
"""Limit of combinations of label values to try."""
NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*", re.ASCII)
"""Names of metrics and labels in a promtool test, which does not support quoted names."""
INNERMOST: Final = re.compile(r"\((?:\?:)?([^()]*)\)")
SUGGESTED: Final = (
    (re.compile(r"\\d"), "5"),
    (re.compile(r"\\w"), "a"),
    (re.compile(r"\[\^[^\]]*\]"), "x"),
    (re.compile(r"\[([^\]])[^\]]*\]"), r"\1"),
    (re.compile(r"(?<!\\)\.[*+?]?"), "0"),
    (re.compile(r"\\(.)"), r"\1"),
    (re.compile(r"[*+?^$]|\{\d+(,\d*)?\}"), ""),
)


@dataclass(frozen=True, slots=True)
class ExampleHistogram:
    """Example series of a native histogram of schema 0, whose bucket k is (2^(k-1), 2^k].

    `inside` is a bucket within the bounds of the SLI, `outside` one beyond them.
    """

    series: str
    inside: int
    outside: int

    def growth(self, inside: int, outside: int) -> str:
        """Return so many observations in each of the two buckets, in promtool's notation."""
        first, last = sorted((self.inside, self.outside))
        buckets = dict.fromkeys(range(first, last + 1), 0)
        buckets |= {self.inside: inside, self.outside: outside}
        total = sum(number * 2.0**index for index, number in buckets.items())
        counts = " ".join(map(str, buckets.values()))
        return (
            f"{{{{schema:0 count:{inside + outside} sum:{total:.6g} "
            f"offset:{first} buckets:[{counts}]}}}}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Example series of an SLI, in PromQL syntax.

    `well` and `badly` match the query of all events; only one of them matches the other query. If
    the two queries read different metrics, `total` and `events` have a series of each instead. If
    both read one native histogram, only `histogram` is set.
    """

    well: str = ""
    badly: str = ""
    total: str = ""
    events: str = ""
    histogram: ExampleHistogram | None = None


def examples(sli: RatioSli | GaugeRatioSli, by: Iterable[str]) -> Examples | None:
    """Return series for an SLI, with a value for each group-by label, or None if none are found."""
    histogram = _histogram(sli, by) if isinstance(sli, RatioSli) else None
    if histogram is not None:
        return Examples(histogram=histogram)

    events, total = _selectors(sli)
    if events is None or total is None:
        return None
    if _metric(events) != _metric(total):
        exampled = (_series([total], [], by), _series([events], [], by))
        return Examples(total=exampled[0], events=exampled[1]) if all(exampled) else None

    # Two series: one that both queries count, and one that is in the total only. The tests need a
    # failure and a success.
    counted, rest = _series([total, events], [], by), _series([total], [events], by)
    if not counted or not rest:
        return None

    well, badly = (counted, rest) if sli.counts == "good" else (rest, counted)
    return Examples(well=well, badly=badly)


def _histogram(sli: RatioSli, by: Iterable[str]) -> ExampleHistogram | None:
    """Return a native histogram that both queries read, one of them within bounds."""
    events, total = histogram_of(sli.events), histogram_of(sli.total)
    if events is None or total is None or events.bounds is None or total.bounds is not None:
        return None
    if events.selector != total.selector:
        return None

    buckets = _buckets(*map(float, events.bounds))
    series = _series([Selector.parse(total.selector)], [], by)
    return ExampleHistogram(series, *buckets) if buckets and series else None


def _buckets(lower: float, upper: float) -> tuple[int, int] | None:
    """Return a bucket within bounds and one beyond them; None if powers of 2 have none."""
    if upper <= 0:
        return None
    if lower <= 0:
        inside = 0 if math.isinf(upper) else math.floor(math.log2(upper))
    else:
        inside = math.ceil(math.log2(lower)) + 1
        if 2.0**inside > upper:
            return None
    if math.isfinite(upper):
        return inside, math.ceil(math.log2(upper)) + 1
    return (inside, math.floor(math.log2(lower))) if lower > 0 else None


def _selectors(sli: RatioSli | GaugeRatioSli) -> tuple[Selector | None, Selector | None]:
    """Return the selectors of events and total, each None if its query is not a single selector.

    For gauges, a query must be nothing but a selector; for counters, it may be its rate.
    """
    match sli:
        case RatioSli(_, events, total):
            return selector_of(events), selector_of(total)
        case GaugeRatioSli(_, SelectorQuery() as events, SelectorQuery() as total):
            return selector_of(events), selector_of(total)
        case _:
            return None, None


def selector_of(query: EventQuery) -> Selector | None:
    """Return the only selector whose rate a query is, or None for any other query."""
    match query:
        case SelectorQuery(text):
            tree: Any = parse(text)
        case HistogramQuery():
            return None
        case WindowedQuery(text):
            tree = _under_the_rate(parse(WINDOW.sub("5m", text)))
    try:
        return Selector.of_tree(tree) if tree is not None else None
    except ValueError:
        return None


def _under_the_rate(tree: Any) -> Any:
    """Return the vector selector of `rate(x[5m])`, optionally inside a sum, or None otherwise."""
    if isinstance(tree, promql_parser.AggregateExpr) and str(tree.op).lower().endswith("sum"):
        tree = tree.expr
    if isinstance(tree, promql_parser.Call) and tree.func.name in ("rate", "increase"):
        inner = tree.args[0]
        if isinstance(inner, promql_parser.MatrixSelector):
            selector = inner.vector_selector
            return None if selector.offset or selector.at else selector
    return None


def _metric(selector: Selector) -> tuple[SelectorMatcher, ...]:
    return tuple(matcher for matcher in selector.matchers if matcher.label == METRIC_NAME)


def _series(wanted: list[Selector], unwanted: list[Selector], by: Iterable[str]) -> str:
    """Return a series that all wanted selectors and no unwanted one match, or an empty string."""
    matchers = [matcher for selector in (*wanted, *unwanted) for matcher in selector.matchers]
    labels = sorted({matcher.label for matcher in matchers})
    choices = [list(_values(label, matchers)) for label in labels]

    # The first combination nearly always fits; the limit is for queries whose matchers exclude each
    # other.
    for values in islice(product(*choices), MAX_TRIES):
        series = dict(zip(labels, values, strict=True))
        names = (series.get(METRIC_NAME, ""), *labels)
        if not all(NAME.fullmatch(name) for name in names if name):
            continue
        if all(selector.matches(series) for selector in wanted) and not any(
            selector.matches(series) for selector in unwanted
        ):
            return _text({**dict.fromkeys(by, "example"), **series})

    return ""


def _values(label: str, matchers: list[SelectorMatcher]) -> Iterator[str]:
    """Yield values to try for a label, which satisfy at least its equality matchers."""
    of_label = [matcher for matcher in matchers if matcher.label == label]
    fixed = [matcher.value for matcher in of_label if matcher.operator == "="]
    patterns = [matcher.value for matcher in of_label if "~" in matcher.operator]
    suggested = [text for pattern in patterns for text in suggestions(pattern)]
    named = [matcher.value for matcher in of_label if matcher.operator == "!="]
    if label == METRIC_NAME:
        return iter(dict.fromkeys(fixed or suggested))
    return iter(dict.fromkeys([*fixed, *suggested, *OTHERS, *named]))


def suggestions(pattern: str) -> Iterator[str]:
    """Yield texts that a pattern may match: one for each of its outermost alternatives."""
    for first in (True, False):
        flat = pattern
        while match := INNERMOST.search(flat):
            if match.span() == (0, len(flat)):
                flat = match[1]
                continue
            alternatives = match[1].split("|")
            flat = flat[: match.start()] + alternatives[0 if first else -1] + flat[match.end() :]

        for alternative in flat.split("|"):
            text = alternative
            for written, meant in SUGGESTED:
                text = written.sub(meant, text)
            yield text


def _text(labels: Mapping[str, str]) -> str:
    name = labels.get(METRIC_NAME, "")
    matchers = [
        SelectorMatcher(label, "=", value).text
        for label, value in sorted(labels.items())
        if label != METRIC_NAME and value
    ]
    return f"{name}{{{', '.join(matchers)}}}"
