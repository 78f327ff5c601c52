"""`ErrorBudgetPolicy`: which state of a budget holds, and for whom."""

from typing import Any

import pytest
from pydantic import ValidationError

from reliability.model.error_budget import ErrorBudgetPolicy, state_at

LOW = {"name": "low", "remaining": 0.25, "then": ["reliability-work"]}
SPENT = {"name": "spent", "remaining": 0, "then": ["freeze"]}
BROKEN = {"name": "broken", "remaining": -1, "then": ["escalate"], "escalateTo": ["@cto"]}


def policy(**spec: Any) -> ErrorBudgetPolicy:
    head = {"apiVersion": "reliability/v1", "kind": "ErrorBudgetPolicy"}
    return ErrorBudgetPolicy.model_validate({**head, "metadata": {"name": "b"}, "spec": spec})


@pytest.mark.parametrize(
    ("remaining", "name"),
    [(1, None), (0.26, None), (0.25, "low"), (0.01, "low"), (0, "spent"), (-1, "broken")],
)
def test_the_last_state_that_holds_counts(remaining: float, name: str | None) -> None:
    found = state_at(policy(states=[LOW, SPENT, BROKEN]).spec.states, remaining)
    assert (found.name if found else None) == name


def test_a_service_by_name_goes_before_its_criticality_and_that_before_all() -> None:
    spec = policy(
        states=[LOW],
        scopes=[
            {"criticality": "critical", "states": [SPENT]},
            {"services": ["shop"], "states": [BROKEN]},
        ],
    ).spec
    named = [spec.states_of(*each)[0].name for each in (("shop", "critical"), ("pay", "critical"))]
    assert [*named, spec.states_of("pay", "standard")[0].name] == ["broken", "spent", "low"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"states": [SPENT, LOW]}, "state low applies at 0.25 remaining, and spent before it at 0"),
        ({"states": [{**LOW, "remaining": 1.1}]}, "1.1 is more than 1, the whole budget"),
        (
            {"states": [{**LOW, "then": ["escalate"]}]},
            "escalate and escalateTo are only valid together",
        ),
        ({"states": [LOW], "scopes": [{"states": [LOW]}]}, "either criticality or services"),
    ],
)
def test_what_makes_no_sense_is_refused(spec: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        policy(**spec)
