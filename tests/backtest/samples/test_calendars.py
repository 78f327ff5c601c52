"""Calendar windows in sample mode: their rules are long, and they are replayed all the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.backtest.repository import WINDOWS, policy, slo
from tests.backtest.samples.test_groups import exposed
from tests.cli.program import in_process as reliability

ROLLING = "{duration: 30d, isRolling: true}"
MANY = 60
"""Corrections; chained one after another they were deeper than what sample mode follows."""


def backtest(folder: Path, mode: str, window: str, more: str = "") -> dict[str, Any]:
    assert ROLLING in slo("checkout")
    files = {
        "services/shop/slo.yaml": slo("checkout").replace(ROLLING, window),
        "services/shop/alert-policy.yaml": policy("checkout"),
        "policies/burn-rates.yaml": WINDOWS,
        "services/shop/corrections.yaml": more,
        "samples.txt": exposed((None,)),
    }
    for name, written in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(written)
    span = ("--today", "2025-11-06", "backtest", "--days", "2", "--mode", mode)
    ended = reliability(
        *span, "--samples", "samples.txt", "--format", "json", "--all", folder=folder
    )
    assert (ended.code, ended.err) == (0, "")
    said: dict[str, Any] = json.loads(ended.out)
    return said


@pytest.mark.parametrize("duration", ["1w", "1M"])
def test_a_calendar_slo_pages_as_in_event_mode(duration: str, tmp_path: Path) -> None:
    calendar = '{startTime: "2025-01-06 00:00:00", timeZone: Asia/Tokyo}'
    window = f"{{duration: {duration}, calendar: {calendar}}}"
    event, sample = (backtest(tmp_path, mode, window) for mode in ("event", "sample"))
    assert sample["totals"] == event["totals"]
    assert sample["totals"]["alert"]["new"]["episodes"] == 1
    assert "not replayed" not in sample["headline"]


def test_an_slo_with_many_corrections_is_replayed(tmp_path: Path) -> None:
    spans = "\n".join(
        f'    - {{start: "2025-{1 + number // 28:02}-{1 + number % 28:02}T01:00:00Z", '
        f'end: "2025-{1 + number // 28:02}-{1 + number % 28:02}T02:00:00Z", '
        'reason: upkeep, approver: "@lead"}'
        for number in range(MANY)
    )
    written = f"""
apiVersion: reliability/v1
kind: Corrections
metadata: {{name: shop}}
spec:
  service: shop
  corrections:
{spans}
"""
    said = backtest(tmp_path, "sample", ROLLING, written)
    assert said["totals"]["alert"]["new"]["episodes"] == 1


@pytest.mark.parametrize("mode", ["event", "sample"])
def test_corrected_time_is_not_measured(mode: str, tmp_path: Path) -> None:
    """The outage of 4 November is corrected: nothing else failed."""
    written = """
apiVersion: reliability/v1
kind: Corrections
metadata: {name: shop}
spec:
  service: shop
  corrections:
    - start: "2025-11-03T23:55:00Z"
      end: "2025-11-04T02:00:00Z"
      reason: the database moves
      approver: "@lead"
"""
    said = backtest(tmp_path, mode, ROLLING, written)
    assert said["objectives"][0]["attainment"] == 1.0
    assert said["incidents"] == []
    assert backtest(tmp_path, mode, ROLLING)["objectives"][0]["attainment"] < 0.99
