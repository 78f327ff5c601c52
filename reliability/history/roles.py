"""The role of each stored column in an SLI: good, bad or all events, and the group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from reliability.history.definition import Definition
from reliability.history.month import Column
from reliability.history.sli import (
    Counters,
    DatadogQueries,
    Evaluated,
    HistogramCounters,
    NotCounted,
    SliHistory,
)
from reliability.promql.selector import METRIC_NAME, Selector

Group: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """The role of one column in an SLI: good, bad or all events, its group, and its sign."""

    name: str
    group: Group
    sign: int


Roles: TypeAlias = Callable[[Column], Iterator[Role]]


def roles_of(definition: Definition | None, sli: SliHistory) -> Roles | None:
    """Return the role of each column of a family in an SLI; None if the family cannot answer it."""
    if definition is None:
        return lambda column: _imported_roles(column, sli)
    counters = sli.counters
    if isinstance(counters, DatadogQueries | Evaluated | HistogramCounters):
        known = Definition.of_queries(counters, sli.group_by)
        return (lambda column: _imported_roles(column, sli)) if definition == known else None

    if isinstance(counters, NotCounted) or not definition.answers(counters, sli.group_by):
        return None
    sources = {selector: definition.source_of(selector) for selector in counters.selectors}
    return lambda column: _fetched_roles(column, counters, sources, by=sli.group_by)


def _imported_roles(column: Column, sli: SliHistory) -> Iterator[Role]:
    labels = dict(column.labels)
    yield Role(labels.pop(METRIC_NAME), _group(labels, sli.group_by), 1)


def _fetched_roles(
    column: Column, counters: Counters, sources: Mapping[Selector, int | None], by: Group
) -> Iterator[Role]:
    labels = dict(column.labels)
    for name, terms in (("total", counters.total), (counters.counts, counters.events)):
        for term in terms:
            if sources[term.selector] == column.selector and term.selector.matches(labels):
                yield Role(name, _group(labels, by), term.sign)


def _group(labels: Mapping[str, str], by: Group) -> Group:
    return tuple(labels.get(label, "") for label in by)
