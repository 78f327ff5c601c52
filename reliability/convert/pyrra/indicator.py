"""Conversion of Pyrra's four indicators to the metrics of an OpenSLO ratio.

Source: pyrra-dev/pyrra 1ba95af, slo/promql.go and slo/rules.go.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reliability.convert.converter import (
    Converted,
    OriginalLocation,
    decide,
    left_out,
    mapping,
    sequence,
)
from reliability.convert.fields import Fields
from reliability.convert.writing import Block
from reliability.promql.query import QueryFault
from reliability.promql.sampled_query import read_as

NO_FIELD: Final = "is not imported: reliability has no such key"
SECONDS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
METRICS: Final[Mapping[str, tuple[str, ...]]] = {
    "ratio": ("errors", "total"),
    "latency": ("success", "total"),
    "latencyNative": ("total",),
    "bool_gauge": ("metric",),
}
"""The metrics of each indicator."""

RANGE: Final = "[{{.window}}]"


@dataclass(frozen=True, slots=True)
class PyrraSli:
    """The ratio of an SLO, its group-by labels, and the query of all events."""

    ratio: Block
    by: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Query:
    """One query with its role, and the location of its metric."""

    role: str
    text: str
    at: OriginalLocation


def read_indicator(name: str, fields: Fields) -> Generator[Converted, None, PyrraSli | None]:
    """Return the indicator, or None with a diagnostic unless there is exactly one valid one."""
    kinds = [kind for kind in METRICS if isinstance(fields.values.get(kind), dict)]
    fields.taken.update(kinds)
    yield from fields.diagnostics(NO_FIELD)
    if len(kinds) != 1:
        problem = f"{len(kinds)} indicators" if kinds else "no indicator that Pyrra knows"
        yield left_out(fields.origin, f"{name} has {problem}; the SLO is not imported")
        return None

    inner = fields.inner(kinds[0])
    by = tuple(str(label) for label in sequence(inner.take("grouping")))
    queries = yield from _queries(name, kinds[0], inner, by=by)
    yield from inner.diagnostics(NO_FIELD)

    if queries is None:
        return None
    if len(queries) != 2:
        missing = ", ".join(_missing(kinds[0], inner)) or "an expression of its metric"
        message = f"{name}: {kinds[0]} lacks {missing}; the SLO is not imported"
        yield left_out(inner.origin, message, "add it and import again")
        return None

    counter = kinds[0] != "bool_gauge"
    for query in queries:
        read = read_as(query.role, counter, query.text)
        if isinstance(read, QueryFault):
            yield decide(query.at, f"{name}: {read.message}", read.help)

    metrics = {query.role: _metric(query.text) for query in queries}
    return PyrraSli(Block({"counter": counter, **metrics}), by, queries[-1].text)


def _missing(kind: str, inner: Fields) -> Iterator[str]:
    """Yield the keys of metrics that an indicator requires and does not have."""
    for key in METRICS[kind]:
        values = inner.values if key == "metric" else mapping(inner.values.get(key))
        if not values.get("metric"):
            yield key if key == "metric" else f"{key}.metric"


def _queries(
    name: str, kind: str, inner: Fields, by: tuple[str, ...]
) -> Generator[Converted, None, list[Query] | None]:
    match kind:
        case "ratio":
            one = yield from _selector(inner, "errors", "bad")
            return [*one, *(yield from _selector(inner, "total", "total"))]
        case "latency":
            one = yield from _selector(inner, "success", "good")
            return [*one, *(yield from _selector(inner, "total", "total"))]
        case "bool_gauge":
            return list(_gauge(inner, by))
        case _:
            return (yield from _native(name, inner))


def _selector(inner: Fields, key: str, role: str) -> Generator[Converted, None, list[Query]]:
    metric = inner.inner(key)
    text = metric.text("metric")
    yield from metric.diagnostics(NO_FIELD)
    return [] if text is None else [Query(role, text, metric.at("metric"))]


def _gauge(inner: Fields, by: tuple[str, ...]) -> Iterator[Query]:
    """Yield queries that count each sample of the gauge as an event, good if it is 1."""
    text = inner.text("metric")
    if text is not None:
        for role, function in (("good", "sum_over_time"), ("total", "count_over_time")):
            yield Query(role, f"{_sum(by)}({function}({text}{RANGE}))", inner.at("metric"))


def _native(name: str, inner: Fields) -> Generator[Converted, None, list[Query] | None]:
    """Return queries on a native histogram: the share of fast events times the events, and all.

    Return None with a diagnostic if the latency is not valid.
    """
    metric = inner.inner("total")
    text, at = metric.text("metric"), metric.at("metric")
    latency = str(inner.take("latency"))
    yield from metric.diagnostics(NO_FIELD)
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)", latency)
    if match is None:
        message = f"{name}: not a valid latency: {latency}; the SLO is not imported"
        yield left_out(inner.at("latency"), message)
        return None
    if text is None:
        return []

    limit = f"{float(match[1]) * SECONDS[match[2]]:.10g}"
    count = f"histogram_count({text})"
    return [
        Query("good", f"histogram_fraction(0, {limit}, {text}) * {count}", at),
        Query("total", count, at),
    ]


def _sum(by: tuple[str, ...]) -> str:
    return f"sum by ({', '.join(by)}) " if by else "sum"


def _metric(query: str) -> Block:
    return Block({"metricSource": {"type": "Prometheus", "spec": {"query": query}}})
