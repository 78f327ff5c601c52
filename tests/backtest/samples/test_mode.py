"""`reliability backtest --mode sample`: a repository, raw samples, and what is told of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np
import pytest
import yaml

from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import AlertFirings, NoAlert, SignalRow
from reliability.backtest.pairs import Chosen
from reliability.backtest.report import markdown, text
from reliability.backtest.report.slos import slo_report
from reliability.backtest.samples.mode import sample_backtest
from reliability.history.series import NoHistory
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.resolve.objectives import objectives
from reliability.resolve.sli import RatioSli
from reliability.timespan import TimeSpan
from tests.backtest.prometheus_data import intervals, promql
from tests.backtest.replaying import START
from tests.backtest.repository import WINDOWS, catalog, policy, slo
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.servers.generation import Generation
from tests.servers.programs import backfill, write_openmetrics
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

MINUTE: Final = timedelta(minutes=1)
SECOND: Final = timedelta(seconds=1)
DAYS: Final = 8
TODAY: Final = str((START + timedelta(days=DAYS)).date())
SPAN: Final = ("--days", "4", "--today", TODAY)

BESIDE: Final = timedelta(seconds=31)
RESTART: Final = 5 * 1440 + 610

SIGNALS: Final = """
  signals:
    - name: SomeError
      kind: symptom
      tier: log
      expr: 'increase(requests_total{code="500"}[5m]) > 0'
      for: 2m
      summary: something failed
    - name: SlowTail
      kind: symptom
      tier: log
      expr: 'mad_over_time(requests_total{code="500"}[5m]) > 0'
      summary: something is slow
"""


def samples() -> Iterator[tuple[str, list[tuple[Any, float]]]]:
    """Two instances: one is scraped beside the minute and restarts, the other every 30 s."""
    random = np.random.default_rng(20261125)
    minutes = DAYS * 1440
    share = np.full(minutes, 0.0)
    share[5 * 1440 + 600 : 5 * 1440 + 640] = 0.1
    share[6 * 1440 + 300 : 6 * 1440 + 303] = 0.02
    share[7 * 1440 :][:200] = 0.007
    for first in range(4 * 1440 + 400, minutes - 300, 290):
        share[first : first + 70] += 0.0146
    for instance, scrapes in (("a", 1), ("b", 2)):
        shares = np.repeat(share, scrapes)
        total = random.poisson(300 / scrapes, len(shares))
        failed = random.binomial(total, shares)
        times = [START + (at * MINUTE + BESIDE) / scrapes for at in range(len(shares))]
        for code, events in (("200", total - failed), ("500", failed)):
            values = np.cumsum(events).astype(float)
            values[RESTART:] -= values[RESTART] * (instance == "a")
            labels = f'code="{code}",instance="{instance}"'
            yield labels, list(zip(times, values.tolist(), strict=True))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one SLO, two signals, and a file of samples beside it."""
    folder = tmp_path_factory.mktemp("shop")
    files = {
        "services/shop/slo.yaml": slo("checkout"),
        "services/shop/alert-policy.yaml": policy("checkout") + SIGNALS,
        "policies/burn-rates.yaml": WINDOWS,
    }
    for name, written in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(written)
    write_openmetrics(folder / "samples.txt", "requests_total", dict(samples()))
    return folder


def backtest(folder: Path, *arguments: str) -> Ended:
    days, number, today, day = SPAN
    return reliability(today, day, "backtest", days, number, *arguments, folder=folder)


def said(folder: Path, *arguments: str) -> dict[str, Any]:
    ended = backtest(folder, "--samples", "samples.txt", "--format", "json", *arguments)
    assert ended.code == 0, ended.err
    read: dict[str, Any] = json.loads(ended.out)
    return read


def test_it_says_its_mode_and_how_far_event_mode_is_off(shop: Path) -> None:
    out = backtest(shop, "--mode", "sample", "--samples", "samples.txt", "--verbose").out
    assert "sample mode, the compiled rules over raw samples · ranges exclude their start" in out
    assert "event mode on the same samples: " in out
    off = said(shop, "--mode", "sample")["event_mode"]
    assert off["evaluations"] == 4 * 1440 * 3 // 2
    assert 0 < off["differing"] < 60


