"""What an SLI measures, in a form in which two SLIs that measure the same are equal.

Matchers are compared in any order. `sum(rate(x[{{.window}}]))` is the selector x,
a whole-number `le` has both of its forms, and good events are what is left of the bad ones.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import promql_parser

from reliability.promql.parser import parse
from reliability.promql.query import WINDOW, EventQuery, SelectorQuery, both_le_forms
from reliability.promql.sampled_query import Query
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
OPERATORS: Final = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}


@dataclass(frozen=True, slots=True)
class SelectedSeries:
    """A metric, and its matchers: label, operator and value."""

    metric: str
    matchers: frozenset[tuple[str, str, str]]


def measured_by(objective: Objective) -> Hashable | None:
    """What an objective measures, and by which groups; None if its SLI cannot be read."""
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
    """Good events by one matcher more than all are the bad ones by its opposite."""
    if (
        counts == "good"
        and isinstance(events, SelectedSeries)
        and isinstance(total, SelectedSeries)
    ):
        own = events.matchers - total.matchers
        same = events.metric == total.metric and total.matchers <= events.matchers
        if same and len(own) == 1:
            [(label, operator, value)] = own
            bad = total.matchers | {(label, OPPOSITE[operator], value)}
            return ("bad", SelectedSeries(events.metric, bad), total)
    return (counts, events, total)


def _counter(query: EventQuery) -> Hashable:
    """What a query of counters reads; a rate of a selector is what the selector stands for."""
    if isinstance(query, SelectorQuery):
        return _values(query)
    return _read(both_le_forms(WINDOW.sub("5m", query.text)), True)


def _values(query: Query) -> Hashable:
    text = query.selector if isinstance(query, SelectorQuery) else query.text
    return _read(both_le_forms(WINDOW.sub("5m", text)), False)


@lru_cache(maxsize=4096)
def _read(text: str, is_rate: bool) -> Hashable:
    try:
        tree = parse(text)
    except ValueError:
        return text
    selector = _selector_under(tree) if is_rate else tree
    return _selected(selector) or str(tree.prettify())


def _selected(tree: Any) -> SelectedSeries | None:
    """A plain selector as its matchers."""
    if not isinstance(tree, promql_parser.VectorSelector) or tree.offset or tree.at:
        return None
    matchers = tree.matchers.matchers
    named = (
        (matcher.name, OPERATORS[str(matcher.op).rpartition(".")[2]], matcher.value)
        for matcher in matchers
    )
    return None if tree.matchers.or_matchers else SelectedSeries(tree.name or "", frozenset(named))


def _selector_under(tree: Any) -> Any:
    """The selector of `sum(rate(x[w]))` or `sum(increase(x[w]))`; the tree of anything else."""
    match tree:
        case promql_parser.ParenExpr():
            return _selector_under(tree.expr)
        case promql_parser.AggregateExpr() if str(tree.op).endswith("sum"):
            return _selector_under(tree.expr)
        case promql_parser.Call() if tree.func.name in ("rate", "increase"):
            [ranged] = tree.args
            is_range = isinstance(ranged, promql_parser.MatrixSelector)
            return ranged.vector_selector if is_range else tree
        case _:
            return tree
