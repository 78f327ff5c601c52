"""SLIs other than sums of counters: pulled from a real server, and judged from history."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from reliability.backtest.slis import budget_history
from reliability.history.series import NoHistory
from reliability.history.sources.stored import StoredHistory
from reliability.history.store import Store
from reliability.pipeline import load_repository
from reliability.resolve.objectives import objectives
from reliability.timespan import TimeSpan
from tests.backtest.repository import WINDOWS, policy
from tests.cli.program import Ended, reliability
from tests.review.gate.test_standing_commands import POLICY
from tests.servers.generation import Generation
from tests.servers.programs import backfill, write_openmetrics
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.proxy import proxy, refusing
from tests.servers.remote_write import HEADERS, field, label, snappy, varint

pytestmark = pytest.mark.servers

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TODAY = datetime.combine(datetime.now(UTC).date(), time(), tzinfo=UTC)
DAYS = 38
"""A period of 30 days before the last Monday, and a day."""

FIRST = TODAY - DAYS * DAY
LATE = 10 * 1440
"""How many minutes before today the queue begins to be too long, for half a day."""

SLO = """
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: shop
  indicator: {{metadata: {{name: {name}}}, spec: {{{metric}}}}}
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: {method}
  objectives: [{{displayName: ok, target: {target}{more}}}]
"""
SOURCE = "metricSource: {type: Prometheus, spec: {query: %s}}"
HISTORY = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: prometheus, url: "%s", chunk: 124h}
  span: 38d
"""
THRESHOLD = SLO.format(
    name="queue",
    metric=f"thresholdMetric: {{{SOURCE % 'queue_length'}}}",
    method="Occurrences",
    target="0.99",
    more=", op: lte, value: 10",
)


def ratio(**queries: str) -> str:
    """A ratio of counters, each query by its role."""
    roles = (f"{role}: {{{SOURCE % repr(query)}}}" for role, query in queries.items())
    return f"ratioMetric: {{counter: true, {', '.join(roles)}}}"


SLICED = SLO.format(
    name="slices",
    metric=ratio(bad='requests_total{code="500"}', total="requests_total"),
    method="Timeslices",
    target="0.99",
    more=", timeSliceTarget: 0.95, timeSliceWindow: 5m",
)
COUNT = "histogram_count(rate(seconds[{{.window}}]))"
SHORT = ("histogram_fraction(0, 1, seconds) * histogram_count(seconds)", "histogram_count(seconds)")
WINDOWED = (
    f"sum(histogram_fraction(0, 1, rate(seconds[{{{{.window}}}}])) * {COUNT})",
    f"sum({COUNT})",
)

MINUTES = """
apiVersion: reliability/v1
kind: BurnRateWindows
metadata: {name: google-30d}
spec:
  period: 30d
  fast: [{long: 10m, short: 5m, budget: 0.3%}]
  slow: [{long: 15m, short: 5m, budget: 0.2%}]
"""
"""Windows that the last hour fills, since a server takes no older native histograms."""


def native(good: str, total: str) -> str:
    """An SLO of observations up to 1 s."""
    metric = ratio(good=good, total=total)
    return SLO.format(name="native", metric=metric, method="Occurrences", target="0.99", more="")


