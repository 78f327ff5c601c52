"""What the rules on expressions find in rule files that others wrote; each was read by hand."""

from collections import Counter
from pathlib import Path

import pytest

from reliability.finding import Finding, Severity
from tests.check.rule_corpora import findings_of


@pytest.fixture(scope="module")
def awesome(corpora: Path) -> tuple[list[Finding], int]:
    return findings_of(corpora / "prometheus-rules" / "awesome-prometheus-alerts")


def test_a_public_collection_has_alerts_that_can_never_fire(
    awesome: tuple[list[Finding], int],
) -> None:
    findings, alerts = awesome
    counted = Counter(finding.rule for finding in findings)
    assert alerts == 954
    assert counted["query-never-matches"] == 11
    assert counted["signal-never-fires"] == 2
    assert counted["signal-always-fires"] == 0
    assert counted["query-rate-of-sum"] == counted["query-label-lost"] == 0


def test_rules_that_judge_by_names_stay_rare(awesome: tuple[list[Finding], int]) -> None:
    findings, _ = awesome
    counted = Counter(finding.rule for finding in findings)
    assert counted["query-gauge-as-counter"] == 2
    assert counted["query-counter-as-gauge"] == 3


def test_kube_prometheus_has_no_errors_and_only_texts_that_lost_a_label(corpora: Path) -> None:
    findings, alerts = findings_of(corpora / "prometheus-rules" / "kube-prometheus")
    assert alerts == 139
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []
    assert Counter(finding.rule for finding in findings) == {"template-label-lost": 5}
