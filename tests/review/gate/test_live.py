"""How promises stand by what a real Prometheus recorded of them, on both generations."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reliability.backtest.status import ObjectiveStatus, UnknownStatus
from reliability.compile.prometheus.names import (
    BUDGET_REMAINING,
    ERRORS,
    TARGET,
    TOTAL,
    SeriesNames,
    ratio_record,
)
from reliability.compile.prometheus.period import record_of
from reliability.errors import ProviderError
from reliability.model.targets import ServerTarget
from reliability.providers.http import HttpServer, open_server
from reliability.providers.recorded import recorded_statuses
from reliability.resolve.objectives import Objective, objectives
from tests.backtest.repository import catalog, policy, slo
from tests.cli.program import reliability
from tests.review.gate.test_standing_commands import POLICY
from tests.servers.generation import Generation
from tests.servers.programs import backfill, write_openmetrics
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

pytestmark = pytest.mark.servers

NAMES = ("checkout", "search", "stock", "young")
MINUTE, HOUR, PERIOD = timedelta(minutes=1), timedelta(hours=1), timedelta(days=30)
NOW = datetime.now(UTC).replace(microsecond=0)
"""When the tests are collected; they run up to `SLOWEST` later, by the clock of the server."""

SLOWEST = timedelta(hours=2)
BEGAN = NOW.replace(second=0) - 10 * MINUTE
"""When the rules of what is new began to run."""

HISTORY = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec:
  source: {type: store}
"""
TARGETS = """
apiVersion: reliability/v1
kind: SyncTargets
metadata: {name: targets}
spec:
  allowedHosts: [127.0.0.1]
  targets: [{name: prometheus, provider: prometheus, url: "URL", folder: rules}]
"""
Samples = dict[str, dict[str, list[tuple[datetime, float]]]]
"""Samples by record, and by labels as text."""


def objective(name: str) -> Objective:
    return next(iter(objectives(catalog(slo(name), policy(name)))))


def recorded(name: str, remaining: float, target: float = 0.999, burn: float = 2.0) -> Samples:
    """What the rules of a promise would have recorded by now, in thirty days."""
    of = objective(name)
    before = [(NOW - minute * MINUTE, target) for minute in range(30 * 1440, 0, -2)]
    return {
        TARGET: {labels(of): before + from_now(target)[::2]},
        BUDGET_REMAINING: {labels(of): from_now(remaining)},
        record_of(of): {labels(of, PERIOD): from_now((1 - remaining) * 0.001)},
        ratio_record(HOUR): {labels(of, HOUR): from_now(burn * 0.001)},
        ratio_record(5 * MINUTE): {labels(of, 5 * MINUTE): from_now(1.0)},
    }


def begun(name: str, failing: float) -> Samples:
    """What rules would have recorded that run for ten minutes, in which a share fails."""
    of = objective(name)
    every = [BEGAN + minute * MINUTE for minute in range(1, 11)]
    return {
        TARGET: {labels(of): [(at, 0.999) for at in every[1::2]]},
        TOTAL: {labels(of, 5 * MINUTE): [(at, 10.0) for at in every]},
        ERRORS: {labels(of, 5 * MINUTE): [(at, 10.0 * failing) for at in every]},
        BUDGET_REMAINING: {labels(of): from_now(1 - failing / 0.001)},
        record_of(of): {labels(of, PERIOD): from_now(failing)},
    }


