"""The SLI of an SLO, inline or by reference: which queries it has and where they stand."""

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
from reliability.resolve.query import EventQuery, SelectorQuery, WindowedQuery, read_query

PROMETHEUS = "prometheus"
UNKNOWN = "unknown"
"""The type of a query whose data source is named and is not there."""
Role = Literal["good", "bad", "total", "raw", "threshold"]
RATIO_ROLES: tuple[Role, ...] = ("good", "bad", "total", "raw")


@dataclass(frozen=True, slots=True)
class PlacedQuery:
    """One query of an SLI, the type of its source in lower case, and where it is written."""

    role: Role
    type: str
    text: str | None
    located: Located[Any]
    route: Pointer

    @property
    def at(self) -> Location:
        """Where the query stands; made on request, since finding a place reads the file again."""
        return self.located.at(*self.route)

    @property
    def is_promql(self) -> bool:
        """Whether the query is PromQL, which alone is read as such."""
        return self.type == PROMETHEUS and self.text is not None


@dataclass(frozen=True, slots=True)
class RatioSli:
    """Failed or good events over all events, both as PromQL counters.

    `counts` says which of the two `events` holds.
    """

    counts: Literal["good", "bad"]
    events: EventQuery
    total: EventQuery


def sli_spec(slo: Located[Slo], catalog: Catalog) -> tuple[SliSpec, Located[Any], Pointer] | None:
    """An SLO's SLI, the document it stands in, and the route to it; None where it leads nowhere."""
    spec = slo.value.spec
    if spec.indicator is not None:
        return spec.indicator.spec, slo, ("spec", "indicator", "spec")
    found = catalog.find(Sli, spec.indicator_ref) if spec.indicator_ref else None
    return (found.value.spec, found, ("spec",)) if found else None


def queries(slo: Located[Slo], catalog: Catalog) -> Iterator[PlacedQuery]:
    """The queries of an SLO's SLI."""
    resolved = sli_spec(slo, catalog)
    if resolved is not None:
        spec, located, route = resolved
        yield from queries_in(spec, located, route, catalog)


def queries_in(
    spec: SliSpec, located: Located[Any], route: Pointer, catalog: Catalog
) -> Iterator[PlacedQuery]:
    """The queries of an SLI that stands at `route` of a document."""
    if spec.threshold_metric is not None:
        yield _placed(
            "threshold", spec.threshold_metric, located, (*route, "thresholdMetric"), catalog
        )
    for role in RATIO_ROLES:
        metric = getattr(spec.ratio_metric, role, None)
        if metric is not None:
            yield _placed(role, metric, located, (*route, "ratioMetric", role), catalog)


def _placed(
    role: Role, metric: Metric, located: Located[Any], route: Pointer, catalog: Catalog
) -> PlacedQuery:
    source = metric.metric_source
    query = source.spec.get("query")
    kind = _type(source.type, source.metric_source_ref, catalog)
    return PlacedQuery(role, kind, _text(query), located, (*route, "metricSource", "spec", "query"))


def _text(query: object) -> str | None:
    return query if isinstance(query, str) else None


def _type(written: str | None, reference: str | None, catalog: Catalog) -> str:
    if written is None and reference is not None:
        source = catalog.find(DataSource, reference)
        written = source.value.spec.type if source else UNKNOWN
    return (written or PROMETHEUS).lower()


def ratio_sli(slo: Located[Slo], catalog: Catalog) -> RatioSli | None:
    """The SLI as a ratio of PromQL counters; None where it is anything else or cannot be read."""
    resolved = sli_spec(slo, catalog)
    ratio = resolved[0].ratio_metric if resolved else None
    if ratio is None or not ratio.counter:
        return None
    read = {
        placed.role: read_query(placed.text)
        for placed in queries(slo, catalog)
        if placed.is_promql and placed.text is not None
    }
    total = read.get("total")
    counts: Literal["good", "bad"] = "good" if "good" in read else "bad"
    events = read.get(counts)
    if isinstance(events, SelectorQuery | WindowedQuery) and isinstance(
        total, SelectorQuery | WindowedQuery
    ):
        return RatioSli(counts, events, total)
    return None
