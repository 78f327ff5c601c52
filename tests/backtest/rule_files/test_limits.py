"""Bad input and limits: a server that is down or answers in part, too many series, few samples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.backtest.rule_files.rule_repository import RuleRepository
from tests.cli.program import Ended, reliability
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.proxy import Refusal, proxy, refusing
from tests.servers.remote_write import push

pytestmark = pytest.mark.servers

LENGTH = timedelta(hours=2)
RULES = """\
groups:
  - name: queue
    rules:
      - {alert: Long, expr: queue_length > 50, for: 5m, labels: {severity: page}}
"""
READ, QUERY, RANGE = "/api/v1/read", "/api/v1/query", "/api/v1/query_range"


@cache
def now() -> datetime:
    """The minute in which the server of these tests starts: in a long run, import is long ago."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def prometheus(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """Two hours of samples, every 15 s, every minute and every four."""
    folder = tmp_path_factory.mktemp("prometheus")
    config = prometheus_config(out_of_order=timedelta(hours=12))
    with run_prometheus(generation, folder, config) as server:
        begin = now() - LENGTH
        series = [({"__name__": "up", "job": "mail"}, _samples(begin, 60, lambda _: 1.0))]
        for seconds in (15, 60, 240):
            labels = {"__name__": "queue_length", "scrape": f"{seconds}s"}
            series.append((labels, _samples(begin, seconds, _length)))
            total = {"__name__": "mails_total", "scrape": f"{seconds}s"}
            series.append((total, _samples(begin, seconds, _mails)))
        push(server.url, series)
        yield server


def _length(at: float) -> float:
    """Nothing fires at the end, where the minute of the run would decide the length."""
    if at >= 110:
        return 0.0
    return 80.0 if 50 <= at < 75 else 10.0


def _mails(at: float) -> float:
    """Nothing comes at the end, for the same reason."""
    return min(at, 95.0) ** 2


def _samples(begin: datetime, seconds: int, value: Any) -> list[tuple[datetime, float]]:
    """Samples so often; the value depends on the minutes that have passed."""
    count = int(LENGTH.total_seconds()) // seconds
    moments = [begin + timedelta(seconds=seconds * number) for number in range(count + 1)]
    return [(moment, value((moment - begin).total_seconds() / 60)) for moment in moments]


@pytest.fixture
def repository(tmp_path: Path) -> RuleRepository:
    return RuleRepository.at(tmp_path, {"rules/queue.yml": RULES})


def backtest(repository: RuleRepository, url: str, *options: str) -> Ended:
    given = ("--rules", "rules", "--days", "30", "--prometheus", url)
    return reliability("backtest", *given, *options, folder=repository.root)


def alert(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)["alerts"][0]
    return found


def matrix(count: int) -> bytes:
    """The answer to the request that counts series and samples."""
    result = [
        {"metric": {"reliability_counts": name}, "values": [[now().timestamp(), str(count)]]}
        for name in ("series", "samples")
    ]
    return json.dumps(
        {"status": "success", "data": {"resultType": "matrix", "result": result}}
    ).encode()


def counting(count: int) -> Any:
    """Answer requests that count series, and no others."""

    def instead(path: str) -> Refusal | None:
        asked = parse_qs(urlsplit(path).query).get("query", [""])[0]
        return (200, matrix(count)) if "reliability_counts" in asked else None

    return instead


def test_a_million_series_are_refused_before_they_are_fetched(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    with proxy(prometheus.url, counting(1_000_000)) as between:
        found = alert(backtest(repository, between.url, "--format", "json"))
        assert between.asked(READ) == between.asked(QUERY) == 0
    assert found["evaluated_from"] is None
    assert found["unknown"] == (
        "queue_length{} selects 1,000,000 series; the limit is 5,000; the limit for the server is "
        "100,000"
    )


def test_a_server_evaluates_what_is_too_much_to_fetch(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    with proxy(prometheus.url, counting(6_000)) as between:
        found = alert(backtest(repository, between.url, "--format", "json"))
        assert between.asked(READ) == between.asked(QUERY) == 0
    assert found["evaluated_from"] == "query_range"
    reason = "queue_length{} selects 6,000 series; the limit is 5,000"
    assert found["not_evaluated_here"] == reason
    local = alert(backtest(repository, prometheus.url, "--format", "json"))
    assert (local["unknown"], local["evaluated_from"]) == (None, "remote read")
    assert found["new"] == local["new"]

    with proxy(prometheus.url, counting(6_000)) as between:
        shown = backtest(repository, between.url, "--verbose").out
    assert f"Evaluated by the server\n  rules/queue.yml:4:9: Long (page): {reason}" in shown


@pytest.mark.parametrize("expression", ["queue_length @ end() > 50", "queue_length @ start() > 50"])
def test_a_moment_of_the_range_is_not_asked_of_the_server(
    repository: RuleRepository, prometheus: Prometheus, expression: str
) -> None:
    repository.replace("rules/queue.yml", "queue_length > 50", f'"{expression}"')
    with proxy(prometheus.url, counting(6_000)) as between:
        found = alert(backtest(repository, between.url, "--format", "json"))
    assert "`@ start()` and `@ end()` mean other moments in a range query" in found["unknown"]


def test_two_hours_of_samples_are_said_and_not_taken_for_a_month(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    ended = backtest(repository, prometheus.url)
    lines = ended.out.splitlines()
    assert re.fullmatch(r"pages 1 · 2(\.\d+)? h of 30 days known", lines[0])
    since = now() - LENGTH
    assert f"samples since {since:%Y-%m-%d %H:%M} UTC" in lines[3]


@pytest.mark.parametrize(
    "expression",
    ["queue_length > 50", "rate(mails_total[10m]) > 1", "increase(mails_total[5m]) > 30"],
)
def test_scrape_intervals_may_differ(
    repository: RuleRepository, prometheus: Prometheus, expression: str
) -> None:
    repository.replace("rules/queue.yml", "queue_length > 50", f'"{expression}"')
    local = alert(backtest(repository, prometheus.url, "--format", "json"))
    with proxy(prometheus.url, counting(6_000)) as between:
        server = alert(backtest(repository, between.url, "--format", "json"))
    assert (local["evaluated_from"], server["evaluated_from"]) == ("remote read", "query_range")
    assert local["new"]["episodes"]
    assert local["new"] == server["new"]


def test_a_server_that_is_busy_is_one_error(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    with proxy(prometheus.url, refusing(RANGE, 503, b"overloaded")) as between:
        ended = backtest(repository, between.url)
    assert ended.code == 2
    assert "does not answer after 6 tries: 503 overloaded" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_server_that_stops_answering_is_not_asked_for_every_alert(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    more = "".join(f"      - {{alert: A{n}, expr: queue_{n} > 1}}\n" for n in range(20))
    repository.write({"rules/queue.yml": RULES + more})
    with proxy(prometheus.url, refusing(READ, 503, b"overloaded")) as between:
        ended = backtest(repository, between.url, "--format", "json")
        assert between.asked(READ) == 3 * 6
    reasons = [found["unknown"] for found in json.loads(ended.out)["alerts"]]
    assert [("503 overloaded" in reason) for reason in reasons[:3]] == [True] * 3
    assert set(reasons[3:]) == {"not asked: the server did not answer 3 times in a row"}


def test_a_partial_answer_makes_an_alert_unknown(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    partial = {
        "status": "success",
        "warnings": ["store down"],
        "data": {"resultType": "matrix", "result": []},
    }

    def instead(path: str) -> Refusal | None:
        asked = parse_qs(urlsplit(path).query).get("query", [""])[0]
        if urlsplit(path).path == READ:
            return 404, b"not found"
        is_about = "queue_length" in asked and "reliability_counts" not in asked
        return (200, json.dumps(partial).encode()) if is_about else None

    with proxy(prometheus.url, instead) as between:
        found = alert(backtest(repository, between.url, "--format", "json"))
    assert found["unknown"].count("is answered only in part: store down") == 2
    assert found["new"] == {"unknown": found["unknown"]}


def test_rules_that_record_each_other_are_named(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    cycle = """\
groups:
  - {name: a, rules: [{record: "a:x", expr: "b:x + 1"}, {alert: A, expr: "a:x > 1"}]}
  - {name: b, rules: [{record: "b:x", expr: "a:x + 1"}]}
"""
    repository.write({"rules/queue.yml": cycle})
    found = alert(backtest(repository, prometheus.url, "--format", "json"))
    assert "reads what it records itself" in found["unknown"]


def test_a_for_is_carried_over_the_edges_of_requests(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    # Requests end at every second hour, which is within the samples
    fast = RULES.replace("name: queue", "name: queue\n    interval: 1s")
    repository.write({"rules/queue.yml": fast.replace("5m", "61m").replace("> 50", "> 5")})
    found = alert(backtest(repository, prometheus.url, "--format", "json"))
    with proxy(prometheus.url, counting(6_000)) as between:
        server = alert(backtest(repository, between.url, "--format", "json"))
        assert between.asked(RANGE) >= 5
    starts = [episode["start"] for episode in found["new"]["episodes"]]
    assert starts == [f"{now() - LENGTH + timedelta(minutes=61):%Y-%m-%dT%H:%M:%SZ}"] * 3
    assert found["new"] == server["new"]
