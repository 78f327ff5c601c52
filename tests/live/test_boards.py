"""Every query of the dashboards, and those of Sloth's dashboards, against what servers record."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.compile.boards.compilers import GRAFANA, PERSES
from reliability.compile.environments import EachEnvironment
from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.load.catalog import Catalog
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource
from tests.compile.boards.shop import (
    ShownQuery,
    boards_of,
    grafana_queries,
    grafana_variables,
    month,
    perses_queries,
    perses_variables,
    whole_shop,
)
from tests.compile.environments import environment, environments, server
from tests.servers.generation import Generation
from tests.servers.process import wait_for
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import Samples, push

pytestmark = pytest.mark.servers

MINUTE: Final = timedelta(minutes=1)
SLOS: Final = ["shop-checkout", "shop-month", "shop-regions"]
ALERTS: Final = 4
"""One for each SLO, and two for the one with two groups."""
SLOTH_WINDOWS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d")
IDS: Final = 'sloth_service="shop", sloth_slo="shop-checkout"'
MONTH_SPENT: Final = f"""1 - (
  sum_over_time((
    slo:sli_error:ratio_rate1h{{{IDS}}} * on () group_left () (month() == bool vector(%d))
  )[32d:1h])
  / on (sloth_id) (slo:error_budget:ratio{{{IDS}}} * on () group_left () (24 * days_in_month()))
)"""
OF_SLOTH: Final = (
    "count(sloth_slo_info)",
    "count(max(sloth_slo_info) by (sloth_service))",
    "avg(slo:current_burn_rate:ratio)",
    "slo:current_burn_rate:ratio > 1",
    "slo:period_error_budget_remaining:ratio",
    f"slo:objective:ratio{{{IDS}}}",
    f"sloth_slo_info{{{IDS}}}",
    f"slo:current_burn_rate:ratio{{{IDS}}} > 0",
    f"slo:period_error_budget_remaining:ratio{{{IDS}}}",
    'sloth_slo_info{sloth_id!=""}',
    'count({__name__=~"^slo:sli_error:ratio_rate.*"}) by (__name__, sloth_id)',
    'max(slo:time_period:days{sloth_id!=""}) by (sloth_id)',
    'slo:current_burn_rate:ratio{sloth_id!=""}',
    'slo:period_error_budget_remaining:ratio{sloth_id!=""}',
    '1 - (max(slo:sli_error:ratio_rate5m{sloth_id="shop-shop-checkout"}))',
)
"""Queries of Sloth's dashboards 14348 and 14643 and of its UI 0.16, without the `or vector(0)`
that hides a missing series."""


def half_a_month() -> dict[str, Any]:
    """An SLO in the middle of its calendar month; on the first days, little of a budget is spent.

    By then a tenth of all requests, twenty times what it allows, has spent ten times its budget.
    """
    return month(since=f"{datetime.now(UTC) - timedelta(days=15):%Y-%m-%d}")


def load(now: datetime, **more: str) -> list[tuple[dict[str, str], Samples]]:
    """Three hours of ten requests a second in each of two regions; every tenth one fails.

    Nine more minutes are still to come, so that a machine that stops for a while ends no alert.
    """
    minutes = [now - minute * MINUTE for minute in range(3 * 60, -10, -1)]
    series: list[tuple[dict[str, str], Samples]] = []
    for region in ("east", "west"):
        for code, rate in (("200", 540), ("500", 60)):
            labels = {"__name__": "http_requests_total", "job": "shop", **more}
            samples = [(minute, float(rate * place)) for place, minute in enumerate(minutes)]
            series.append((labels | {"code": code, "region": region}, samples))
    return series


def whole_hours(now: datetime) -> list[tuple[dict[str, str], Samples]]:
    """What the rules would have recorded at the last whole hours, had they been loaded then."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    labels = {
        "__name__": "slo:sli_error:ratio_rate1h",
        "sloth_id": "shop-shop-checkout",
        "sloth_service": "shop",
        "sloth_slo": "shop-checkout",
        "sloth_window": "1h",
    }
    return [(labels, [(hour - timedelta(hours=1), 0.1), (hour, 0.1)])]


def until_now(server: Prometheus) -> None:
    """Push what the rules would have recorded of the last seven hours, had they been loaded."""
    quarter = timedelta(minutes=15)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    last = now - timedelta(minutes=now.minute % 15)
    times = [last - place * quarter for place in range(28, -1, -1)]
    recorded = server.query('{__name__=~"slo:objective:ratio|slo:period_start:seconds"}')
    push(
        server.url,
        [(one["metric"], [(time, float(one["value"][1])) for time in times]) for one in recorded],
    )


def every_second(catalog: Catalog) -> dict[str, Any]:
    """The groups of all rules, run every second, as nobody waits for minutes here."""
    groups: list[Any] = []
    for rules in EachEnvironment(PrometheusCompiler()).compile(catalog):
        assert isinstance(rules, Resource), rules
        of_service = rules.body["groups"]
        assert isinstance(of_service, list)
        # Rules of an environment have a file of their own; here all are in one.
        groups += [
            dict(group, interval="1s", name=f"{group['name']} {rules.id.name}")
            for group in of_service
            if isinstance(group, dict)
        ]
    return {"groups": groups}


