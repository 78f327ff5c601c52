"""`backtest --rules` against a real Prometheus of either generation that evaluated the rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from reliability.history.sources.prometheus import open_prometheus
from reliability.history.sources.raw_server import RawSampleServer, SampleLimits
from reliability.history.sources.unread import TooManySeriesError
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.backtest.rule_files.rule_repository import RuleRepository, columns
from tests.cli.program import Ended, reliability
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import push

UP = -timedelta(seconds=15)
"""How much earlier than the other samples `up` is."""
RULES = """\
groups:
  - name: queue
    rules:
      - alert: QueueLong
        expr: queue_length > 50
        for: 5m
        labels: {severity: page}
"""


@cache
def now() -> datetime:
    """The minute in which the server of these tests starts: in a long run, import is long ago."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


@pytest.fixture(scope="module")
def prometheus(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    config = prometheus_config(out_of_order=timedelta(hours=12))
    folder = tmp_path_factory.mktemp("prometheus")
    with run_prometheus(generation, folder, config) as server:
        labels = {"__name__": "queue_length", "queue": "mail"}
        samples = [
            (now() - timedelta(minutes=ago), 80.0 if 60 <= ago < 90 else 10.0)
            for ago in range(180, -1, -1)
        ]
        up = [(moment + UP, 1.0) for moment, _ in samples]
        push(
            server.url,
            [
                (labels, samples),
                ({"__name__": "up", "job": "mail"}, up),
                ({"__name__": "other_up", "job": "mail"}, up),
            ],
        )
        yield server


@pytest.fixture
def repository(tmp_path: Path) -> RuleRepository:
    return RuleRepository.at(tmp_path, {"rules/queue.yml": RULES})


def backtest(repository: RuleRepository, server: Prometheus, *options: str) -> Ended:
    source = ("--rules", "rules", "--prometheus", server.url, "--days", "1")
    return reliability("backtest", *source, *options, folder=repository.root)


@pytest.mark.servers
def test_a_stricter_threshold_pages_less(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    repository.replace("rules/queue.yml", "> 50", "> 90")
    ended = backtest(repository, prometheus, "--base", "HEAD")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert re.fullmatch(r"pages 1 -> 0 · [\d.]+ h of 24 h known", lines[0])
    assert lines[2] == "  alerts: 1 changed, 0 new, 0 unchanged"
    assert f"prometheus {prometheus.url}; samples since " in lines[3]
    assert "QueueLong (page)  expression  page  1 -> 0  1 -> 0" in columns(ended.out)


@pytest.mark.servers
def test_the_episode_begins_when_for_is_over(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    ended = backtest(repository, prometheus, "--format", "json")
    [episode] = json.loads(ended.out)["alerts"][0]["new"]["episodes"]
    begin, end = (datetime.fromisoformat(episode[side]) for side in ("start", "end"))
    assert begin == now() - timedelta(minutes=89 - 5)
    assert end == now() - timedelta(minutes=59)


@pytest.mark.servers
def test_what_is_not_evaluated_here_is_evaluated_by_the_server(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    repository.replace("rules/queue.yml", "queue_length > 50", "sort(queue_length) > 50")
    ended = backtest(repository, prometheus)
    assert "QueueLong (page)  unchanged  page  1  " in columns(ended.out)


@pytest.mark.servers
def test_the_first_sample_of_up_is_the_first_evaluation(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    repository.replace("rules/queue.yml", "queue_length > 50", "absent(other_metric)")
    repository.replace("rules/queue.yml", "name: queue", "name: queue\n    interval: 5s")
    ended = backtest(repository, prometheus, "--format", "json")
    result = json.loads(ended.out)
    [episode] = result["alerts"][0]["new"]["episodes"]
    begin, known = (
        datetime.fromisoformat(text) for text in (episode["start"], result["known_since"])
    )
    assert begin == known + timedelta(minutes=5)
    assert known == now() - timedelta(minutes=180) + UP


@pytest.mark.servers
def test_what_the_server_has_no_series_of_is_not_known(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    repository.replace("rules/queue.yml", "queue_length > 50", "other_metric > 50")
    ended = backtest(repository, prometheus)
    assert "no series that it reads had a sample in this span" in ended.out


@pytest.mark.servers
def test_series_are_counted_before_they_are_fetched(prometheus: Prometheus) -> None:
    server = open_prometheus(prometheus.url, None)
    span = TimeSpan(now() - timedelta(hours=2), now())
    selector = Selector.parse('{__name__=~"other_up|up"}')
    with server.client:
        few = RawSampleServer(server=server, limits=SampleLimits(series=2))
        assert len(list(few.counters(selector, span))) == 2
        fewer = RawSampleServer(server=server, limits=SampleLimits(series=1))
        with pytest.raises(TooManySeriesError, match=r"selects 2 series; the limit is 1"):
            list(fewer.counters(selector, span))


@pytest.mark.servers
@pytest.mark.parametrize("is_remote", [True, False])
def test_samples_that_come_in_parts_are_the_same(prometheus: Prometheus, is_remote: bool) -> None:
    server = open_prometheus(prometheus.url, None)
    span = TimeSpan(now() - timedelta(hours=4), now())
    selector = Selector.parse('{__name__=~"queue_length|up"}')
    with server.client:
        whole, parts = (
            RawSampleServer.of(server) if is_remote else RawSampleServer(server=server)
            for _ in range(2)
        )
        # Two series with 120 samples an hour: an hour an answer
        parts.limits = SampleLimits(of_remote_read=150, of_query=150)
        found, expected = (
            {
                one.labels["__name__"]: dict(
                    zip(one.samples.times.tolist(), one.samples.values.tolist(), strict=True)
                )
                for one in reader.counters(selector, span)
            }
            for reader in (parts, whole)
        )
    assert found == expected
    assert {len(samples) for samples in found.values()} == {181}


@pytest.mark.servers
def test_a_server_that_does_not_answer_is_one_error(repository: RuleRepository) -> None:
    source = ("--rules", "rules", "--prometheus", "http://127.0.0.1:9")
    ended = reliability("backtest", *source, folder=repository.root)
    assert ended.code == 2
    assert ended.err == "reliability: http://127.0.0.1:9 does not answer: connection refused\n"


@pytest.mark.servers
def test_a_new_alert_that_joins_raw_series_with_a_new_recording_computes_it(
    repository: RuleRepository, prometheus: Prometheus
) -> None:
    repository.write(
        {
            "rules/new.yml": """\
groups:
  - name: new
    rules:
      - {record: "queue:length:max", expr: max by (queue) (queue_length)}
      - alert: Joined
        expr: queue_length > 50 and on (queue) queue:length:max > 50
        labels: {severity: page}
"""
        }
    )
    ended = backtest(repository, prometheus, "--base", "HEAD", "--verbose")
    assert ended.code == 0
    [line] = [line.split() for line in ended.out.splitlines() if line.startswith("Joined")]
    assert line[1:5] == ["(page)", "new", "page", "-"]
    assert line[5:7] == ["->", "1"], "it fires once, for the half hour"
    assert "with recording rules" in " ".join(line)
