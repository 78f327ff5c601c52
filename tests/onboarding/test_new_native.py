"""`new` with a Prometheus whose latency is a native histogram: the candidate, target, files."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reliability.promql.evaluate.histogram import NativeHistogram
from tests.cli.program import reliability
from tests.promql.evaluate.pushed import push
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

pytestmark = pytest.mark.servers

FLAGS = ("--enable-feature=native-histograms",)
MINUTES = 55
"""A server takes samples of another series up to an hour before its last."""
METRIC = "http_request_duration_seconds"
SELECTOR = f'{METRIC}{{job="shop"}}'


def grown(minute: int) -> NativeHistogram:
    """A thousand requests a minute: 995 of 0.125 s to 0.25 s, five of two to four seconds."""
    buckets = {-2: 995.0 * minute, 2: 5.0 * minute}
    return NativeHistogram(count=1000.0 * minute, total=200.0 * minute, positive=buckets)


@pytest.fixture(scope="module")
def shop(generation: Generation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    with run_prometheus(generation, folder, prometheus_config(), flags=FLAGS) as server:
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        first = round((now - timedelta(minutes=MINUTES)).timestamp() * 1000)
        labels = (("__name__", METRIC), ("handler", "/order"), ("job", "shop"))
        push(server.url, [(labels, [grown(n) for n in range(MINUTES + 1)])], first)
        gauge = (("__name__", "shop_load_seconds"), ("job", "shop"))
        push(server.url, [(gauge, [1.0] * (MINUTES + 1))], first)
        yield server


@pytest.fixture
def root(tmp_path: Path, shop: Prometheus) -> Path:
    base = ("--runbook-base", "https://git.example.com/shop", "--prometheus", shop.url)
    assert reliability("init", *base, folder=tmp_path).code == 0
    return tmp_path


def test_a_native_histogram_is_a_candidate_at_a_round_bound(root: Path) -> None:
    ended = reliability("new", "shop", "--candidates", "--format", "json", folder=root)
    assert ended.code == 0, ended
    [found] = json.loads(ended.out)
    assert found["kind"] == "latency"
    assert found["good"] == f"histogram_fraction(0, 0.25, {SELECTOR}) * histogram_count({SELECTOR})"
    assert found["total"] == f"histogram_count({SELECTOR})"
    assert found["events_per_day"] == pytest.approx(55_000, rel=0.05)
    assert found["failing"] == pytest.approx(0.005)


def test_its_target_is_measured_and_its_slo_passes_check(root: Path) -> None:
    journey = ("--journey", "A customer places an order", "--kind", "latency")
    listed = reliability("new", "shop", "--candidates", "--format", "json", folder=root)
    chosen = json.loads(listed.out)[0]["id"]
    ended = reliability("new", "shop", *journey, "--sli", chosen, folder=root)
    assert ended.code == 0, ended
    assert re.search(r"99\.5 % measured over 5\d minutes: 2\d\d of 5\d,000 failed", ended.err), (
        ended.err
    )

    slo = (root / "services/shop/slo.yaml").read_text()
    assert "good: {metricSource: {type: Prometheus, spec: {query: 'histogram_fraction(" in slo
    assert "target: 0.99 " in slo
    [runbook] = (root / "docs/runbooks").glob("shop-*.md")
    assert f"histogram_fraction(0, 0.25, sum(rate({SELECTOR}[5m])))" in runbook.read_text()

    checked = reliability("check", folder=root)
    found = [line for line in checked.out.splitlines() if "slo.yaml" in line]
    assert ["slo-agreement-missing" in line for line in found] == [True], checked.out
    assert reliability("build", "--out", "out", folder=root).code == 0
