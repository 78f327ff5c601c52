"""What no compiler can take yet, and why: said where it was asked for, never dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from reliability.finding import Label, Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located, Part
from reliability.location import Pointer
from reliability.model.kind import NAME_PATTERN
from reliability.model.openslo.sli import SliSpec
from reliability.model.openslo.slo import Slo
from reliability.resolve.query import QueryFault, read_query
from reliability.resolve.sli import PROMETHEUS, UNKNOWN, PlacedQuery, queries, sli_spec
from reliability.resolve.window import window_problems

COUNTERS: Final = "write ratioMetric with counter: true, and counters for total and good or bad"


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
    if not re.fullmatch(NAME_PATTERN, spec.service):
        message = f"service {spec.service!r} is no safe path segment, so nothing is compiled"
        help_text = "write lower-case letters, digits and dashes, 63 at most"
        yield Problem(slo.at("spec", "service"), message, help_text)
    if spec.budgeting_method != "Occurrences":
        message = f"budgetingMethod {spec.budgeting_method} is not compiled yet"
        yield Problem(slo.at("spec", "budgetingMethod"), message, "write Occurrences")
    yield from window_problems(slo)
    objective = spec.objectives[index]
    own = {"indicator": objective.indicator, "indicatorRef": objective.indicator_ref}
    for key, written in own.items():
        if written is not None:
            at = slo.at("spec", "objectives", index, key, part=Part.KEY)
            help_text = "write one SLO for each indicator"
            yield Problem(at, "an objective with its own SLI is not compiled yet", help_text)
    resolved = sli_spec(slo, catalog)
    if resolved is not None:
        yield from _sli(slo, *resolved, catalog)


def _sli(
    slo: Located[Slo], spec: SliSpec, located: Located[Any], route: Pointer, catalog: Catalog
) -> Iterator[Problem]:
    ratio = spec.ratio_metric
    if ratio is None:
        where = (*route, "thresholdMetric")
        yield _placed(slo, located, where, "a threshold SLI is not compiled yet", COUNTERS)
        return
    for query in queries(slo, catalog):
        if query.type not in (PROMETHEUS, UNKNOWN):
            message = f"a metric of type {query.type} is compiled for no tool yet"
            where = (*route, "ratioMetric", query.role)
            yield _placed(slo, located, where, message, "use a Prometheus source")
    if ratio.raw is not None:
        where = (*route, "ratioMetric", "raw")
        yield _placed(slo, located, where, "a raw ratio is not compiled yet", COUNTERS)
    elif not ratio.counter:
        where = (*route, "ratioMetric", "counter")
        message = "a ratio whose metrics are no counters (counter: false) is not compiled yet"
        yield _placed(slo, located, where, message, COUNTERS)


def _unread(slo: Located[Slo], catalog: Catalog) -> Iterator[Problem]:
    spec = slo.value.spec
    if sli_spec(slo, catalog) is None:
        at = slo.at("spec", "indicatorRef")
        yield Problem(at, f"no SLI is named {spec.indicator_ref}", "name an SLI that is there")
    for query in queries(slo, catalog):
        problem = query_problem(query)
        if problem is not None:
            yield problem


def query_problem(query: PlacedQuery) -> Problem | None:
    """Why a query of counters cannot be read, or None where it can be."""
    if query.type == UNKNOWN:
        return Problem(query.at, "the data source of the query is not there", "name one that is")
    if query.text is None:
        message = f"the {query.role} metric has no query, and Prometheus needs one"
        return Problem(query.at, message, "write metricSource.spec.query")
    read = read_query(query.text)
    return Problem(query.at, read.message, read.help) if isinstance(read, QueryFault) else None


def _placed(
    slo: Located[Slo], located: Located[Any], route: Pointer, message: str, help_text: str
) -> Problem:
    """A problem of an inline SLI where it stands; of a shared one, where the SLO refers to it."""
    there = located.at(*route, part=Part.KEY)
    if located is slo:
        return Problem(there, message, help_text)
    related = (Label(there, "the SLI"),)
    return Problem(slo.at("spec", "indicatorRef"), message, help_text, related)