def repository(root: Path, url: str, *slos: str) -> Path:
    files = {
        "services/shop/slo.yaml": "---".join(slos),
        "policies/burn.yaml": WINDOWS,
        "policies/budget.yaml": POLICY,
        "policies/history.yaml": HISTORY % url,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.fixture(scope="module")
def prometheus(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A month of a queue, and of requests of which a tenth fail in the same half day."""
    folder = tmp_path_factory.mktemp("prometheus")
    times = [FIRST + minute * MINUTE for minute in range(DAYS * 1440 + 1)]
    late = range(len(times) - LATE, len(times) - LATE + 720)
    bad = [0.0]
    for minute in range(1, len(times)):
        bad.append(bad[-1] + (10 if minute in late else 0))
    held = {
        "queue_length": {"": [50.0 if minute in late else 3.0 for minute in range(len(times))]},
        "requests_total": {
            'code="200"': [100.0 * minute - bad[minute] for minute in range(len(times))],
            'code="500"': bad,
        },
    }
    for name, series in held.items():
        text = folder / "samples.txt"
        samples = {key: list(zip(times, of, strict=True)) for key, of in series.items()}
        write_openmetrics(text, name, samples)
        assert backfill(generation, text, folder / "data").accepted
    with run_prometheus(generation, folder, prometheus_config()) as server:
        yield server


def test_a_threshold_and_slices_have_their_budgets_from_history(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    root = repository(tmp_path, prometheus.url, THRESHOLD, SLICED)
    today = ("--today", f"{TODAY:%Y-%m-%d}")
    before = reliability(*today, "gate", "shop", "--from", "history", folder=root)
    assert (before.code, "run `reliability history pull`" in before.out) == (5, True)
    pulled = reliability(*today, "history", "pull", folder=root)
    assert pulled.code == 0, pulled
    assert pulled.out.count(f"{DAYS}.0 of {DAYS} days known") == 2
    closed = reliability(*today, "gate", "shop", "--from", "history", folder=root)
    assert closed.code == 1, closed
    asked = ("status", "--from", "history", "--format", "json")
    for row in json.loads(reliability(*today, *asked, folder=root).out)["slos"]:
        assert row["attainment"] == pytest.approx(1 - 720 / (30 * 1440), abs=2e-4)
        assert row["coverage"] == 1
    ensure_that_reviews_and_digests_have_the_same_budgets(root, today)


def ensure_that_reviews_and_digests_have_the_same_budgets(
    root: Path, today: tuple[str, str]
) -> None:
    """Their alerts are not replayed, which is not the same as alerts that never fired."""
    review = reliability(*today, "revisit", folder=root)
    assert review.code == 0, review
    attained = [float(each) for each in re.findall(r"\| \*\*(9\d\.\d+) %\*\* \|", review.out)]
    assert len(attained) == 2
    assert all(98 < each < 99 for each in attained), review.out
    assert "of the error budget spent, pages not known**" in review.out
    assert review.out.count(" could not be replayed: its SLI is ") == 2
    assert "| pages |" not in review.out
    assert "No suggestion" in review.out
    digest = reliability(*today, "digest", "--no-drift", folder=root)
    assert digest.code == 0, digest
    rows = re.findall(r"^\| `shop: .* \| \*\*98\.\d+ %\*\* \| 100 % \|$", digest.out, re.M)
    assert len(rows) == 2, digest.out


def test_a_backtest_in_event_mode_does_not_take_them_for_single_events(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    root = repository(tmp_path, prometheus.url, THRESHOLD)
    today = ("--today", f"{TODAY:%Y-%m-%d}")
    assert reliability(*today, "history", "pull", "--days", "2", folder=root).code == 0
    ended = reliability(*today, "backtest", "--days", "1", folder=root)
    assert "replay with --mode sample" in ended.out


@pytest.mark.parametrize("queries", [SHORT, WINDOWED], ids=["short", "windowed"])
def test_observations_of_a_native_histogram_are_counted_by_the_minute(
    generation: Generation, tmp_path: Path, queries: tuple[str, str]
) -> None:
    """Between the minutes 20 and 30 all observations are slow, and before and after 1 %.

    The samples of the last hour may lie on two days.
    """
    flags = ("--enable-feature=native-histograms",)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with run_prometheus(generation, tmp_path / "p", prometheus_config(), flags=flags) as server:
        slow = np.cumsum([0, *(100 if 20 < n <= 30 else 1 for n in range(1, 51))])
        values = [
            (now - (50 - n) * MINUTE, 100 * n - int(slow[n]), int(slow[n])) for n in range(51)
        ]
        push_histograms(server.url, values)
        tomorrow = ("--today", f"{now + DAY:%Y-%m-%d}")
        with proxy(server.url) as undated:
            root = repository(tmp_path / "r", undated.url, native(*queries), policy("native"))
            (root / "policies/burn.yaml").write_text(MINUTES)
            pulled = reliability(*tomorrow, "history", "pull", "--days", "2", folder=root)
        assert pulled.code == 0, pulled
        repository(root, server.url, native(*queries), policy("native"))
        (root / "policies/burn.yaml").write_text(MINUTES)
        mode = ("--mode", "sample", "--ranges", ranges_of(generation), "--format", "json")
        sampled = reliability(*tomorrow, "backtest", "--days", "2", *mode, folder=root)
        assert sampled.code == 0, sampled

    [objective] = objectives(load_repository(root).catalog)
    span = TimeSpan(now - 40 * MINUTE, now)
    found = StoredHistory(Store(root / ".reliability/history")).series(
        budget_history(objective), span
    )
    assert not isinstance(found, NoHistory)
    assert found[0].coverage(span) == 1
    assert found[0].total.tolist() == [100.0] * 40
    assert found[0].bad.tolist() == pytest.approx([1.0] * 10 + [100.0] * 10 + [1.0] * 20)

    ended = reliability(*tomorrow, "backtest", "--days", "2", "--format", "json", folder=root)
    assert ended.code == 0, ended
    rows = {row["tier"]: row["new"] for row in json.loads(ended.out)["slos"]}
    assert rows["alert"]["episodes"] == 1, rows
    assert abs(rows["alert"]["minutes"] - alert_of(sampled)["minutes"]) <= 2
    assert alert_of(sampled)["episodes"] == 1
    assert "event mode" not in sampled.err


def ranges_of(generation: Generation) -> str:
    return "closed" if generation.prometheus_version < (3, 0, 0) else "left-open"


def alert_of(ended: Ended) -> dict[str, Any]:
    """The new outcome of the alert tier in a backtest's JSON."""
    [row] = [row for row in json.loads(ended.out)["slos"] if row["tier"] == "alert"]
    outcome: dict[str, Any] = row["new"]
    return outcome


def test_without_remote_read_a_quantile_is_not_replayed_and_the_reason_is_given(
    generation: Generation, tmp_path: Path
) -> None:
    """The query API has no schemas, and a threshold on a quantile is no counter."""
    flags = ("--enable-feature=native-histograms",)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    query = "histogram_quantile(0.5, sum(rate(seconds[{{.window}}])))"
    quantile = SLO.format(
        name="quantile",
        metric=f"thresholdMetric: {{{SOURCE % repr(query)}}}",
        method="Occurrences",
        target="0.99",
        more=", op: lte, value: 1",
    )
    tomorrow = ("--today", f"{now + DAY:%Y-%m-%d}", "backtest", "--days", "1", "--mode", "sample")
    with run_prometheus(generation, tmp_path / "p", prometheus_config(), flags=flags) as server:
        push_histograms(server.url, [(now - (50 - n) * MINUTE, 99 * n, n) for n in range(51)])
        root = repository(tmp_path / "r", server.url, quantile, policy("quantile"))
        replayed = reliability(*tomorrow, folder=root)
        with proxy(server.url, refusing("/api/v1/read")) as between:
            repository(root, between.url, quantile, policy("quantile"))
            refused = reliability(*tomorrow, folder=root)

    assert replayed.code == refused.code == 0, (replayed, refused)
    assert "not replayed" not in replayed.out
    assert "no history: not replayed: seconds{} holds native histograms, which" in refused.out
    assert "read by the query API, without stale markers" in refused.err


def push_histograms(url: str, values: list[tuple[datetime, int, int]]) -> None:
    """Remote write of a native histogram: observations of about 0.7 s and of about 3 s."""
    series = b"".join(
        (
            field(1, label("__name__", "seconds")),
            *(field(4, histogram(at, fast, slow)) for at, fast, slow in values),
        )
    )
    reply = httpx.post(
        f"{url}/api/v1/write",
        content=snappy(field(1, series)),
        headers=HEADERS,
        trust_env=False,
        timeout=60,
    )
    assert reply.is_success, reply.text


def histogram(at: datetime, fast: int, slow: int) -> bytes:
    """The protobuf message Histogram of schema 0: buckets (0.5, 1] and (2, 4]."""
    buckets = b"".join(map(zigzag, (fast, slow - fast)))
    spans = (field(1 + 10, span(0, 1)), field(1 + 10, span(1, 1)))
    return b"".join(
        (
            number(1, fast + slow),
            number(4, 0),
            *spans,
            field(12, buckets),
            number(15, round(at.timestamp() * 1000)),
        )
    )


def span(offset: int, length: int) -> bytes:
    """The protobuf message BucketSpan."""
    return varint(1 << 3) + zigzag(offset) + number(2, length)


def number(key: int, value: int) -> bytes:
    """A varint field."""
    return varint(key << 3) + varint(value)


def zigzag(value: int) -> bytes:
    """A signed number as sint64."""
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)
