"""Services of PagerDuty: one for each service or team with an escalation policy."""

from typing import Any

from reliability.compile.pagerduty.compiler import PagerDutyCompiler
from reliability.load.catalog import Catalog
from reliability.resource import Resource
from tests.compile.repositories import Document, ours, policy, shop, slo


def target(**more: Any) -> Document:
    pagerduty = {"name": "pager", "provider": "pagerduty", "token": "env:TOKEN", **more}
    return ours("SyncTargets", "targets", targets=[pagerduty])


def team(name: str = "sales", policy_id: str | None = "PABC123") -> Document:
    pager = {"routingKey": "file:/etc/key"}
    escalation = {"escalationPolicy": policy_id} if policy_id else {}
    return ours(
        "Team",
        name,
        members=["@lead"],
        displayName=f"Team {name}",
        onCall={"pagerduty": {**pager, **escalation}},
    )


def services(*documents: Document) -> dict[str, Resource]:
    catalog: Catalog = shop(slo(), policy(), *documents)
    made = list(PagerDutyCompiler().compile(catalog))
    return {item.id.name: item for item in made if isinstance(item, Resource)}


def test_each_service_of_a_team_with_a_policy_is_a_service() -> None:
    [made] = services(target(), team()).values()
    assert (made.id.name, made.targets) == ("shop", ("pager",))
    assert made.body == {
        "name": "shop",
        "description": "Alerts of shop.\n\n"
        "Written by reliability: change services/shop/01.yaml instead.",
        "escalation_policy": "PABC123",
        "urgency": "severity_based",
        "active": True,
        "rules": [
            {
                "label": "A ticket is of low urgency",
                "condition": "event.custom_details.tier matches 'ticket'",
                "actions": {"severity": "warning"},
            },
            {
                "label": "A log alert opens no incident",
                "condition": "event.custom_details.tier matches 'log'",
                "actions": {"suppress": True},
            },
        ],
    }


def test_a_team_is_a_service_if_the_target_says_so() -> None:
    made = services(target(services="team"), team(), team("support"))
    assert list(made) == ["sales", "support"]
    assert str(made["support"].body["description"]).startswith("Alerts of Team support.")


def test_a_team_without_a_policy_has_no_service() -> None:
    assert services(target(), team(policy_id=None)) == {}


def test_nothing_is_compiled_without_a_pagerduty_target() -> None:
    assert services(team()) == {}
