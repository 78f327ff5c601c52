"""Indicator of an SLO, inline or by reference: its queries and their locations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Location, Pointer
from reliability.model.openslo.service import DataSource
from reliability.model.openslo.sli import Metric, Sli, SliSpec
from reliability.model.openslo.slo import Slo

PROMETHEUS = "prometheus"
DATADOG = "datadog"
UNKNOWN = "unknown"
"""Type of a query whose data source is named and does not exist."""
Role = Literal["good", "bad", "total", "raw", "threshold"]
RATIO_ROLES: tuple[Role, ...] = ("good", "bad", "total", "raw")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedQuery:
    """One query of an SLI, the type of its source in lower case, and its position."""

    role: Role
    type: str
    text: str | None
    located: Located[Any]
    route: Pointer

    @property
    def at(self) -> Location:
        """Location of the query, computed on request because that parses the file again."""
        return self.located.at(*self.route)

    @property
    def is_promql(self) -> bool:
        """Whether the query is PromQL, the only type that is parsed."""
        return self.type == PROMETHEUS and self.text is not None


@dataclass(frozen=True, slots=True)
class Indicator:
    """Specification of an SLI, and its queries before parsing."""

    spec: SliSpec
    queries: tuple[LocatedQuery, ...]

    @property
    def for_datadog(self) -> tuple[tuple[str, str], ...]:
        """Queries by role if all of them are for Datadog, or else empty."""
        if any(query.type != DATADOG or query.text is None for query in self.queries):
            return ()
        return tuple((query.role, query.text) for query in self.queries if query.text is not None)


def sli_spec(slo: Located[Slo], catalog: Catalog) -> tuple[SliSpec, Located[Any], Pointer] | None:
    """Return the spec of an SLO's SLI, its document and route, or None if it does not exist."""
    spec = slo.value.spec
    if spec.indicator is not None:
        return spec.indicator.spec, slo, ("spec", "indicator", "spec")
    sli = catalog.find(Sli, spec.indicator_ref) if spec.indicator_ref else None
    return (sli.value.spec, sli, ("spec",)) if sli else None


def is_counted(spec: SliSpec) -> bool:
    """Return whether the SLI's metrics are counters (`counter: true`)."""
    return spec.ratio_metric is not None and spec.ratio_metric.counter


def queries(slo: Located[Slo], catalog: Catalog) -> Iterator[LocatedQuery]:
    """Yield the queries of an SLO's SLI."""
    resolved = sli_spec(slo, catalog)
    if resolved is not None:
        spec, located, route = resolved
        yield from queries_in(spec, located, route, catalog=catalog)


def indicator_of(slo: Located[Slo], catalog: Catalog) -> Indicator | None:
    """Return the SLI of an SLO, or None if it does not exist."""
    resolved = sli_spec(slo, catalog)
    return Indicator(resolved[0], tuple(queries_in(*resolved, catalog))) if resolved else None


def queries_in(
    spec: SliSpec, located: Located[Any], route: Pointer, catalog: Catalog
) -> Iterator[LocatedQuery]:
    """Yield the queries of an SLI at a route of a document."""
    if spec.threshold_metric is not None:
        yield _located(
            "threshold",
            spec.threshold_metric,
            located,
            route=(*route, "thresholdMetric"),
            catalog=catalog,
        )
    for role in RATIO_ROLES:
        metric = getattr(spec.ratio_metric, role, None)
        if metric is not None:
            yield _located(
                role, metric, located, route=(*route, "ratioMetric", role), catalog=catalog
            )


def _located(
    role: Role, metric: Metric, located: Located[Any], route: Pointer, catalog: Catalog
) -> LocatedQuery:
    source = metric.metric_source
    query = source.spec.get("query")
    kind = source_type(source.type, source.metric_source_ref, catalog)
    return LocatedQuery(
        role=role,
        type=kind,
        text=_text(query),
        located=located,
        route=(*route, "metricSource", "spec", "query"),
    )


def _text(query: object) -> str | None:
    return query if isinstance(query, str) else None


def source_type(written: str | None, reference: str | None, catalog: Catalog) -> str:
    """Return the type of a query's source in lower case: as written, or that of its data source."""
    if written is None and reference is not None:
        source = catalog.find(DataSource, reference)
        written = source.value.spec.type if source else UNKNOWN
    return (written or PROMETHEUS).lower()
