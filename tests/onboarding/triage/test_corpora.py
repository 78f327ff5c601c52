"""Rules that people share: how many are what, and which are called an alert."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.onboarding.triage.test_command import triaged


def by_tier(result: Any) -> Counter[str]:
    found = Counter[str]()
    for each in result["alerts"]:
        found[each["tier"]] += len(each["rules"])
    return found


@pytest.mark.parametrize(
    ("name", "tiers"),
    [
        ("awesome-prometheus-alerts", {"alert": 63, "ticket": 860, "log": 31}),
        ("kube-prometheus", {"alert": 19, "ticket": 111, "log": 9}),
    ],
)
def test_few_rules_are_alerts(
    corpora: Path, tmp_path: Path, name: str, tiers: dict[str, int]
) -> None:
    result = triaged(tmp_path, corpora / "prometheus-rules" / name)
    assert by_tier(result) == tiers
    verdicts = [alert["verdict"] for alert in result["alerts"] if alert["tier"] == "alert"]
    without = [verdict["reason"] for verdict in verdicts if not verdict["needs_slo"]]
    assert all(reason.startswith("urgent cause") and "waive" in reason for reason in without)
