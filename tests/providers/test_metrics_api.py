"""`check --live` against real servers of both generations: what they hold, as the rules see it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reliability.check.facts.live import Observed
from reliability.providers.metrics_api import MetricsApi, open_metrics
from tests.check.examples import Files, minimal_files
from tests.check.repository import write
from tests.cli.program import Ended, reliability
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import push

pytestmark = pytest.mark.servers

SLO = "services/attendance/slo.yaml"
POLICY = "services/attendance/alert-policy.yaml"
SIGNAL = """signals:
    - {name: Errors, kind: cause, tier: log, expr: "EXPR"}"""
REQUESTS = 'http_requests_total{job="attendance"}'


def pushed(server: Prometheus, every: timedelta, begins: timedelta, **labels: str) -> None:
    """Samples of one series up to now."""
    now = datetime.now(UTC)
    count = int(begins / every)
    samples = [(now - (count - index) * every, float(index)) for index in range(count + 1)]
    push(server.url, [({"__name__": "http_requests_total", **labels}, samples)])


@pytest.fixture(scope="module")
def server(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """Two hours of three services: each 15 s, each 5 min, and since ten minutes only."""
    folder = tmp_path_factory.mktemp("live")
    config = prometheus_config(out_of_order=timedelta(hours=6), interval=timedelta(minutes=1))
    quarter, long, hours = timedelta(seconds=15), timedelta(minutes=5), timedelta(hours=2)
    with run_prometheus(generation, folder, config) as prometheus:
        for pod in ("a", "b"):
            pushed(prometheus, quarter, hours, job="attendance", code="200", pod=pod)
        pushed(prometheus, long, hours, job="exports", code="200")
        pushed(prometheus, quarter, timedelta(minutes=10), job="young", code="200")
        yield prometheus


@pytest.fixture
def api(server: Prometheus) -> Iterator[MetricsApi]:
    with open_metrics(server.url) as opened:
        yield opened


def check(server: Prometheus, folder: Path, files: Files, *arguments: str) -> Ended:
    return reliability(
        *("check", "--today", "2026-11-25", "--live", server.url, *arguments),
        folder=write(files, folder),
    )


def with_slo(old: str, new: str) -> Files:
    files = minimal_files()
    assert old in files[SLO]
    return {**files, SLO: files[SLO].replace(old, new)}


def with_signal(expression: str) -> Files:
    files = minimal_files()
    signals = SIGNAL.replace("EXPR", expression)
    return {**files, POLICY: files[POLICY].replace("signals: []", signals)}


def test_names_that_are_there_are_known_and_others_are_not(api: MetricsApi) -> None:
    assert api.known(["http_requests_total", "http_request_total", "a.b|c"]) == {
        "http_requests_total"
    }


def test_series_and_intervals_are_those_of_the_samples(api: MetricsApi) -> None:
    selectors = [
        REQUESTS,
        'http_requests_total{job="exports"}',
        'http_requests_total{job="young"}',
        'http_requests_total{job="nobody"}',
        'http_requests_total{code=~"("}',
    ]
    assert api.observed(selectors) == [
        Observed(2, timedelta(seconds=15)),
        Observed(1, timedelta(minutes=5)),
        Observed(1, None),
        Observed(0, None),
        None,
    ]


def test_values_of_a_label_are_those_of_the_series_that_match(api: MetricsApi) -> None:
    asked = [("job", "http_requests_total"), ("pod", REQUESTS), ("__name__", '{job="nobody"}')]
    assert api.values(asked) == [{"attendance", "exports", "young"}, {"a", "b"}, frozenset()]


def test_retention_is_what_the_server_says_of_itself(api: MetricsApi) -> None:
    assert api.retention() == timedelta(days=400)
    assert api.holds(["http_requests_total"], timedelta(hours=1)) is True
    assert api.holds(["http_requests_total"], timedelta(days=30)) is False


def test_a_repository_that_the_server_bears_out_is_clean(
    server: Prometheus, tmp_path: Path
) -> None:
    ended = check(server, tmp_path, minimal_files())
    assert (ended.code, ended.out) == (0, "")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            with_signal("rate(http_request_total[5m]) > 1"),
            "metric-missing]: no series of metric http_request_total in the last 7 days",
        ),
        (
            with_slo('job="attendance"', 'job="attendence"'),
            'selector-empty]: no series of http_requests_total had job="attendence" in the last 7',
        ),
        (
            with_signal("rate(http_requests_total[500d]) > 1"),
            "retention-short]: the expression looks back 500d, and the server keeps 400d",
        ),
        (
            with_slo('job="attendance"', 'job="exports"'),
            'http_requests_total{job="exports"} has a sample every 5m, and the shortest window of '
            "its alerts, 5m, needs two",
        ),
        (
            with_signal("rate(http_requests_total{job='exports'}[6m]) > 1"),
            'http_requests_total{job="exports"} has a sample every 5m, and rate over 6m needs two',
        ),
    ],
)
def test_what_the_server_does_not_bear_out_is_a_warning(
    server: Prometheus, tmp_path: Path, files: Files, said: str
) -> None:
    ended = check(server, tmp_path, files)
    assert ended.code == 0
    assert said in ended.out


def test_series_over_the_limit_of_the_policy_are_counted(
    server: Prometheus, tmp_path: Path
) -> None:
    policy = """apiVersion: reliability/v1
kind: RulePolicy
metadata: {name: rules}
spec:
  rules:
    cardinality-high: {options: {maxSeries: 1}}
"""
    files = {**minimal_files(), "policies/rules.yaml": policy}
    ended = check(server, tmp_path, files, "--format", "json")
    found = json.loads(ended.out)["findings"]
    assert {each["rule"] for each in found} == {"cardinality-high"}
    assert "matches 2 series; the limit is 1" in found[0]["message"]


def test_a_name_with_a_slip_in_it_is_told_the_nearest(server: Prometheus, tmp_path: Path) -> None:
    ended = check(server, tmp_path, with_signal("rate(http_request_total[5m]) > 1"))
    assert "= help: did you mean http_requests_total?\n" in ended.out
