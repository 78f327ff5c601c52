"""All PromQL queries of the SLIs of a catalog, and whether they count events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.model.openslo.sli import Sli, SliSpec
from reliability.model.openslo.slo import Slo
from reliability.promql.query import WINDOW, QueryFault
from reliability.promql.sampled_query import read_as
from reliability.resolve.indicator import PROMETHEUS, LocatedQuery, queries_in


@dataclass(frozen=True, slots=True)
class SliQuery:
    """One query; `counts` says that it is a counter of events, to which a window is added."""

    placed: LocatedQuery
    counts: bool

    @property
    def is_rewritten(self) -> bool:
        """Whether it is a selector alone: the compiler adds the rate, and both forms of `le`."""
        return self.counts and not WINDOW.search(self.placed.text or "")


def sli_queries(catalog: Catalog) -> Iterator[SliQuery]:
    """Yield the queries whose source is Prometheus; others are never read as PromQL."""
    for located, spec, route in _specs(catalog):
        counter = spec.ratio_metric is not None and spec.ratio_metric.counter
        for placed in queries_in(spec, located, route, catalog=catalog):
            if placed.type == PROMETHEUS:
                yield SliQuery(placed, counter and placed.role in ("good", "bad", "total"))


def faulty(queries: Iterable[SliQuery], *kinds: str) -> Iterator[tuple[LocatedQuery, QueryFault]]:
    """Yield the queries with a fault of one of these kinds, such as syntax, and the fault."""
    for query in queries:
        text = query.placed.text
        if text is None:
            continue
        fault = read_as(query.placed.role, query.counts, text)
        if isinstance(fault, QueryFault) and fault.kind in kinds:
            yield query.placed, fault


def _specs(catalog: Catalog) -> Iterator[tuple[Located[Any], SliSpec, Pointer]]:
    for sli in catalog.documents(Sli):
        yield sli, sli.value.spec, ("spec",)
    for slo in catalog.documents(Slo):
        if slo.value.spec.indicator is not None:
            yield slo, slo.value.spec.indicator.spec, ("spec", "indicator", "spec")
        for index, objective in enumerate(slo.value.spec.objectives):
            if objective.indicator is not None:
                route = ("spec", "objectives", index, "indicator", "spec")
                yield slo, objective.indicator.spec, route
