"""The lowest gap of a service's hierarchy: what is said goes before what follows."""

from typing import Any

import pytest

from reliability.model.ownership import OwnershipSpec
from reliability.resolve.objectives import objectives
from reliability.review.slo_review.next_step import NextStep, next_step
from tests.backtest.repository import catalog, policy, slo

TEAM = """
apiVersion: reliability/v1
kind: Team
metadata: {name: sales}
spec: {members: ["@a"], onCall: {mention: "<!subteam^S01SALES>"}}
"""
NOT_ON_CALL = TEAM.replace(', onCall: {mention: "<!subteam^S01SALES>"}', "")
IN_PLACE = {"state": "in-place"}


def owner(hierarchy: dict[str, Any], adoption: str = "none") -> OwnershipSpec:
    return OwnershipSpec.model_validate(
        {
            "team": "sales",
            "criticality": "important",
            "sre": {"adoption": adoption},
            "hierarchy": hierarchy,
        }
    )


def test_a_service_that_nobody_owns_has_no_next_step() -> None:
    assert next_step([], catalog(slo("checkout")), None) is None


@pytest.mark.parametrize(
    ("hierarchy", "level", "state"),
    [
        ({}, "incident-response", "undeclared"),
        ({"monitoring": {"state": "missing"}}, "monitoring", "missing"),
        ({"monitoring": {"state": "partial"}}, "monitoring", "partial"),
        ({"incident-response": IN_PLACE}, "postmortem", "undeclared"),
        (
            {"incident-response": IN_PLACE, "postmortem": {"state": "partial"}},
            "postmortem",
            "partial",
        ),
        (
            {
                "incident-response": IN_PLACE,
                "postmortem": IN_PLACE,
                "testing": IN_PLACE,
                "capacity": {"state": "missing"},
            },
            "capacity",
            "missing",
        ),
        (
            dict.fromkeys(
                (
                    *("monitoring", "incident-response", "postmortem", "testing"),
                    *("capacity", "development", "product"),
                ),
                IN_PLACE,
            ),
            None,
            "undeclared",
        ),
    ],
)
def test_the_next_step_is_the_lowest_level_that_is_not_in_place(
    hierarchy: dict[str, Any], level: Any, state: Any
) -> None:
    found = catalog(slo("checkout"), policy("checkout"))
    said = next_step([*objectives(found)], found, owner(hierarchy, "assisted"))
    assert said == NextStep(level, state, "assisted")


RUNBOOKS = policy("checkout")
NO_RUNBOOK = RUNBOOKS.replace(", runbook: docs/runbook.md", "")


@pytest.mark.parametrize(
    ("documents", "level"),
    [
        ((slo("checkout"), RUNBOOKS, TEAM), "postmortem"),
        ((slo("checkout"), RUNBOOKS, NOT_ON_CALL), "incident-response"),
        ((slo("checkout"), RUNBOOKS), "incident-response"),
        ((slo("checkout"), NO_RUNBOOK, TEAM), "incident-response"),
        ((slo("checkout"), slo("search"), RUNBOOKS, TEAM), "incident-response"),
        ((TEAM,), "monitoring"),
    ],
)
def test_monitoring_needs_an_sli_and_incident_response_a_runbook_and_somebody_on_call(
    documents: tuple[str, ...], level: str
) -> None:
    found = catalog(*documents)
    said = next_step([*objectives(found)], found, owner({}))
    assert said is not None
    assert (said.level, said.state) == (level, "undeclared")


def test_no_objective_is_no_incident_response() -> None:
    said = next_step([], catalog(TEAM), owner({"monitoring": IN_PLACE}))
    assert said == NextStep("incident-response", "undeclared", "none")