def test_it_is_not_compared_with_event_mode_where_that_replays_nothing(tmp_path: Path) -> None:
    files = {"slo": slo("checkout"), "policy": policy("checkout"), "windows": WINDOWS}
    for name, written in files.items():
        (tmp_path / "services").mkdir(exist_ok=True)
        (tmp_path / f"services/{name}.yaml").write_text(written)
    five_minutes = {labels: of[::5] for labels, of in samples() if 'instance="a"' in labels}
    write_openmetrics(tmp_path / "samples.txt", "requests_total", five_minutes)
    assert "its samples are 300 s apart" in said(tmp_path)["slos"][0]["new"]["no_history"]
    result = said(tmp_path, "--mode", "sample")
    assert result["slos"][0]["new"]["episodes"] > 0
    assert set(result["event_mode"].values()) == {0}


def test_signals_are_replayed_or_say_why_not(shop: Path) -> None:
    _, error, tail = said(shop, "--mode", "sample")["signals"]
    assert error["alert"] == "SomeError"
    assert error["new"]["episodes"] == len(error["new"]["intervals"]) > 2
    reason = "the function mad_over_time is behind a feature flag of Prometheus"
    assert reason in tail["new"]["no_history"]


def signals_of(declared: str, shop: Path, *names: str) -> tuple[SignalRow, ...]:
    """The signals of a repository, and no more of it than what has one of these names."""
    return sample_backtest(
        catalog(slo("checkout"), declared),
        None,
        OpenMetricsFile.open(shop / "samples.txt"),
        ReplayTerms(TimeSpan(START + timedelta(days=4), START + timedelta(days=8))),
        Chosen(frozenset(names)),
    ).signals


COLD: Final = """
  signals:
    - {name: Gone, kind: symptom, tier: log, for: 5m, summary: gone,
       expr: 'absent(requests_total{code="200"})'}
    - {name: Few, kind: symptom, tier: log, summary: few,
       expr: 'sum(increase(requests_total{code="200"}[1h])) < 33000'}
"""


@pytest.fixture
def cold(shop: Path, tmp_path: Path) -> Path:
    """The repository with a signal on missing samples, and one on an hour of them."""
    shutil.copytree(shop, tmp_path / "cold")
    (tmp_path / "cold/services/shop/alert-policy.yaml").write_text(policy("checkout") + COLD)
    return tmp_path / "cold"


def assert_nothing_is_told_of_the_time_before(cold: Path, *arguments: str) -> None:
    """Twelve of 20 days are before the first sample, and were 17,280 minutes without any."""
    twenty = ("backtest", "--mode", "sample", "--days", "20", *arguments)
    ended = reliability("--today", TODAY, *twenty, folder=cold)
    assert "not known before their windows are filled: 5 of 5 alerts" in ended.out
    rows = [line.split()[-4:] for line in ended.out.splitlines() if line.startswith("shop ")]
    assert rows == [["0", "0.0", "0", "?··"]] * 3, ended.out


def test_nothing_is_told_of_the_time_before_a_file_begins(cold: Path) -> None:
    assert_nothing_is_told_of_the_time_before(cold, "--samples", "samples.txt")


@pytest.mark.servers
def test_nothing_is_told_of_the_time_before_a_server_began(
    cold: Path, generation: Generation, tmp_path: Path
) -> None:
    up = {'job="shop"': [(START + at * MINUTE, 1.0) for at in range(DAYS * 1440)]}
    write_openmetrics(tmp_path / "up.txt", "up", up)
    data = tmp_path / "server" / "data"
    data.mkdir(parents=True)
    for file in (cold / "samples.txt", tmp_path / "up.txt"):
        assert backfill(generation, file, data).accepted
    with run_prometheus(generation, tmp_path / "server", prometheus_config()) as server:
        (cold / "policies/history.yaml").write_text(SERVER.replace("URL", server.url))
        assert_nothing_is_told_of_the_time_before(cold)


def test_each_signal_that_is_not_replayed_says_why(shop: Path) -> None:
    expressions = {
        "Seldom": 'increase(requests_total{code="500"}[5m]) > 1e9',
        "Range": "requests_total[5m]",
        "Text": '"text"',
        "Nothing": "missing > 1",
        "Gone": "absent(missing)",
    }
    signals = [
        {"name": name, "kind": "symptom", "tier": "log", "expr": expr, "summary": "s"}
        for name, expr in expressions.items()
    ]
    declared = f"{policy('checkout')}  signals: {json.dumps(signals)}\n"
    rows = signals_of(declared, shop)
    names = {
        name: [row.name for row in signals_of(declared, shop, name)]
        for name in ("shop", "checkout", "pay")
    }
    assert names == {"shop": ["SLINoData", *expressions], "checkout": ["SLINoData"], "pay": []}

    why_not = {row.name: row.new.reason for row in rows if isinstance(row.new, NoHistory)}
    assert why_not == {
        "Range": "the expression returns a range of samples, and a rule needs one value for each "
        "series",
        "Text": "the expression is a string, and a rule needs series",
        "Nothing": "the samples hold nothing that its expression selects in this span",
        "Gone": "the samples hold nothing that its expression selects in this span",
    }
    seldom = next(row for row in rows if row.name == "Seldom")
    assert seldom.new == AlertFirings((), timedelta(0), 4 / 7)
    assert (seldom.old, seldom.tier, seldom.evaluated_by) == (NoAlert(), "log", "")


