"""A backtest of SLOs in Datadog: the monitors that a sync writes, and the messages they send."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from reliability.load.files import DiskFiles, read_repository
from reliability.load.loader import load
from tests.backtest.test_notifications import OWNED
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.compile.datadog_shop import compiled
from tests.history import datadog
from tests.history.test_datadog import write

DAYS: Final = 12
WARM_UP: Final = 3
HOUR: Final = 3600 // datadog.HELD
TARGETS: Final = """
apiVersion: reliability/v1
kind: SyncTargets
metadata: {name: targets}
spec:
  targets:
    - {name: datadog, provider: datadog, apiKey: env:DD_KEY, applicationKey: env:DD_APP}
"""
TEAM: Final = """
apiVersion: reliability/v1
kind: Team
metadata: {name: pay}
spec:
  members: ["@lead"]
  timeZone: Asia/Tokyo
  datadog: {alert: ["@pagerduty-pay", "@slack-pay"], ticket: ["@jira-PAY"]}
"""
MONITOR: Final = re.compile(r'long_window\("(\d+)h"\)\.short_window\("(\w+)"\) > ([\d.]+)')


def incidents() -> datadog.FakeDatadog:
    """Two short outages, one of them at night in Tokyo, and two slow burns of 40 hours."""
    total = np.full(DAYS * 24 * HOUR, 20.0)
    bad = np.zeros_like(total)
    for hour in (100, 254):
        bad[hour * HOUR : hour * HOUR + HOUR * 3 // 4] = 2
    for hour in (130, 210):
        bad[hour * HOUR : (hour + 40) * HOUR : 25] = 1
    return datadog.FakeDatadog({("checkout.all", ""): total, ("checkout.ok", ""): total - bad})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("datadog")
    with datadog.serving(incidents()) as fake:
        write(folder, fake)
        (folder / "services/shop/ownership.yaml").write_text(OWNED)
        (folder / "policies/targets.yaml").write_text(TARGETS)
        (folder / "policies/teams").mkdir()
        (folder / "policies/teams/pay.yaml").write_text(TEAM)
        pulled = run(folder, "history", "pull", "--days", str(DAYS))
        assert pulled.code == 0, pulled.err
        yield folder


def run(root: Path, *arguments: str) -> Ended:
    return reliability(
        "--today", "2026-10-11", *arguments, folder=root, DD_KEY="ours", DD_APP="app"
    )


def backtest(root: Path) -> dict[str, Any]:
    ended = run(root, "backtest", "--days", str(DAYS - WARM_UP), "--format", "json")
    assert ended.code == 0, ended.err
    said: dict[str, Any] = json.loads(ended.out)
    return said


def monitors(root: Path) -> dict[str, list[tuple[int, int, float]]]:
    """Minutes of both windows and the burn rate of each compiled monitor, by tier."""
    catalog, findings = load(read_repository(root)[0], DiskFiles(root))
    assert not [finding for finding in findings if finding.severity.word == "error"]
    found: dict[str, list[tuple[int, int, float]]] = {}
    for key, body in compiled(catalog).items():
        if key.startswith("burn-monitor"):
            [(long, short, factor)] = MONITOR.findall(body["query"])
            minutes = int(short[:-1]) * {"m": 1, "h": 60}[short[-1]]
            [tier] = [tag[5:] for tag in body["tags"] if tag.startswith("tier:")]
            found.setdefault(tier, []).append((int(long) * 60, minutes, float(factor)))
    return found


def episodes(windows: list[tuple[int, int, float]], every: int) -> int:
    """How often any of the windows begins to burn, counted minute by minute."""
    counts = incidents().counts
    total = counts["checkout.all", ""].reshape(-1, 3).sum(axis=1)
    bad = total - counts["checkout.ok", ""].reshape(-1, 3).sum(axis=1)
    begun, before = 0, False
    for now in range(WARM_UP * 1440, DAYS * 1440, every):
        fires = any(
            all(
                bad[now - window : now].sum() / total[now - window : now].sum() > factor * 0.001
                for window in (long, short)
            )
            for long, short, factor in windows
        )
        begun += fires and not before
        before = fires
    return begun


def test_what_the_sync_writes_is_replayed(root: Path) -> None:
    written = monitors(root)
    assert written == {
        "alert": [(60, 5, 14.4), (360, 30, 6.0)],
        "ticket": [(1440, 120, 3.0)],
    }
    counted = {row["tier"]: row["new"]["episodes"] for row in backtest(root)["slos"]}
    assert counted == {
        "alert": episodes(written["alert"], 1),
        "ticket": episodes(written["ticket"], 2),
    }
    assert counted == {"alert": 2, "ticket": 2}
    in_the_document = [(1440, 120, 3.0), (4320, 360, 1.0)]
    assert episodes(in_the_document, 2) > counted["ticket"]


def test_each_monitor_notifies_once_and_its_handles_page(root: Path) -> None:
    sent = backtest(root)["notifications"]["new"]
    page = {"notifications": 2, "pages": 2, "repeats": 0, "mentions": 0, "resolved": 2}
    assert page.items() <= sent["tiers"]["alert"].items()
    assert sent["tiers"]["alert"]["night"] == 1
    assert sent["recipients"] == {"Datadog: @pagerduty-pay @slack-pay: pages by @pagerduty-pay": 2}
    assert sent["receivers"]["Datadog: @jira-PAY"]["notifications"] == 2


def test_the_report_names_the_monitors(root: Path) -> None:
    text = run(root, "backtest", "--days", str(DAYS - WARM_UP)).out
    assert "monitors in Datadog: alert 1h/5m at 14.4 or 6h/30m at 6; ticket 24h/2h at 3" in text
    assert "1 of 1 objectives: as Datadog evaluates its monitors" in text
    assert "2 notifications (0 of them repeats), 2 pages" in text


def test_slices_without_a_history_say_where_one_can_come_from(root: Path, tmp_path: Path) -> None:
    copied = tmp_path / "slices"
    shutil.copytree(root, copied)
    slo = copied / "services/shop/slo.yaml"
    text = slo.read_text().replace("Occurrences", "Timeslices")
    head, _, rest = text.partition("    spec:\n      ratioMetric:")
    query = "query: 'p95:checkout.latency{*}'"
    limit = (
        f"    spec: {{thresholdMetric: {{metricSource: {{type: Datadog, spec: {{{query}}}}}}}}}\n"
    )
    text = head + limit + "  timeWindow:" + rest.partition("  timeWindow:")[2]
    slices = "timeSliceWindow: 5m, timeSliceTarget: 0.9"
    sliced = f"{{displayName: served, target: 0.99, op: lte, value: 1, {slices}}}"
    slo.write_text(re.sub(r"\{displayName: served, target: 0.999\}", sliced, text))

    budgets = Path(__file__).parents[2] / "policies/error-budget.yaml"
    shutil.copy(budgets, copied / "policies")
    for command in (("gate", "shop"), ("status",)):
        ended = run(copied, *command)
        assert "name the ID of a metric-based Datadog SLO in slos" in ended.out + ended.err
    assert run(copied, "gate", "shop").code == 5
