"""Groups in sample mode: those of series without the group-by label, and of a label nobody has."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.backtest.repository import WINDOWS, policy, slo
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability

FIRST: Final = 1761868800
"""31 October 2025; a minute is 60 of these seconds."""

OUTAGE: Final = range(4 * 1440, 4 * 1440 + 60)


def exposed(regions: tuple[str | None, ...]) -> str:
    """Six days of one counter a region, all failing during the outage."""
    lines = ["# TYPE requests counter"]
    for region in regions:
        there = f',region="{region}"' if region else ""
        counts = {"200": 0, "500": 0}
        for minute in range(6 * 1440):
            counts["500" if minute in OUTAGE else "200"] += 60
            lines += [
                f'requests_total{{code="{code}"{there}}} {count} {FIRST + 60 * minute}'
                for code, count in counts.items()
            ]
    return "\n".join([*lines, "# EOF", ""])


def backtest(folder: Path, label: str, mode: str) -> Ended:
    grouped = slo("checkout").replace(
        "{name: checkout}", f"{{name: checkout, annotations: {{reliability/group-by: {label}}}}}", 1
    )
    files = {
        "services/shop/slo.yaml": grouped,
        "services/shop/alert-policy.yaml": policy("checkout"),
        "policies/burn-rates.yaml": WINDOWS,
        "samples.txt": exposed(("eu", None)),
    }
    for name, written in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(written)
    span = ("--today", "2025-11-06", "backtest", "--days", "2", "--mode", mode)
    return reliability(*span, "--samples", "samples.txt", "--format", "json", folder=folder)


@pytest.mark.parametrize(("label", "pages"), [("region", 2), ("tenant", 1)])
def test_a_group_without_the_label_pages_as_in_event_mode(
    label: str, pages: int, tmp_path: Path
) -> None:
    said: dict[str, Any] = {}
    for mode in ("event", "sample"):
        said[mode] = json.loads(backtest(tmp_path, label, mode).out)
    assert said["sample"]["totals"] == said["event"]["totals"]
    assert said["sample"]["totals"]["alert"]["new"]["episodes"] == pages
    assert [each["new"] for each in said["sample"]["incidents"]] == ["caught"] * pages
    assert said["sample"]["event_mode"]["differing"] == 0
    budgets = [
        each["budget_spent"] for row in said["sample"]["slos"] for each in row["new"]["intervals"]
    ]
    assert all(budget > 0 for budget in budgets)


def test_groups_that_the_alert_makes_one_are_refused(tmp_path: Path) -> None:
    """An alert of `service: shop` cannot say which `service` of the series it is about."""
    said = json.loads(backtest(tmp_path, "service", "sample").out)
    reason = (
        "not replayed: its groups keep the label service, which the alert's own label overwrites"
    )
    assert [row["new"] for row in said["slos"]] == [{"no_history": reason}] * 2
    assert said["totals"]["alert"]["new"] is None
    assert said["headline"] == "nothing replayed: 2 alerts without enough history"
