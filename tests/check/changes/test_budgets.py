"""What an error budget policy no longer demands, for whom, and from which share on."""

from typing import Any

import pytest
from pydantic import ValidationError

from reliability.check.changes.budgets import lost_consequences
from reliability.model.error_budget import ErrorBudgetPolicySpec

LOW = {"name": "low", "remaining": 0.25, "then": ["reliability-work"]}
SPENT = {"name": "spent", "remaining": 0, "then": ["freeze"]}
BOSS = {**SPENT, "then": ["escalate"], "escalateTo": ["@boss"]}
ALL = "critical services, important services and standard services"


def spec(*states: dict[str, Any], scopes: tuple[dict[str, Any], ...] = ()) -> ErrorBudgetPolicySpec:
    return ErrorBudgetPolicySpec.model_validate({"states": list(states), "scopes": list(scopes)})


def lost_messages(old: ErrorBudgetPolicySpec, new: ErrorBudgetPolicySpec) -> list[str]:
    return [message for message, _ in lost_consequences(old, new)]


def critical(*states: dict[str, Any]) -> dict[str, Any]:
    return {"criticality": "critical", "states": list(states)}


def shop(*states: dict[str, Any]) -> dict[str, Any]:
    return {"services": ["shop"], "states": list(states)}


LOST: list[tuple[ErrorBudgetPolicySpec, ErrorBudgetPolicySpec, set[str]]] = [
    (spec(LOW, SPENT), spec(LOW, SPENT), set()),
    (spec(SPENT), spec({**SPENT, "remaining": 0.1}), set()),
    (spec(SPENT), spec({**SPENT, "then": ["freeze", "reliability-work"]}), set()),
    (
        spec(SPENT),
        spec({**SPENT, "remaining": -0.5}),
        {"freeze at 0 % of budget remaining was removed"},
    ),
    (
        spec(LOW, SPENT),
        spec(LOW),
        {"freeze at 0 % of budget remaining was removed"},
    ),
    (
        spec(LOW, SPENT),
        spec({**LOW, "remaining": 0.1}, SPENT),
        {"reliability-work at 25 % of budget remaining was removed"},
    ),
    (
        spec(BOSS),
        spec({**BOSS, "escalateTo": ["@other"]}),
        {"the escalation to @boss at 0 % of budget remaining was removed"},
    ),
]


@pytest.mark.parametrize(("old", "new", "lost"), LOST)
def test_what_no_longer_follows_is_said_once_for_all(
    old: ErrorBudgetPolicySpec, new: ErrorBudgetPolicySpec, lost: set[str]
) -> None:
    said = lost_messages(old, new)
    assert {loss.split(" for ")[0] for loss in said} == lost
    for loss in said:
        whose = loss.split(" for ")[1]
        assert set(whose.replace(" and ", ", ").split(", ")) == set(
            ALL.replace(" and ", ", ").split(", ")
        )


def test_a_scope_that_is_gone_is_said_for_those_in_it() -> None:
    whole = spec(LOW, scopes=(critical(SPENT), shop(SPENT)))
    loss = "freeze at 0 % of budget remaining was removed for"
    assert lost_messages(whole, spec(LOW, scopes=(shop(SPENT),))) == [f"{loss} critical services"]
    assert lost_messages(whole, spec(LOW, scopes=(critical(SPENT),))) == [f"{loss} shop"]
    assert lost_messages(spec(LOW), spec(LOW, scopes=(shop(LOW),))) == []


@pytest.mark.parametrize(
    "scope",
    [{"states": [LOW]}, {**shop(LOW), "criticality": "critical"}, {**shop(SPENT, SPENT)}],
)
def test_a_scope_names_either_and_goes_from_much_to_little(scope: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"either criticality or services|before it at 0"):
        spec(LOW, scopes=(scope,))