def from_now(value: float) -> list[tuple[datetime, float]]:
    """A sample each minute until the slowest test has run: an instant query looks back for 5."""
    return [(NOW + minute * MINUTE, value) for minute in range(SLOWEST // MINUTE)]


def labels(of: Objective, window: timedelta | None = None) -> str:
    found = SeriesNames.of(of).labels(window)
    return ",".join(f'{name}="{value}"' for name, value in found.items())


@pytest.fixture(scope="module")
def prometheus(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    held = (
        recorded("checkout", 0.4),
        recorded("search", -0.25),
        recorded("stock", 0.9, target=0.99),
        begun("new", failing=0.3),
    )
    for number, samples in enumerate(held):
        for record, series in samples.items():
            text = folder / f"{number}.txt"
            write_openmetrics(text, record, series)
            assert backfill(generation, text, folder / "data").accepted
    with run_prometheus(generation, folder, prometheus_config()) as server:
        yield server


@contextmanager
def opened(url: str) -> Iterator[HttpServer]:
    target = ServerTarget(name="prometheus", url=url)
    server = open_server(target, None, ("127.0.0.1",), writable=False)
    with server.client:
        yield server


def test_each_promise_stands_as_the_server_recorded_it(prometheus: Prometheus) -> None:
    with opened(prometheus.url) as server:
        found = list(recorded_statuses(server, [objective(name) for name in NAMES], NOW, None))
    kept, spent, other, young = found
    assert isinstance(kept, ObjectiveStatus)
    assert isinstance(spent, ObjectiveStatus)
    assert (kept.remaining, kept.attainment) == pytest.approx((0.4, 0.9994))
    assert kept.coverage.recorded == pytest.approx(1, abs=0.001)
    assert kept.burn is not None
    assert kept.burn == pytest.approx(2)
    assert kept.exhausted == NOW + 0.4 * PERIOD / kept.burn
    assert (spent.remaining, spent.exhausted, spent.recovers(0)) == (-0.25, NOW, NOW + PERIOD)
    assert isinstance(other, UnknownStatus)
    assert other.reason.startswith("the server computes with a target of 0.99, and 0.999 is")
    assert isinstance(young, UnknownStatus)
    assert young.reason.startswith(f"the server records no {BUDGET_REMAINING} of it")


def test_a_server_that_refuses_is_told_with_the_reason(prometheus: Prometheus) -> None:
    with opened(f"{prometheus.url}/nowhere") as server, pytest.raises(ProviderError):
        list(recorded_statuses(server, [objective("checkout")], NOW, None))


def test_the_gate_asks_the_server_that_is_named(prometheus: Prometheus, tmp_path: Path) -> None:
    write(tmp_path, slo("checkout") + "---" + slo("search"))
    ended = reliability("gate", "shop", "--prometheus", prometheus.url, folder=tmp_path)
    assert ended.code == 1, ended
    assert ended.out.startswith(
        "shop: closed: search served: attainment 99.88 %, budget overspent (125 % spent)"
    )
    assert f"source {prometheus.url} · at " in ended.out
    table = reliability("status", "--prometheus", prometheus.url, folder=tmp_path)
    assert re.search(
        r"checkout served +\w+ +99.9 % +99.94 % +40 % +2.0 +1000.0 +- +6 d +(99.9|100) %",
        table.out,
    )


def test_a_server_that_does_not_answer_leaves_no_answer(tmp_path: Path) -> None:
    write(tmp_path, slo("checkout"))
    ended = reliability("gate", "shop", "--prometheus", "http://127.0.0.1:9", folder=tmp_path)
    assert (ended.code, "does not answer" in ended.err) == (2, True)


def test_ten_minutes_of_rules_are_not_taken_for_thirty_days(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    write(tmp_path, slo("new"))
    ended = reliability("gate", "shop", "--prometheus", prometheus.url, folder=tmp_path)
    assert ended.code == 5, ended
    first, judged, remedy, *_ = ended.out.splitlines()
    assert first == "shop: unknown: too little is known of new served"
    assert re.fullmatch(
        r"  new served: attainment 70\.00 % over (10|8) min of 30 days, "
        r"budget overspent \(30000 % spent\) so far, burn rate not known, coverage under 0\.1 %; "
        r"minCoverage is 90 %",
        judged,
    )
    # The server holds nothing else of the SLI, so only time helps.
    assert re.fullmatch(r"  to get an answer: wait until 20[-: \d]+ UTC", remedy)
    table = reliability("status", "--prometheus", prometheus.url, folder=tmp_path)
    assert table.code == 0
    assert re.search(r"so far +not known +not known +(- +)+under 0\.1 %", table.out)
    known = r"partial figures for new-served: \d+ min of 30 days are known, and 98 % will be at 20"
    assert re.search(known, table.out)


@pytest.mark.parametrize(("retention", "kept"), [(None, "15d"), ("29d", "29d"), ("30d", "")])
def test_a_server_that_keeps_less_than_the_period_will_never_know_it(
    generation: Generation, tmp_path: Path, retention: str | None, kept: str
) -> None:
    for record, series in begun("new", failing=0.3).items():
        text = tmp_path / "samples.txt"
        write_openmetrics(text, record, series)
        assert backfill(generation, text, tmp_path / "data").accepted
    repository = tmp_path / "repository"
    write(repository, slo("new"))
    remedy = f"extend the server's retention of {kept}, or shorten the SLO period"
    config = prometheus_config()
    with run_prometheus(generation, tmp_path, config, retention=retention) as server:
        asked = ("--prometheus", server.url)
        table = reliability("status", *asked, folder=repository).out
        gate = reliability("gate", "shop", *asked, folder=repository).out
        checked = reliability("check", "--live", server.url, folder=repository).out
    known = rf"\d+ min of 30 days are known{f'; {remedy}' if kept else ', and 98 % will be at 20'}"
    assert re.search(known, table), table
    # The gate needs 90 %, so it can wait for a server that keeps 29 days.
    answer = {"15d": remedy, "29d": f"{remedy}, or wait until 20", "": "wait until 20"}[kept]
    assert re.search(f"  to get an answer: {answer}", gate), gate
    short = f"retention-short]: the SLO period is 30d, and the server keeps {kept}\n"
    assert (short in checked) == bool(kept), checked


def test_the_json_of_gate_and_status_carries_the_coverage(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    write(tmp_path, slo("new") + "---" + slo("checkout"))
    asked = ("--prometheus", prometheus.url, "--format", "json")
    gate = json.loads(reliability("gate", "shop", *asked, folder=tmp_path).out)
    assert (gate["answer"], gate["exit_code"], len(gate["remedies"])) == ("unknown", 5, 1)
    status = json.loads(reliability("status", *asked, folder=tmp_path).out)
    for new, old in (gate["objectives"], status["slos"]):
        assert (new["attainment"], new["budget_remaining"], new["partial"]) == (0.7, -299, True)
        assert (new["coverage_history"], new["remedy"], new["exhausted_at"]) == (0, None, None)
        assert new["coverage"] == new["coverage_recorded"] == pytest.approx(5 / 21_600, abs=1e-5)
        assert (old["coverage"], old["partial"]) == (pytest.approx(1, abs=1e-3), False)


def test_our_history_completes_what_the_server_recorded(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    write(tmp_path, slo("new"))
    store(tmp_path, "new")
    asked = ("status", "--prometheus", prometheus.url)
    [row] = json.loads(reliability(*asked, "--format", "json", folder=tmp_path).out)["slos"]
    total = 1000 * (30 * 1440 - 10) + 600 * 10
    assert row["attainment"] == pytest.approx(1 - 180 * 10 / total, abs=1e-6)
    assert row["budget_remaining"] == pytest.approx(1 - 180 * 10 / (0.001 * total), abs=1e-3)
    assert (row["coverage"], row["coverage_recorded"]) == pytest.approx((1, 0.00023), abs=1e-3)
    text = reliability("gate", "shop", "--prometheus", prometheus.url, folder=tmp_path)
    assert text.code == 0
    assert re.search(r"under 0\.1 % recorded and 99\.\d % from history", text.out)
    assert "and store: history · at" in text.out


def test_a_store_has_the_budget_and_a_declared_server_what_burns(
    prometheus: Prometheus, tmp_path: Path
) -> None:
    """The server recorded that 60 % of the budget is spent; the store holds no failure."""
    write(tmp_path, slo("checkout"))
    store(tmp_path, "checkout")
    (tmp_path / "policies/targets.yaml").write_text(TARGETS.replace("URL", prometheus.url))
    [row] = json.loads(reliability("status", "--format", "json", folder=tmp_path).out)["slos"]
    assert (row["attainment"], row["budget_remaining"], row["burn_rate"]) == (1.0, 1.0, 2.0)
    text = reliability("status", folder=tmp_path)
    assert (text.code, text.err) == (0, "")
    assert re.search(rf"store: history · up to .*; burn rates: {prometheus.url} · at ", text.out)


def test_a_made_up_history_completes_nothing(prometheus: Prometheus, tmp_path: Path) -> None:
    write(tmp_path, slo("new"))
    made_up = HISTORY.replace("{type: store}", "{type: synthetic}")
    (tmp_path / "policies/history.yaml").write_text(made_up)
    ended = reliability("gate", "shop", "--prometheus", prometheus.url, folder=tmp_path)
    assert (ended.code, "from history" in ended.out) == (5, False)
    assert "attainment 70.00 % over" in ended.out


def store(folder: Path, slo_name: str) -> None:
    """Imports a month without a failure, up to some hours from now."""
    (folder / "policies/history.yaml").write_text(HISTORY)
    first = NOW.replace(second=0) - 31 * timedelta(days=1)
    # Also of the time after the samples of the rules, however late this test runs.
    minutes = [first + minute * MINUTE for minute in range((NOW + SLOWEST - first) // MINUTE)]
    rows = [f"{at:%Y-%m-%dT%H:%M:%SZ},1000,1000" for at in minutes]
    (folder / "counts.csv").write_text("\n".join(("time,good,total", *rows)))
    imported = ("history", "import", "counts.csv", "--format", "csv", "--slo", slo_name)
    stored = reliability(*imported, folder=folder)
    assert stored.code == 0, stored


def write(folder: Path, slos: str) -> None:
    """A repository with these SLOs, and what follows from a spent budget."""
    for name, text in (("services/shop/slo.yaml", slos), ("policies/e.yaml", POLICY)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
