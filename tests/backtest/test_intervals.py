"""How far apart samples are: event mode is right up to a minute, and says so beyond."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from tests.backtest.repository import WINDOWS, policy, slo
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability

FIRST: Final = 1761868800 + 37
DAYS: Final = 10
OUTAGES: Final = (5, 7, 8)
RATE: Final = 5
"""Requests a second."""

HISTORY: Final = """
apiVersion: reliability/v1
kind: HistorySources
metadata: {name: history}
spec: {source: {type: store}, span: 5d, store: .reliability/history}
"""


def write(folder: Path, every: int, seed: int = 3) -> None:
    """Ten days of counters that are scraped so often, off the minute, with outages and flares."""
    random = np.random.default_rng(seed)
    times = np.arange(DAYS * 86400 // every) * every
    day, second = times // 86400, times % 86400
    failing = np.full(len(times), 0.0005)
    failing[(second // 3600 == 3) & (random.random(len(times)) < 0.9)] = 0.0144
    failing[np.isin(day, OUTAGES) & (second >= 43200) & (second < 45900)] = 0.3
    bad = random.binomial(RATE * every, failing)
    lines = [
        f'requests_total{{code="{code}"}} {count} {FIRST + at}'
        for code, counts in (("200", RATE * every - bad), ("500", bad))
        for at, count in zip(times.tolist(), np.cumsum(counts).tolist(), strict=True)
    ]
    files = {
        "services/shop/slo.yaml": slo("checkout"),
        "services/shop/alert-policy.yaml": policy("checkout"),
        "policies/burn-rates.yaml": WINDOWS,
        "policies/history.yaml": HISTORY,
        "samples.txt": "\n".join([*lines, "# EOF", ""]),
    }
    for name, written in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(written)


def backtest(folder: Path, *arguments: str) -> Ended:
    span = ("--today", "2025-11-10", "backtest", "--days", "5")
    return reliability(*span, "--format", "json", *arguments, folder=folder)


def replayed(folder: Path, mode: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(
        backtest(folder, "--mode", mode, "--samples", "samples.txt").out
    )
    return said


@pytest.mark.parametrize("every", [10, 15, 30, 60])
def test_event_mode_fires_as_often_as_the_rules_up_to_a_minute(every: int, tmp_path: Path) -> None:
    """At 30 s a single service had up to a fifth more pages than Prometheus."""
    write(tmp_path, every)
    event, sample = (replayed(tmp_path, mode) for mode in ("event", "sample"))
    for tier in ("alert", "ticket"):
        counted, exact = (each["totals"][tier]["new"]["episodes"] for each in (event, sample))
        assert abs(counted - exact) <= 1
        assert exact >= 3
    differing = sample["event_mode"]
    assert differing["differing"] <= differing["evaluations"] // 1000


@pytest.mark.parametrize("every", [90, 180, 300])
def test_event_mode_refuses_samples_that_are_further_apart(every: int, tmp_path: Path) -> None:
    """At 300 s event mode had 36 pages, where Prometheus has 7."""
    write(tmp_path, every)
    said = replayed(tmp_path, "event")
    reason = (
        f"its samples are {every} s apart, and event mode is right up to 60 s; "
        "replay with --mode sample"
    )
    assert said["objectives"][0]["no_history"] == reason
    assert said["totals"]["alert"]["new"] is None
    assert said["headline"].startswith("nothing replayed: ")
    assert replayed(tmp_path, "sample")["totals"]["alert"]["new"]["episodes"] >= 3
    failing = ("--samples", "samples.txt", "--fail-on", "incident-missed")
    assert backtest(tmp_path, *failing).code == 5


@pytest.mark.parametrize(("every", "is_known"), [(30, True), (60, True), (300, False)])
def test_the_store_remembers_how_far_apart_samples_were(
    every: int, is_known: bool, tmp_path: Path
) -> None:
    write(tmp_path, every)
    stored = reliability(
        "history", "import", "samples.txt", "--format", "openmetrics", folder=tmp_path
    )
    assert stored.code == 0, stored.err
    said = json.loads(backtest(tmp_path).out)
    assert (said["totals"]["alert"]["new"] is not None) == is_known
    if is_known:
        assert said["totals"] == replayed(tmp_path, "event")["totals"]


def test_windows_without_a_past_are_said(tmp_path: Path) -> None:
    """Ten days are there: of a span of ten days, the first three look back to nothing."""
    write(tmp_path, 60)
    command = ("--today", "2025-11-10", "backtest", "--samples", "samples.txt", "--brief")
    known = "6.9 of 10 days known"
    line = "not known before their windows are filled: 2 of 2 alerts, the last at 2025-11-03 00:"
    whole, *_, facts = reliability(*command, "--days", "5", folder=tmp_path).out.partition("\n")
    assert (known in whole, line in facts) == (False, False)
    whole, *_, facts = reliability(*command, "--days", "10", folder=tmp_path).out.partition("\n")
    assert (known in whole, line in facts) == (True, True)
