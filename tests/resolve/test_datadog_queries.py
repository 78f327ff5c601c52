"""Why an SLO of Datadog is given to no tool: a query is missing, or nobody takes it."""

from typing import Any

import pytest

from reliability.model.openslo.slo import Slo
from reliability.resolve.compilable import why_not_compiled
from reliability.resolve.objectives import objectives
from tests.compile.datadog_shop import GOOD, TOTAL, datadog_shop, datadog_slo, indicator, query
from tests.compile.repositories import metric


def why(*, target: bool = True, **spec: Any) -> str | None:
    catalog = datadog_shop(datadog_slo(**spec), target=target)
    problem = why_not_compiled(next(catalog.documents(Slo)), 0, catalog)
    return problem.message if problem else None


def ratio(good: Any, total: Any) -> Any:
    return indicator({"ratioMetric": {"counter": True, "good": good, "total": total}})


def test_any_query_of_datadog_is_taken() -> None:
    assert why() is None
    assert why(indicator=ratio(query("not PromQL {"), query(TOTAL))) is None


@pytest.mark.parametrize("role", ["good", "total"])
def test_a_metric_without_a_query_is_named(role: str) -> None:
    metrics: dict[str, Any] = {"good": query(GOOD), "total": query(TOTAL)}
    metrics[role] = {"metricSource": {"type": "Datadog", "spec": {"metric": "x"}}}
    assert why(indicator=ratio(**metrics)) == f"the {role} metric has no query"


def test_without_a_datadog_target_nobody_takes_it() -> None:
    assert why(target=False) == "metrics of type datadog are not compiled"


@pytest.mark.parametrize(
    ("good", "total", "roles"),
    [
        (query(GOOD), query(TOTAL), ["good", "total"]),
        (query(GOOD), metric("all_total"), []),
        (metric("good_total"), query(TOTAL), []),
        (query(GOOD), {"metricSource": {"type": "Datadog", "spec": {"metric": "x"}}}, []),
    ],
)
def test_datadog_gets_all_queries_or_none(good: Any, total: Any, roles: list[str]) -> None:
    [objective] = objectives(datadog_shop(datadog_slo(indicator=ratio(good, total))))
    assert [role for role, _ in objective.metrics] == roles