@contextmanager
def recorded(
    generation: Generation, folder: Path, catalog: Catalog, alerts: int = ALERTS
) -> Iterator[Prometheus]:
    """A server that has recorded all series of the shop, and whose alerts fire."""
    (folder / "rules.yml").write_text(yaml_text(every_second(catalog)), encoding="utf-8")
    config = prometheus_config(rules=["rules.yml"], out_of_order=timedelta(days=3))
    with run_prometheus(generation, folder, config) as server:
        for env in ("production", "staging"):
            push(server.url, load(datetime.now(UTC), env=env))
        remaining = "count by (sloth_slo) (slo:period_error_budget_remaining:ratio)"
        wait_for(lambda: len(server.query(remaining)) == len(SLOS), within=60, what="recordings")
        firing = 'ALERTS{alertstate="firing", tier="alert"}'
        wait_for(lambda: len(server.query(firing)) == alerts, within=60, what="alerts")
        until_now(server)
        shares = "count by (sloth_slo) (slo:period_recorded:ratio)"
        wait_for(lambda: len(server.query(shares)) == len(SLOS), within=60, what="shares")
        yield server


def answer(server: Prometheus, query: ShownQuery) -> list[dict[str, Any]]:
    """What a panel shows: the last minute of a chart, or the values of now."""
    if not query.is_range:
        return server.query(query.expression)
    now = datetime.now(UTC)
    return server.query_range(query.expression, now - MINUTE, now, timedelta(seconds=1))


def test_every_query_of_every_panel_returns_data(generation: Generation, tmp_path: Path) -> None:
    shop = whole_shop(months=half_a_month())
    queries = [query for board in boards_of(GRAFANA, shop) for query in grafana_queries(board)]
    queries += [query for body in boards_of(PERSES, shop) for query in perses_queries(body)]
    variables = [each for board in boards_of(GRAFANA, shop) for each in grafana_variables(board)]
    variables += [each for body in boards_of(PERSES, shop) for each in perses_variables(body)]
    with recorded(generation, tmp_path, shop) as server:
        empty = [query for query in queries if not answer(server, query)]
        assert empty == []
        for selector, label in variables:
            assert all(label in series["metric"] for series in server.query(selector)), selector

        a_table_has_a_row_for_each_slo(server, queries)
        the_colors_of_the_overview_count_what_is_wrong(server, queries)
    assert len(queries) > 50


def a_table_has_a_row_for_each_slo(server: Prometheus, queries: list[ShownQuery]) -> None:
    for query in queries:
        if query.panel in ("SLOs", "Burn rate by window") and "count(" not in query.expression:
            rows = [series["metric"]["sloth_slo"] for series in answer(server, query)]
            assert sorted(rows) == SLOS, query


def the_colors_of_the_overview_count_what_is_wrong(
    server: Prometheus, queries: list[ShownQuery]
) -> None:
    """A tenth of all requests fails, which every SLO allows for less than its whole period."""
    expected = {
        "Budget exhausted": 3,
        "Budget burning": 3,
        "Without data": 0,
        "Alert tier firing": ALERTS,
    }
    numbers = {
        query.panel: float(answer(server, query)[0]["value"][1])
        for query in queries
        if query.panel in expected
    }
    assert numbers == expected


def test_environments_on_one_server_keep_their_targets_apart(
    generation: Generation, tmp_path: Path
) -> None:
    """The series of production have no label; staging has a target that a tenth does not miss."""
    shop = whole_shop(
        environments(
            environment("production", series="unlabeled", servers=[server("one", "one")]),
            environment("staging", servers=[server("two", "one")]),
        ),
        target=0.5,
        months=half_a_month(),
    )
    overview, service = boards_of(GRAFANA, shop)
    queries = [*grafana_queries(overview), *grafana_queries(service)]
    # In staging, all but the SLO with the low target fire too.
    with recorded(generation, tmp_path, shop, alerts=2 * ALERTS - 1) as running:
        assert [query for query in queries if not answer(running, query)] == []
        [targets] = [
            query.expression
            for query in queries
            if query.panel == "SLOs"
            and query.expression.startswith("max by (sloth_service, sl")
            and "slo:objective:ratio" in query.expression
        ]
        found = {
            (row["metric"]["sloth_slo"], row["metric"].get("environment", "")): row["value"][1]
            for row in running.query(targets)
        }
        assert found["shop-checkout", ""] == "0.999"
        assert found["shop-checkout", "staging"] == "0.5"
        assert len(found) == 2 * len(SLOS)

        exhausted = next(query for query in queries if query.panel == "Budget exhausted")
        assert [row["value"][1] for row in answer(running, exhausted)] == ["5"]
        of_staging = exhausted.expression.replace('environment=~".*"', 'environment=~"staging"')
        assert [row["value"][1] for row in running.query(of_staging)] == ["2"]


def test_the_queries_of_the_dashboards_of_sloth_return_data(
    generation: Generation, tmp_path: Path
) -> None:
    with recorded(generation, tmp_path, whole_shop()) as server:
        push(server.url, whole_hours(datetime.now(UTC)))
        queries = [*OF_SLOTH, MONTH_SPENT % datetime.now(UTC).month]
        queries += [
            f"1 - max(slo:sli_error:ratio_rate{window}{{{IDS}}})" for window in SLOTH_WINDOWS
        ]
        assert [query for query in queries if not server.query(query)] == []

        # Alerts of this tool have tiers and not Sloth's severities; docs/guides/dashboards.md.
        assert server.query('ALERTS{sloth_severity="page"}') == []
