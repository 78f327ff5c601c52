"""Findings of what was measured in each environment."""

from collections.abc import Iterable
from typing import Any

import pytest

from reliability.check.context import Context
from reliability.check.engine.measurements import environment_findings
from reliability.check.facts.evidence import BacktestEvidence
from reliability.check.rules import RULES
from reliability.errors import EvidenceError
from reliability.finding import Finding
from tests.check.evidence import evidence_values
from tests.check.examples import laid_over
from tests.check.repository import TODAY, loaded

FILES = """\
# policies/environments.yaml
kind: Environments
spec:
  environments:
    - {name: production, selectorLabels: {env: production}}
    - {name: staging, selectorLabels: {env: staging}, highestTier: ticket}
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  objectives: [{slo: attendance-clock-in}]
  signals: []
"""
PAGES = {"new": {"episodes": 12, "per_week": 3.0, "intervals": []}}
BUDGET = "workforce would get 3.0 pages per week, and the budget is 2; attendance-clock-in of"


def measured(environment: str, **parts: Any) -> BacktestEvidence:
    return BacktestEvidence.model_validate({**evidence_values(parts), "environment": environment})


def findings(*evidence: BacktestEvidence) -> Iterable[Finding]:
    catalog, _ = loaded(laid_over(FILES))
    return environment_findings(RULES, Context(today=TODAY, catalog=catalog), evidence)


def shown(*evidence: BacktestEvidence) -> list[tuple[str, str, str]]:
    return [
        (finding.rule, finding.problem.message, finding.problem.subject)
        for finding in findings(*evidence)
    ]


def test_findings_name_their_environment_and_are_about_measurements_alone() -> None:
    message = f"{BUDGET} attendance pages most, 3.0 per week"
    assert shown(measured("production", slos=[PAGES]), measured("staging", slos=[PAGES])) == [
        ("page-budget-exceeded", f"in production: {message}", "production perWeek"),
    ]


def test_tiers_are_those_of_the_environment() -> None:
    few = {"slos": [], "objectives": [{"events": 1000}]}
    assert [rule for rule, _, _ in shown(measured("production", **few))] == ["slo-low-traffic"]
    assert shown(measured("staging", **few)) == []


def test_an_environment_that_is_not_declared_is_refused() -> None:
    with pytest.raises(EvidenceError) as refused:
        list(findings(measured("production"), measured("stage")))
    assert str(refused.value) == ("the evidence is about stage, which is not a known environment")


def test_nothing_measured_finds_nothing() -> None:
    assert shown() == []
    assert shown(measured("production")) == []


WAIVER = """\
# policies/waivers.yaml
kind: Waivers
spec:
  waivers:
    - {rule: alert-flapping, service: attendance, reason: r, approver: "@x", until: 2027-01-31}
"""


def test_waivers_without_effect_are_reported_by_the_check_alone() -> None:
    catalog, _ = loaded(laid_over(FILES + WAIVER))
    context = Context(today=TODAY, catalog=catalog)
    assert list(environment_findings(RULES, context, [measured("production")])) == []
    flapping = {"episodes": 9, "per_week": 0.1, "intervals": [SHORT] * 9}
    [finding] = environment_findings(
        RULES, context, [measured("production", slos=[{"tier": "ticket", "new": flapping}])]
    )
    assert finding.rule == "alert-flapping"
    assert finding.waiver is not None


SHORT = {"start": "2026-11-02T00:00:00Z", "end": "2026-11-02T00:01:00Z"}
