"""What no compiler can take yet, and why: said where it was asked for, never dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from reliability.finding import Label, Problem
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart, Located
from reliability.location import Pointer
from reliability.model import shapes
from reliability.model.openslo.sli import SliSpec
from reliability.model.openslo.slo import Slo
from reliability.promql.query import QueryFault
from reliability.promql.sampled_query import read_as
from reliability.resolve.indicator import (
    PROMETHEUS,
    UNKNOWN,
    LocatedQuery,
    is_counted,
    queries,
    sli_spec,
)
from reliability.resolve.window import window_problems
from reliability.scalars import duration_text

SHORTEST_SLICE: Final = timedelta(minutes=1)
"""Two scrape intervals of half a minute; no document says how often a service is scraped."""


def why_not_compiled(slo: Located[Slo], index: int, catalog: Catalog) -> Problem | None:
    """Why one objective of an SLO is given to no tool, or None where compilers take it.

    Either its form is one that compilers do not know yet (`unsupported`), or its SLI cannot be
    read: a reference that leads nowhere, a query that is no PromQL of a known form.
    """
    return unsupported(slo, index, catalog) or next(_unread(slo, catalog), None)


def unsupported(slo: Located[Slo], index: int, catalog: Catalog) -> Problem | None:
    """Why the form of one objective is none that a compiler knows, or None."""
    return next(_forms(slo, index, catalog), None)


def _forms(slo: Located[Slo], index: int, catalog: Catalog) -> Iterator[Problem]:
    spec = slo.value.spec
    if not re.fullmatch(shapes.NAME, spec.service):
        message = f"service {spec.service!r} is no safe path segment, so nothing is compiled"
        help_text = "write lower-case letters, digits and dashes, 63 at most"
        yield Problem(slo.at("spec", "service"), message, help_text)
    yield from window_problems(slo)
    yield from _slice(slo, index)
    objective = spec.objectives[index]
    own = {"indicator": objective.indicator, "indicatorRef": objective.indicator_ref}
    for key, written in own.items():
        if written is not None:
            at = slo.at("spec", "objectives", index, key, part=EntryPart.KEY)
            help_text = "write one SLO for each indicator"
            yield Problem(at, "an objective with its own SLI is not compiled yet", help_text)
    resolved = sli_spec(slo, catalog)
    if resolved is not None:
        yield from _sli(slo, *resolved, catalog)
        yield from _limit(slo, index, resolved[0])


def _slice(slo: Located[Slo], index: int) -> Iterator[Problem]:
    """A slice in which too little is scraped to tell whether it went well, or that never ends."""
    length = slo.value.spec.objectives[index].time_slice_window
    if slo.value.spec.budgeting_method == "Occurrences" or length is None:
        return
    at = slo.at("spec", "objectives", index, "timeSliceWindow")
    if length < SHORTEST_SLICE:
        message = (
            f"a slice of {duration_text(length)} is shorter than two scrape intervals, "
            f"{duration_text(SHORTEST_SLICE)}"
        )
        yield Problem(at, message, "write timeSliceWindow: 1m or more")
    elif length > slo.value.period > timedelta(0):
        message = (
            f"a slice of {duration_text(length)} is longer than the time window, "
            f"{duration_text(slo.value.period)}"
        )
        yield Problem(at, message, "write a slice that the window holds many of, such as 5m")


def _sli(
    slo: Located[Slo], spec: SliSpec, located: Located[Any], route: Pointer, catalog: Catalog
) -> Iterator[Problem]:
    for query in queries(slo, catalog):
        if query.type not in (PROMETHEUS, UNKNOWN):
            message = f"a metric of type {query.type} is compiled for no tool yet"
            where = ("ratioMetric", query.role) if spec.ratio_metric else ("thresholdMetric",)
            help_text = "use a Prometheus source"
            yield _placed(slo, located, (*route, *where), message, help_text)


def _limit(slo: Located[Slo], index: int, spec: SliSpec) -> Iterator[Problem]:
    """A limit that is missing, or one too many: for an inline SLI the model says so itself."""
    objective = slo.value.spec.objectives[index]
    written = {"op": objective.op, "value": objective.value}
    if spec.threshold_metric is None:
        for key in (key for key, value in written.items() if value is not None):
            at = slo.at("spec", "objectives", index, key, part=EntryPart.KEY)
            message = f"{key} is for a threshold, and the SLI is a ratio"
            yield Problem(at, message, "remove op and value")
    elif None in written.values():
        at = slo.at("spec", "objectives", index)
        message = "the SLI is a threshold, and the objective lacks op or value"
        yield Problem(at, message, "write op: lte and a value, in the unit of the metric")


def _unread(slo: Located[Slo], catalog: Catalog) -> Iterator[Problem]:
    resolved = sli_spec(slo, catalog)
    if resolved is None:
        at = slo.at("spec", "indicatorRef")
        message = f"no SLI is named {slo.value.spec.indicator_ref}"
        yield Problem(at, message, "name an SLI that is there")
        return
    for query in queries(slo, catalog):
        problem = query_problem(query, is_counted(resolved[0]))
        if problem is not None:
            yield problem


def query_problem(query: LocatedQuery, counter: bool) -> Problem | None:
    """Why a query (of counters, or of values) cannot be read, or None where it can be."""
    if query.type == UNKNOWN:
        return Problem(query.at, "the data source of the query is not there", "name one that is")
    if query.text is None:
        message = f"the {query.role} metric has no query, and Prometheus needs one"
        return Problem(query.at, message, "write metricSource.spec.query")
    read = read_as(query.role, counter, query.text)
    return Problem(query.at, read.message, read.help) if isinstance(read, QueryFault) else None


def _placed(
    slo: Located[Slo], located: Located[Any], route: Pointer, message: str, help_text: str
) -> Problem:
    """A problem of an inline SLI where it stands; of a shared one, where the SLO refers to it."""
    there = located.at(*route, part=EntryPart.KEY)
    if located is slo:
        return Problem(there, message, help_text)
    related = (Label(there, "the SLI"),)
    return Problem(slo.at("spec", "indicatorRef"), message, help_text, related)
