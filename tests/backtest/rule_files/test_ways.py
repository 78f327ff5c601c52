"""What each alert is evaluated from against a real Prometheus, and what a store holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.promql.evaluate.stored import STALE
from tests.backtest.rule_files.rule_repository import RuleRepository
from tests.cli.program import Ended, reliability
from tests.promql.evaluate import pushed
from tests.promql.language.description import series
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.proxy import proxy, refusing
from tests.servers.remote_write import push

pytestmark = pytest.mark.servers


class Load:
    """When the load ends; set when it is pushed, since a series that is older has ended."""

    end = datetime.now(UTC)


LENGTH = timedelta(hours=3)
MINUTES = LENGTH // timedelta(minutes=1)
RULES = """\
groups:
  - name: queue
    rules:
      - record: queue:length:max
        expr: max(queue_length)
      - {alert: Long, expr: queue_length > 50, for: 5m, labels: {severity: page}}
      - {alert: LongRecorded, expr: "queue:length:max > 50", labels: {severity: page}}
      - {alert: Gone, expr: queue_ended > 50, labels: {severity: page}}
      - {alert: Slow, expr: "histogram_quantile(0.9, latency) > 3", labels: {severity: page}}
"""


@pytest.fixture(scope="module")
def prometheus(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    config = prometheus_config(out_of_order=timedelta(hours=12))
    flags = ("--enable-feature=native-histograms",)
    with run_prometheus(generation, folder, config, flags=flags) as server:
        Load.end = datetime.now(UTC).replace(second=0, microsecond=0)
        moments = [Load.end - LENGTH + timedelta(minutes=at) for at in range(MINUTES + 1)]
        # Prometheus 2 takes histograms in the order of time only, so that they come first
        slow = "{{schema:0 count:5 sum:20 buckets:[1 1 3]}}x29"
        described = series(f"latency {'_x60'} {slow}")
        pushed.push(server.url, [described], int(moments[0].timestamp()) * 1000)
        length = [80.0 if 60 <= at < 90 else 10.0 for at in range(MINUTES + 1)]
        ended = [(moment, 80.0) for moment in moments[60:90]] + [(moments[90], float(STALE))]
        queue = list(zip(moments, length, strict=True))
        push(
            server.url,
            [
                ({"__name__": "queue_length", "queue": "mail"}, queue),
                ({"__name__": "queue:length:max"}, queue),
                ({"__name__": "queue_ended", "queue": "mail"}, ended),
                ({"__name__": "up", "job": "mail"}, [(moment, 1.0) for moment in moments]),
            ],
        )
        yield server


@pytest.fixture
def repository(tmp_path: Path) -> RuleRepository:
    return RuleRepository.at(tmp_path, {"rules/queue.yml": RULES})


def backtest(repository: RuleRepository, *options: str) -> Ended:
    given = ("--rules", "rules", "--days", "1", "--format", "json")
    return reliability("backtest", *given, *options, folder=repository.root)


def alerts(ended: Ended) -> dict[str, dict[str, Any]]:
    assert ended.code == 0, ended.err
    return {alert["alert"]: alert for alert in json.loads(ended.out)["alerts"]}


def minutes(alert: dict[str, Any]) -> list[tuple[int, int]]:
    """When the new side fired, in minutes since the first sample."""
    first = Load.end - LENGTH
    spans = [
        (datetime.fromisoformat(episode["start"]), datetime.fromisoformat(episode["end"]))
        for episode in alert["new"]["episodes"]
    ]
    minute = timedelta(minutes=1)
    return [((start - first) // minute, (end - first) // minute) for start, end in spans]


def slow_end(prometheus: Prometheus) -> int:
    """When the last value of minute 89 no longer counts: Prometheus 2 includes the lookback."""
    return 94 if prometheus.generation.has_left_open_ranges else 95


def test_remote_read_has_stale_markers_and_native_histograms(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    found = alerts(backtest(repository, "--prometheus", prometheus.url))
    assert {alert["evaluated_from"] for alert in found.values()} == {"remote read"}
    assert {name: minutes(alert) for name, alert in found.items()} == {
        "Long": [(65, 90)],
        "LongRecorded": [(60, 90)],
        "Gone": [(60, 90)],
        "Slow": [(60, slow_end(prometheus))],
    }
    assert not any(alert["may_differ"] for alert in found.values())


def test_without_remote_read_the_query_api_is_named_with_what_it_lacks(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    with proxy(prometheus.url, refusing("/api/v1/read")) as between:
        ended = backtest(repository, "--prometheus", between.url)
        assert between.asked("/api/v1/read") == 1
    found = alerts(ended)
    ways = {name: alert["evaluated_from"] for name, alert in found.items()}
    assert ways == {
        "Long": "query API",
        "LongRecorded": "query API",
        "Gone": "query API",
        "Slow": "query_range",
    }
    assert minutes(found["Gone"]) == [(60, slow_end(prometheus))]
    reason = "1 series ended or paused; the query API returns no stale markers, so that their last"
    assert found["Gone"]["may_differ"].startswith(reason)
    assert found["Long"]["may_differ"] is None
    assert minutes(found["Slow"]) == [(60, slow_end(prometheus))]
    notes = "read by the query API, without stale markers: remote read is refused: 404 not found"
    assert json.loads(ended.out)["notes"] == [notes]


def test_a_store_has_stale_markers_and_native_histograms_too(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    tomorrow = f"{Load.end + timedelta(days=1):%Y-%m-%d}"
    with proxy(prometheus.url) as undated:
        pull = ("history", "pull", "--rules", "rules", "--prometheus", undated.url, "--days", "2")
        stored = reliability("--today", tomorrow, *pull, folder=repository.root)
    assert stored.code == 0, stored.err
    # Days of a store begin at midnight, which may be within the load.
    found = alerts(backtest(repository, "--days", "2"))
    assert {alert["evaluated_from"] for alert in found.values()} == {"store"}
    assert {name: minutes(alert) for name, alert in found.items()} == {
        "Long": [(65, 90)],
        "LongRecorded": [(60, 90)],
        "Gone": [(60, 90)],
        "Slow": [(60, slow_end(prometheus))],
    }
