"""The gate: what a pipeline is told."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from reliability.backtest.standing import Standing, Stands, Unknown
from reliability.model.error_budget import ErrorBudgetPolicySpec
from reliability.resolve.objectives import Objective, objectives
from reliability.review.standing import gate_report
from reliability.review.standing.gate import Gate, gate
from tests.backtest.repository import SPAN, catalog, slo

NOW = SPAN.end
TODAY = date(2026, 10, 2)
POLICY = ErrorBudgetPolicySpec.model_validate(
    {
        "states": [
            {"name": "low", "left": 0.25, "then": ["reliability-work"]},
            {"name": "spent", "left": 0, "then": ["reliability-work", "freeze"]},
            {"name": "broken", "left": -1, "then": ["freeze", "escalate"], "escalateTo": ["@boss"]},
        ],
        "scopes": [
            {"criticality": "standard", "states": [{"name": "spent", "left": 0, "then": []}]}
        ],
    }
)


def objective(name: str = "checkout") -> Objective:
    return next(iter(objectives(catalog(slo(name)))))


def left(share: float, name: str = "checkout") -> Standing:
    return Standing(objective(name), NOW, 1 - (1 - share) / 1000, share, 0.5)


def asked(*stands: Stands, criticality: str = "critical", policy: object = POLICY) -> Gate:
    assert isinstance(policy, ErrorBudgetPolicySpec)
    return gate("shop", criticality, stands, policy, TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "answer", "state"),
    [
        (0.9, "open", None),
        (0.25, "open", "low"),
        (0.0, "closed", "spent"),
        (-2, "closed", "broken"),
    ],
)
def test_the_last_state_that_holds_decides(share: float, answer: str, state: str | None) -> None:
    found = asked(left(share))
    assert found.answer == answer
    assert (found.judged[0].state.name if found.judged[0].state else None) == state


def test_one_spent_budget_closes_whatever_else_is_left_or_unknown() -> None:
    unknown = Unknown(objective("search"), "no history")
    assert asked(left(0.9, "search"), left(-0.1)).answer == "closed"
    assert asked(unknown, left(-0.1)).answer == "closed"
    assert asked(unknown, left(0.9)).answer == "unknown"
    assert asked(unknown, left(0.9)).reason == "search served: no history"


def test_a_service_of_another_criticality_has_its_own_states() -> None:
    assert asked(left(-0.5), criticality="standard").answer == "open"


def test_an_exception_opens_until_its_day() -> None:
    written = POLICY.model_dump(by_alias=True)
    written["exceptions"] = [
        {"service": "shop", "reason": "a law", "approver": "@boss", "until": "2026-10-02"}
    ]
    policy = ErrorBudgetPolicySpec.model_validate(written)
    found = asked(left(-0.5), policy=policy)
    assert (found.answer, found.openings) == ("open", ())
    assert found.reason == "an exception by @boss until 2026-10-02: a law"
    later = gate("shop", "critical", [left(-0.5)], policy, TODAY + timedelta(days=1))
    assert later.answer == "closed"


def test_a_closed_gate_says_why_and_what_would_open_it() -> None:
    said = gate_report.text(asked(left(-1.5)), "a test")
    assert said.splitlines() == [
        "shop: closed: checkout served kept 99.75 %, -150 % of its budget is left: broken",
        "  checkout served: kept 99.75 %, -150 % left, burn rate 0.5: broken: freeze, escalate to "
        "@boss",
        "  opens with more than 0 % of the budget of checkout served left: at the latest on "
        "2026-11-01 00:00 UTC, if nothing fails until then",
        "  or with an exception for shop in the error-budget policy",
        "  source a test",
    ]


def test_a_calendar_period_opens_it_when_it_begins() -> None:
    renewed = replace(left(-1.5), renewed=NOW + timedelta(days=4))
    [opening] = asked(renewed).openings
    assert opening.endswith("on 2026-10-06 00:00 UTC, when a new period begins")


def test_the_json_has_the_answer_its_exit_code_and_the_figures() -> None:
    said = json.loads(gate_report.document(asked(left(-1.5), left(0.5, "search")), "a test"))
    assert (said["version"], said["answer"], said["exit_code"]) == (1, "closed", 1)
    spent, other = said["objectives"]
    assert (spent["state"], spent["then"]) == ("broken", ["freeze", "escalate"])
    assert (spent["budget_left"], spent["opens"]) == (-1.5, "2026-11-01T00:00:00Z")
    assert (other["state"], other["opens"], other["burn_rate"]) == (None, None, 0.5)


def test_what_is_unknown_is_null_with_its_reason() -> None:
    found = asked(Unknown(objective(), "no history"))
    said = json.loads(gate_report.document(found, "a test"))
    [each] = said["objectives"]
    assert (said["exit_code"], each["attainment"], each["unknown"]) == (5, None, "no history")
    assert "not known: no history" in gate_report.text(found, "a test")