def test_the_page_tells_what_only_sample_mode_knows(shop: Path) -> None:
    """Signals, missing data, and how sure it is; what is not replayed says why."""
    asked = ("--mode", "sample", "--samples", "samples.txt", "--format", "html", "--verbose")
    ended = backtest(shop, *asked)
    assert ended.code == 0, ended.err
    for told in (
        "sample mode, the compiled rules over raw samples",
        ">SLINoData checkout served</td>",
        ">SomeError</td>",
        "the function mad_over_time is behind a feature flag of Prometheus</td>",
        "or with values a billionth larger or smaller",
    ):
        assert told in ended.out


def test_a_result_of_sample_mode_is_evidence(shop: Path, tmp_path: Path) -> None:
    asked = ("--mode", "sample", "--samples", "samples.txt", "--all", "--format", "json")
    evidence = str(tmp_path / "evidence.json")
    assert backtest(shop, *asked, "--output", evidence).code == 0
    checked = reliability("--today", TODAY, "check", "--evidence", evidence, folder=shop)
    assert "[alert-flapping]" in checked.out
    assert "[evidence-stale]" not in checked.out


def test_event_mode_reads_the_same_file_without_a_store(shop: Path) -> None:
    by_events, by_samples = said(shop), said(shop, "--mode", "sample")
    assert (by_events["mode"], by_samples["mode"]) == ("event", "sample")
    [mine], [theirs] = by_events["objectives"], by_samples["objectives"]
    assert (mine["attainment"], mine["events"]) == (theirs["attainment"], theirs["events"])
    assert by_samples["event_mode"]["episodes"] == sum(
        each["new"]["episodes"] for each in by_events["slos"]
    )


def test_what_is_spent_by_an_episode_s_beginning_is_that_of_event_mode(shop: Path) -> None:
    by_events, by_samples = said(shop), said(shop, "--mode", "sample")
    for mine, theirs in zip(by_events["slos"], by_samples["slos"], strict=True):
        spent = [[i["budget_spent"] for i in each["new"]["intervals"]] for each in (mine, theirs)]
        assert spent[0][0] == pytest.approx(spent[1][0], rel=0.2)


def test_a_form_that_no_counter_counts_is_replayed_from_samples(shop: Path, tmp_path: Path) -> None:
    threshold = yaml.safe_load(slo("depth"))
    query = {"metricSource": {"type": "Prometheus", "spec": {"query": "requests_total"}}}
    threshold["spec"]["indicator"]["spec"] = {"thresholdMetric": query}
    threshold["spec"]["objectives"] = [{"target": 0.99, "op": "lt", "value": 5000}]
    (tmp_path / "services").mkdir()
    (tmp_path / "services/slo.yaml").write_text(yaml.safe_dump(threshold))
    (tmp_path / "services/alerts.yaml").write_text(policy("depth"))
    (tmp_path / "services/windows.yaml").write_text(WINDOWS)
    (tmp_path / "samples.txt").write_bytes((shop / "samples.txt").read_bytes())
    assert "its SLI is a threshold" in said(tmp_path)["slos"][0]["new"]["no_history"]
    by_samples = said(tmp_path, "--mode", "sample")
    assert by_samples["slos"][0]["new"]["minutes"] > 0
    assert by_samples["objectives"][0]["coverage"] > 0.99


def test_a_change_is_compared_on_the_same_samples(shop: Path) -> None:
    span = TimeSpan(START + timedelta(days=4), START + timedelta(days=8))
    read, chosen = OpenMetricsFile.open(shop / "samples.txt"), Chosen(frozenset())
    before = catalog(slo("checkout"), policy("checkout") + SIGNALS)
    after = catalog(slo("checkout", "0.97"), policy("checkout"))
    base = Base("c0ffee", before)
    changed = sample_backtest(after, base, read, ReplayTerms(span), chosen)
    pages = next(iter(changed.rows))
    assert isinstance(pages.old, AlertFirings)
    assert isinstance(pages.new, AlertFirings)
    assert len(pages.new.episodes) < len(pages.old.episodes)
    assert [each.new for each in changed.signals[1:]] == [NoAlert(), NoAlert()]
    same = sample_backtest(before, base, read, ReplayTerms(span), chosen)
    assert [(row.old, row.new) for row in same.rows] == [(row.old, row.old) for row in same.rows]
    assert next(iter(same.rows)).old == pages.old
    assert "->" in text.text(slo_report(changed))
    assert "| shop | SomeError | log |" in markdown.text(slo_report(changed))


