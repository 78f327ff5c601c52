"""From counters to people: a burn that real servers see, by the rules and routes compiled."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.compile.alertmanager.compiler import AlertmanagerConfig
from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.load.catalog import Catalog
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource
from tests.cli.program import reliability
from tests.live.recorder import run_recorder
from tests.live.shop import MENTION, SOON, catalog, repository
from tests.servers.alertmanager import Alertmanager, run_alertmanager
from tests.servers.generation import Generation
from tests.servers.process import wait_for
from tests.servers.prometheus import prometheus_config, run_prometheus
from tests.servers.remote_write import Samples, push

TIERS = {
    "alert": {"mention": True, "page": True, "grouping": SOON},
    "ticket": {"ticket": True, "grouping": SOON | {"wait": "3s"}},
}
"""The ticket waits a moment longer than the alert that silences it, as it does by default."""


def rules(catalog: Catalog) -> dict[str, Any]:
    """The groups of the shop, run every two seconds, as nobody waits for minutes here.

    Alertmanager takes an alert for resolved that it has not heard of for four intervals.
    """
    [made] = [each for each in PrometheusCompiler().compile(catalog) if isinstance(each, Resource)]
    groups = made.body["groups"]
    assert isinstance(groups, list)
    return {"groups": [dict(group, interval="2s") for group in groups if isinstance(group, dict)]}


def outage_of(length: timedelta, now: datetime) -> list[tuple[dict[str, str], Samples]]:
    """Two days of ten requests a second; in the last of them, every second one fails."""
    minutes = [now - timedelta(minutes=minute) for minute in range(2 * 24 * 60, -1, -1)]
    good = failed = 0.0
    series: tuple[list[tuple[datetime, float]], list[tuple[datetime, float]]] = ([], [])
    for minute in minutes:
        share = 0.5 if minute > now - length else 0.0
        good, failed = good + 600 * (1 - share), failed + 600 * share
        series[0].append((minute, good))
        series[1].append((minute, failed))
    labels = {"__name__": "http_requests_total", "job": "shop"}
    return [(labels | {"code": "200"}, series[0]), (labels | {"code": "500"}, series[1])]


def written(folder: Path, files: Mapping[str, Any]) -> Path:
    """The folder with these files."""
    for path, each in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        text = each if isinstance(each, str) else json.dumps(each)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def measured(folder: Path, prometheus: str) -> dict[str, Any]:
    """The status of the SLO, once the second of the first evaluation is over."""
    status = reliability("status", "--format", "json", "--prometheus", prometheus, folder=folder)
    [slo] = json.loads(status.out)["slos"]
    return slo if slo["attainment"] is not None else {}


def silenced(alertmanager: Alertmanager) -> list[dict[str, Any]]:
    return [each for each in alertmanager.alerts() if each["status"]["inhibitedBy"]]


@pytest.mark.servers
def test_a_burn_pages_and_its_ticket_is_silent(generation: Generation, tmp_path: Path) -> None:
    prometheus_folder = tmp_path / "prometheus"
    prometheus_folder.mkdir()
    with run_recorder() as recorder:
        shop = catalog(recorder, tmp_path, TIERS)
        [config] = AlertmanagerConfig().compile(shop)
        assert isinstance(config, Resource)
        with run_alertmanager(
            generation, tmp_path / "alertmanager", yaml_text(config.body)
        ) as alertmanager:
            settings = prometheus_config(
                rules=["rules.yml"],
                alertmanagers=[alertmanager.url],
                out_of_order=timedelta(days=3),
            )
            every = rules(shop)
            with run_prometheus(generation, prometheus_folder, settings) as prometheus:

                def load(groups: list[Any]) -> None:
                    text = yaml_text({"groups": groups})
                    (prometheus_folder / "rules.yml").write_text(text, encoding="utf-8")
                    assert prometheus.reload().is_success

                prometheus.wait_for_alertmanager()
                # Data that arrive during an evaluation would leave a total without its errors.
                push(prometheus.url, outage_of(timedelta(minutes=20), datetime.now(UTC)))
                load([group for group in every["groups"] if group["name"].endswith("-fast")])
                page = recorder.wait_for("/pager").body
                said = recorder.wait_for("/slack")
                load(every["groups"])
                [ticket] = wait_for(
                    lambda: silenced(alertmanager), within=30, what="a silent ticket"
                )
                folder = written(tmp_path / "repository", repository(recorder, tmp_path, TIERS))
                slo = wait_for(
                    lambda: measured(folder, prometheus.url), within=30, what="an attainment"
                )
                dashboard, tickets = (
                    reliability(*command, "--prometheus", prometheus.url, folder=folder)
                    for command in (
                        ("dashboard", "--forge", "folder:issues"),
                        ("tickets", "--forge", "folder:queue"),
                    )
                )
    assert page["payload"]["summary"].startswith("Checkout works: ")
    assert page["links"][0]["href"] == "https://docs.example.com/docs/checkout.md"
    assert (said.body["channel"], said.message["pretext"]) == ("#shop-alerts", MENTION)
    assert "Runbook: https://docs.example.com/docs/checkout.md" in said.message["text"]
    assert ticket["labels"]["tier"] == "ticket"
    assert ticket["receivers"] == [{"name": "reliability/shop/ticket"}]
    assert recorder.said("/tickets") == []
    assert slo["attainment"] == 0.5
    assert sorted(slo["firing"]) == ["alert", "ticket"]
    assert slo["burn_rate_5m"] > slo["burn_rate"] > 14.4
    assert dashboard.code == 0, dashboard.err
    [page_of_board] = (folder / "issues").rglob("*.md")
    assert re.search(
        r"\| `shop-checkout` \| 50.00 % over [\d.]+ \w+ of 30 days "
        r"\| overspent \(50000 % spent\) so far \| \d+\.\d \| (alert|ticket), ",
        page_of_board.read_text(),
    )
    # Alertmanager inhibits the ticket, so nobody has to look at it.
    assert (tickets.code, tickets.out) == (0, ""), tickets.err


@pytest.mark.servers
def test_nothing_burns_without_events(generation: Generation, tmp_path: Path) -> None:
    """Counters that were scraped and did not grow are knowledge; no counters are none."""
    now = datetime.now(UTC)
    minutes = [now - timedelta(minutes=minute) for minute in range(60, -1, -1)]
    idle = {"__name__": "http_requests_total", "job": "shop", "code": "200"}
    prometheus_folder = tmp_path / "prometheus"
    prometheus_folder.mkdir()
    with run_recorder() as recorder:
        shop = rules(catalog(recorder, tmp_path, TIERS))
        folder = written(tmp_path / "repository", repository(recorder, tmp_path, TIERS))
    (prometheus_folder / "rules.yml").write_text(yaml_text(shop), encoding="utf-8")
    settings = prometheus_config(rules=["rules.yml"], out_of_order=timedelta(days=3))
    with run_prometheus(generation, prometheus_folder, settings) as prometheus:

        def state() -> tuple[str, float | None] | None:
            asked = ("status", "--format", "json", "--prometheus", prometheus.url)
            [slo] = json.loads(reliability(*asked, folder=folder).out)["slos"]
            is_evaluated = slo["coverage"] > 0
            return (slo["state"], slo["burn_rate"]) if is_evaluated else None

        assert wait_for(state, within=60, what="the rules") == ("unknown", None)
        push(prometheus.url, [(idle, [(minute, 600.0) for minute in minutes])])
        wait_for(lambda: state() == ("acceptable", 0.0), within=60, what="a state")
