"""The identity of an SLI: two SLIs that measure the same are equal in this form.

Matchers are compared in any order. `sum(rate(x[{{.window}}]))` is the selector x, a whole-number
`le` has both of its forms, and good events are converted to bad ones if possible.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import promql_parser

from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.parser import parse
from reliability.promql.query import (
    WINDOW,
    EventQuery,
    SelectorQuery,
    WindowedQuery,
    both_le_forms,
    histogram_of,
    range_of_rate,
    under_sum,
)
from reliability.promql.sampled_query import Query, SampledQuery
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

OPPOSITE: Final = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


def measured_by(objective: Objective) -> Hashable | None:
    """Return what an objective measures and by which groups; None if its SLI cannot be read."""
    sli = objective.sli
    return (_key(sli), frozenset(objective.group_by)) if sli is not None else None


def _key(sli: AnySli) -> Hashable:
    match sli:
        case RatioSli(counts=counts, events=events, total=total):
            return _bad_events(counts, _counter(events), _counter(total))
        case GaugeRatioSli(counts=counts, events=samples, total=every):
            return ("gauges", *_bad_events(counts, _values(samples), _values(every)))
        case RawSli(shows=shows, query=query):
            return ("raw", shows, _values(query))
        case ThresholdSli(op=op, limit=limit, query=query):
            return ("threshold", op, limit, _values(query))
        case TimesliceSli() | RatioTimesliceSli():
            return _key(sli.of)


def _bad_events(counts: str, events: Hashable, total: Hashable) -> tuple[Hashable, ...]:
    """Return bad events and total; good events with one more matcher become bad ones."""
    if counts == "good" and isinstance(events, Selector) and isinstance(total, Selector):
        own = set(events.matchers) - set(total.matchers)
        if total.covers(events) and len(own) == 1:
            [matcher] = own
            opposite = replace(matcher, operator=OPPOSITE[matcher.operator])
            return ("bad", Selector(tuple(sorted({*total.matchers, opposite}))), total)
    return (counts, events, total)


def _counter(query: EventQuery) -> Hashable:
    """Return what a query of counters reads; a rate of a selector counts as its selector."""
    histogram = histogram_of(query)
    if histogram is not None:
        return (_read(histogram.selector, False), histogram.bounds)
    if isinstance(query, WindowedQuery):
        return _read(both_le_forms(WINDOW.sub("5m", query.text)), True)
    return _values(query)


def _values(query: Query) -> Hashable:
    match query:
        case SelectorQuery(text) | HistogramQuery(text) | WindowedQuery(text) | SampledQuery(text):
            return _read(both_le_forms(WINDOW.sub("5m", text)), False)


@lru_cache(maxsize=4096)
def _read(text: str, is_rate: bool) -> Hashable:
    try:
        tree = parse(text)
    except ValueError:
        return text
    selector = _selector_under(tree) if is_rate else tree
    return _selected(selector) or str(tree.prettify())


def _selected(tree: Any) -> Selector | None:
    """Return the selector of a plain vector selector; None for any other tree."""
    is_plain = isinstance(tree, promql_parser.VectorSelector) and not (tree.offset or tree.at)
    return Selector.of_tree(tree) if is_plain and not tree.matchers.or_matchers else None


def _selector_under(tree: Any) -> Any:
    """Return the selector in `sum(rate(x[w]))` or `sum(increase(x[w]))`, else the summed tree."""
    inner = under_sum(tree)
    ranged = range_of_rate(inner)
    return ranged.vector_selector if isinstance(ranged, promql_parser.MatrixSelector) else inner