def test_without_raw_samples_it_says_what_to_name(shop: Path) -> None:
    history = "apiVersion: reliability/v1\nkind: HistorySources\nmetadata: {name: history}\n"
    (shop / "policies/history.yaml").write_text(history + "spec: {source: {type: store}}\n")
    ended = backtest(shop, "--mode", "sample")
    assert ended.code == 2
    assert "is store; pass --samples FILE, or name a server: type: prometheus" in ended.err


@pytest.mark.servers
def test_episodes_are_the_intervals_in_which_prometheus_gives_the_compiled_expression(
    shop: Path, generation: Generation, tmp_path: Path
) -> None:
    ranges = "left-open" if generation.has_left_open_ranges else "closed"
    found = said(shop, "--mode", "sample", "--ranges", ranges)
    [objective] = objectives(loaded(shop))
    assert isinstance(objective.sli, RatioSli)
    data = tmp_path / "server" / "data"
    data.mkdir(parents=True)
    assert backfill(generation, shop / "samples.txt", data).accepted
    first, end = START + timedelta(days=4), START + timedelta(days=8)
    with run_prometheus(generation, tmp_path / "server", prometheus_config()) as server:
        for row, alert in zip(found["slos"], objective.alerts, strict=True):
            expression = promql(alert.condition, objective.sli)
            [series] = server.query_range(expression, first, end - alert.every, alert.every)
            moments = [datetime.fromtimestamp(at, UTC) for at, _ in series["values"]]
            theirs = [(each.start, each.end) for each in intervals(moments, alert.every)]
            mine = [
                tuple(datetime.fromisoformat(each[key]) for key in ("start", "end"))
                for each in row["new"]["intervals"]
            ]
            assert mine == theirs
            assert theirs
            if alert.every == MINUTE:
                assert row["new"]["confidence"]["phases"] == [
                    {"offset_minutes": late / MINUTE, "episodes": count}
                    for late, count in at_other_phases(server, expression, (first, end))
                ]


def at_other_phases(
    server: Prometheus, expression: str, span: tuple[datetime, datetime]
) -> Iterator[tuple[timedelta, int]]:
    """How often Prometheus has the expression true a quarter, half, three quarters later."""
    for late in (15 * SECOND, 30 * SECOND, 45 * SECOND):
        [series] = server.query_range(expression, span[0] + late, span[1] - SECOND, MINUTE)
        moments = [datetime.fromtimestamp(at, UTC) for at, _ in series["values"]]
        yield late, len([*intervals(moments, MINUTE)])


def loaded(folder: Path) -> Catalog:
    files = [*folder.rglob("*.yaml")]
    found, findings = load((PurePosixPath(each.name), each.read_bytes()) for each in files)
    assert findings == []
    return found


SERVER: Final = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec: {source: {type: prometheus, url: 'URL'}}
"""


@pytest.mark.servers
def test_a_server_gives_raw_samples_and_evaluates_what_we_refuse(
    shop: Path, generation: Generation, tmp_path: Path
) -> None:
    """`mad_over_time` is refused here; a server with its flag answers, and the states are ours."""
    folder = tmp_path / "shop"
    shutil.copytree(shop, folder)
    ranges = "left-open" if generation.has_left_open_ranges else "closed"
    data = tmp_path / "server" / "data"
    data.mkdir(parents=True)
    assert backfill(generation, shop / "samples.txt", data).accepted
    flags = ("--enable-feature=promql-experimental-functions",)
    config = prometheus_config()
    with run_prometheus(generation, tmp_path / "server", config, flags=flags) as server:
        history = folder / "policies/history.yaml"
        history.write_text(SERVER.replace("URL", server.url))
        ended = backtest(folder, "--mode", "sample", "--ranges", ranges, "--format", "json")
    assert ended.code == 0, ended.err
    asked, read = json.loads(ended.out), said(shop, "--mode", "sample", "--ranges", ranges)
    assert asked["slos"] == read["slos"]
    silent, error, tail = asked["signals"]
    assert (silent["alert"], silent["new"]) == ("SLINoData", read["signals"][0]["new"])
    assert (error["evaluated_by"], error["new"]) == (None, read["signals"][1]["new"])
    assert tail["evaluated_by"] == f"prometheus {server.url}"
    assert tail["new"]["episodes"] > 0
