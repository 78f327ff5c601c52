"""Declarations that no compiler supports, and why, at the locations that declare them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from reliability.finding import Label, Problem
from reliability.load.catalog import Catalog
from reliability.load.document import EntryPart, Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model import shapes
from reliability.model.openslo.sli import SliSpec
from reliability.model.openslo.slo import Slo
from reliability.promql.query import QueryFault
from reliability.promql.sampled_query import read_as
from reliability.resolve.declared_targets import writes_to_datadog
from reliability.resolve.indicator import (
    DATADOG,
    PROMETHEUS,
    UNKNOWN,
    LocatedQuery,
    is_counted,
    queries,
    sli_spec,
)
from reliability.resolve.target_gaps import RATIO_SLICES, RAW_RATIO
from reliability.resolve.window import window_problems
from reliability.scalars import duration_text

SHORTEST_SLICE: Final = timedelta(minutes=1)
"""Two scrape intervals of 30 s; no document declares the actual scrape interval."""


def why_not_compiled(slo: Located[Slo], index: int, catalog: Catalog) -> Problem | None:
    """Return why one objective of an SLO is not compiled, or None if it is.

    Either compilers do not support its form (`unsupported`), or its SLI cannot be read: a broken
    reference, or a query that is not PromQL of a supported form.
    """
    return unsupported(slo, index, catalog) or next(_unread(slo, catalog), None)


def unsupported(slo: Located[Slo], index: int, catalog: Catalog) -> Problem | None:
    """Return why compilers do not support the form of one objective, or None if they do."""
    return next(_forms(slo, index, catalog), None)


def _forms(slo: Located[Slo], index: int, catalog: Catalog) -> Iterator[Problem]:
    spec = slo.value.spec
    if not re.fullmatch(shapes.NAME, spec.service):
        message = Message(
            "service name {service} cannot be a file name, so the SLO is not compiled",
            service=repr(spec.service),
        )
        help_text = Message("write lower-case letters, digits and dashes, 63 at most")
        yield Problem(slo.at("spec", "service"), message, help_text)

    yield from window_problems(slo)
    yield from _slice(slo, index)
    objective = spec.objectives[index]
    own = {"indicator": objective.indicator, "indicatorRef": objective.indicator_ref}

    for key, written in own.items():
        if written is not None:
            at = slo.at("spec", "objectives", index, key, part=EntryPart.KEY)
            message = Message("an SLI of a single objective is not supported")
            help_text = Message("write one SLO for each indicator")
            yield Problem(at, message, help_text)

    resolved = sli_spec(slo, catalog)
    if resolved is not None:
        yield from _sli(slo, *resolved, catalog)
        yield from _limit(slo, index, resolved[0])


def _slice(slo: Located[Slo], index: int) -> Iterator[Problem]:
    """Yield the problem of a time slice with too few samples, or longer than the SLO period."""
    length = slo.value.spec.objectives[index].time_slice_window
    if slo.value.spec.budgeting_method == "Occurrences" or length is None:
        return

    at = slo.at("spec", "objectives", index, "timeSliceWindow")
    if length < SHORTEST_SLICE:
        message = Message(
            "a slice of {length} is shorter than two scrape intervals, {limit}",
            length=duration_text(length),
            limit=duration_text(SHORTEST_SLICE),
        )
        yield Problem(at, message, Message("write timeSliceWindow: 1m or more"))
    elif length > slo.value.period > timedelta(0):
        message = Message(
            "a slice of {length} is longer than the SLO period, {period}",
            length=duration_text(length),
            period=duration_text(slo.value.period),
        )
        yield Problem(at, message, Message("write a much shorter slice, such as 5m"))


def _sli(
    slo: Located[Slo], spec: SliSpec, located: Located[Any], route: Pointer, catalog: Catalog
) -> Iterator[Problem]:
    if _is_for_datadog(slo, catalog):
        yield from _datadog_forms(slo, spec)
        return
    for query in queries(slo, catalog):
        if query.type not in (PROMETHEUS, UNKNOWN):
            message = Message("metrics of type {type} are not compiled", type=query.type)
            where = ("ratioMetric", query.role) if spec.ratio_metric else ("thresholdMetric",)
            help_text = _other_source(query.type, catalog)
            yield _placed(slo, located, (*route, *where), message=message, help_text=help_text)


def _other_source(of: str, catalog: Catalog) -> Message:
    """Return what to do about a query of another type than Prometheus."""
    if of != DATADOG:
        return Message("use a Prometheus source")
    if writes_to_datadog(catalog):
        return Message("write all queries of the SLI for Datadog")
    return Message(
        "declare a target with provider: datadog in policies/targets.yaml, or use a Prometheus "
        "source"
    )


def _is_for_datadog(slo: Located[Slo], catalog: Catalog) -> bool:
    """Return whether all queries are Datadog's, and a sync target takes them."""
    types = {query.type for query in queries(slo, catalog)}
    return types == {DATADOG} and writes_to_datadog(catalog)


