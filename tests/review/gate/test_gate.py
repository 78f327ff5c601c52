"""The gate: what a pipeline is told."""

import json
import math
from dataclasses import replace
from datetime import date, timedelta

import pytest

from reliability.backtest.present import PresentState, Source
from reliability.backtest.status import ObjectiveStatus, SloStatus, UnknownStatus
from reliability.model.error_budget import Criticality, ErrorBudgetPolicySpec
from reliability.render.words import words_in
from reliability.resolve.objectives import Objective, objectives
from reliability.review.figures import budget_remaining
from reliability.review.gate import report
from reliability.review.gate.gate import ServiceGate, gate
from tests.backtest.repository import SPAN, catalog, slo

NOW = SPAN.end
TODAY = date(2026, 10, 2)
POLICY = ErrorBudgetPolicySpec.model_validate(
    {
        "states": [
            {"name": "low", "remaining": 0.25, "then": ["reliability-work"]},
            {"name": "spent", "remaining": 0, "then": ["reliability-work", "freeze"]},
            {
                "name": "broken",
                "remaining": -1,
                "then": ["freeze", "escalate"],
                "escalateTo": ["@boss"],
            },
        ],
        "scopes": [
            {"criticality": "standard", "states": [{"name": "spent", "remaining": 0, "then": []}]}
        ],
    }
)


def objective(name: str = "checkout") -> Objective:
    return next(iter(objectives(catalog(slo(name)))))


def burning(rate: float | None, *firing: str, source: Source = "server") -> PresentState:
    """A burn rate of the last hour, and of the last five minutes ten times as much."""
    return PresentState(
        at=NOW,
        source=source,
        hour=rate,
        minutes=None if rate is None else 10 * rate,
        firing=firing if source == "server" else None,
    )


def remaining(share: float, name: str = "checkout") -> ObjectiveStatus:
    return ObjectiveStatus(
        objective=objective(name),
        at=NOW,
        attainment=1 - (1 - share) / 1000,
        remaining=share,
        present=burning(0.5),
    )


def asked(
    *status: SloStatus, criticality: Criticality = "critical", policy: object = POLICY
) -> ServiceGate:
    assert isinstance(policy, ErrorBudgetPolicySpec)
    return gate("shop", criticality, status, policy, TODAY)


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
    found = asked(remaining(share))
    assert found.answer == answer
    assert (found.judged[0].state.name if found.judged[0].state else None) == state


def test_one_spent_budget_closes_whatever_else_is_left_or_unknown() -> None:
    unknown = UnknownStatus(objective=objective("search"), reason="no history")
    assert asked(remaining(0.9, "search"), remaining(-0.1)).answer == "closed"
    assert asked(unknown, remaining(-0.1)).answer == "closed"
    assert asked(unknown, remaining(0.9)).answer == "unknown"
    assert asked(unknown, remaining(0.9)).reason == "search served: no history"


def test_a_service_of_another_criticality_has_its_own_states() -> None:
    assert asked(remaining(-0.5), criticality="standard").answer == "open"


def test_an_exception_opens_until_its_day() -> None:
    written = POLICY.model_dump(by_alias=True, exclude_unset=True)
    written["exceptions"] = [
        {"service": "shop", "reason": "a law", "approver": "@boss", "until": "2026-10-02"}
    ]
    policy = ErrorBudgetPolicySpec.model_validate(written)
    found = asked(remaining(-0.5), policy=policy)
    assert (found.answer, found.openings) == ("open", ())
    assert found.reason == "exception approved by @boss, until 2026-10-02: a law"
    later = gate("shop", "critical", [remaining(-0.5)], policy, TODAY + timedelta(days=1))
    assert later.answer == "closed"


def test_a_closed_gate_says_why_and_what_would_open_it() -> None:
    said = report.text([(asked(remaining(-1.5)), "a test")])
    assert said.splitlines() == [
        "shop: closed: checkout served: attainment 99.75 %, budget overspent (250 % spent), "
        "state broken",
        "  checkout served: attainment 99.75 %, budget overspent (250 % spent), burn rate 0.5: "
        "broken: freeze, escalate to @boss",
        "  opens when more than 0 % of the error budget of checkout served remains: at the latest "
        "on 2026-11-01 00:00 UTC, if nothing fails until then",
        "  or with an exception for shop in the error-budget policy",
        "  source a test",
    ]


def test_a_calendar_period_opens_it_when_it_begins() -> None:
    renewed = replace(remaining(-1.5), renewed=NOW + timedelta(days=4))
    [opening] = asked(renewed).openings
    assert opening.endswith("on 2026-10-06 00:00 UTC, when a new period begins")


def test_the_json_has_the_answer_its_exit_code_and_the_figures() -> None:
    said = json.loads(
        report.document([(asked(remaining(-1.5), remaining(0.5, "search")), "a test")])
    )
    assert (said["version"], said["answer"], said["exit_code"]) == (1, "closed", 1)
    spent, other = said["objectives"]
    assert (spent["state"], spent["then"]) == ("broken", ["freeze", "escalate"])
    assert (spent["budget_remaining"], spent["opens"]) == (-1.5, "2026-11-01T00:00:00Z")
    assert (other["state"], other["opens"], other["burn_rate"]) == (None, None, 0.5)


def test_what_is_unknown_is_null_with_its_reason() -> None:
    found = asked(UnknownStatus(objective=objective(), reason="no history"))
    said = json.loads(report.document([(found, "a test")]))
    [each] = said["objectives"]
    assert (said["exit_code"], each["attainment"], each["unknown"]) == (5, None, "no history")
    assert "not known: no history" in report.text([(found, "a test")])


def test_a_source_is_written_in_its_own_script() -> None:
    assert '"source": "監視"' in report.document([(asked(remaining(0.5)), "監視")])


@pytest.mark.parametrize(
    ("share", "text", "japanese"),
    [
        (1.0, "100 %", "100 %"),
        (0.25, "25 %", "25 %"),
        (0.0, "0 %", "0 %"),
        (-0.001, "overspent (100.1 % spent)", "超過（100.1 % 消費）"),
        (-0.25, "overspent (125 % spent)", "超過（125 % 消費）"),
        (-304.89, "overspent (30589 % spent)", "超過（30589 % 消費）"),
        (-math.inf, "overspent", "超過"),
    ],
)
def test_a_negative_remainder_reads_as_overspent(share: float, text: str, japanese: str) -> None:
    assert budget_remaining(share) == text
    assert budget_remaining(share, words_in("ja")) == japanese


def test_a_gate_that_opens_below_zero_says_how_much_may_be_spent() -> None:
    written = POLICY.model_dump(by_alias=True, exclude_unset=True)
    written["states"] = [{"name": "broken", "remaining": -1, "then": ["freeze"]}]
    policy = ErrorBudgetPolicySpec.model_validate(written)
    [opening] = asked(remaining(-2), policy=policy).openings
    assert opening.startswith("less than 200 % of the error budget of checkout served is spent: at")