def _datadog_forms(slo: Located[Slo], spec: SliSpec) -> Iterator[Problem]:
    """Yield the forms for which Datadog has nothing near."""
    method = slo.value.spec.budgeting_method
    if method == "RatioTimeslices":
        yield RATIO_SLICES.problem(slo.at("spec", "budgetingMethod"))
    elif method == "Occurrences" and spec.ratio_metric is not None and spec.ratio_metric.raw:
        yield RAW_RATIO.problem(slo.at("spec", "budgetingMethod"))


def _limit(slo: Located[Slo], index: int, spec: SliSpec) -> Iterator[Problem]:
    """Yield the problem of a missing limit, or of one on a ratio; the model checks inline SLIs."""
    objective = slo.value.spec.objectives[index]
    written = {"op": objective.op, "value": objective.value}
    if spec.threshold_metric is None:
        for key in (key for key, value in written.items() if value is not None):
            at = slo.at("spec", "objectives", index, key, part=EntryPart.KEY)
            message = Message("{key} requires a threshold SLI, and the SLI is a ratio", key=key)
            yield Problem(at, message, Message("remove op and value"))
    elif None in written.values():
        at = slo.at("spec", "objectives", index)
        message = Message("a threshold SLI requires op and value in the objective")
        help_text = Message("write op: lte and a value, in the unit of the metric")
        yield Problem(at, message, help_text)


def _unread(slo: Located[Slo], catalog: Catalog) -> Iterator[Problem]:
    resolved = sli_spec(slo, catalog)
    if resolved is None:
        at = slo.at("spec", "indicatorRef")
        message = Message("unknown SLI {sli}", sli=slo.value.spec.indicator_ref)
        yield Problem(at, message, Message("name a declared SLI"))
        return
    is_for_datadog = _is_for_datadog(slo, catalog)
    for query in queries(slo, catalog):
        # Datadog's queries are its own language, and only Datadog can say what is wrong with one.
        if is_for_datadog and query.text is not None:
            continue
        problem = query_problem(query, is_counted(resolved[0]))
        if problem is not None:
            yield problem


def query_problem(query: LocatedQuery, counter: bool) -> Problem | None:
    """Return why a query (of counters, or of values) cannot be read, or None if it can."""
    if query.type == UNKNOWN:
        message = Message("the query names an unknown data source")
        return Problem(query.at, message, Message("name a declared data source"))
    if query.text is None:
        message = Message("the {role} metric has no query", role=query.role)
        return Problem(query.at, message, Message("write metricSource.spec.query"))
    read = read_as(query.role, counter, query.text)
    return Problem(query.at, read.message, read.help) if isinstance(read, QueryFault) else None


def _placed(
    slo: Located[Slo], located: Located[Any], route: Pointer, message: str, help_text: str
) -> Problem:
    """Locate a problem of a shared SLI at the SLO's reference, and of an inline SLI at itself."""
    there = located.at(*route, part=EntryPart.KEY)
    if located is slo:
        return Problem(there, message, help_text)
    related = (Label(there, Message("the SLI")),)
    return Problem(slo.at("spec", "indicatorRef"), message, help_text, related=related)
