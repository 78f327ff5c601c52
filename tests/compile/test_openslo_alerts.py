"""Alert policies of OpenSLO under promtool: one window, a burn rate, and how long it must last."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.load.catalog import Catalog
from reliability.resolve.objectives import objectives
from tests.compile.repositories import Document, policy, rules_of, shop, slo
from tests.compile.scenarios import NO_DATA, QUIET, Scenario, counter, http, play
from tests.compile.shop_scenarios import FAILS, WORKS
from tests.servers.generation import Generation

TICKET = {("ErrorBudgetBurn", "ticket"): 1}
PAGE = {("ErrorBudgetBurn", "alert"): 1}


def inline(kind: str, name: str, spec: Document, tier: str | None = None) -> Document:
    annotations = {"reliability/tier": tier} if tier else {}
    return {"kind": kind, "metadata": {"name": name, "annotations": annotations}, "spec": spec}


TARGET = inline("AlertNotificationTarget", "team", {"target": "slack"})


def asks(
    *, tier: str | None = None, name: str = "on-burn", when: Any = None, **more: Any
) -> Document:
    """An inline alert policy with an inline condition; `more` goes into the condition."""
    condition = {
        "kind": "burnrate",
        "op": "gt",
        "threshold": 10,
        "lookbackWindow": "30m",
        **more,
    }
    inner = inline("AlertCondition", "burning", {"severity": "page", "condition": condition})
    spec = {"conditions": [inner], "notificationTargets": [TARGET], **(when or {})}
    return inline("AlertPolicy", name, spec, tier)


def catalog(*policies: Document, documents: tuple[Document, ...] = ()) -> Catalog:
    return shop(slo(alertPolicies=list(policies)), *documents)


def burn_rules(found: Catalog) -> list[Document]:
    every = [rule for group in rules_of(found)["groups"] for rule in group["rules"]]
    return [rule for rule in every if rule.get("alert") == "ErrorBudgetBurn"]


def plays(generation: Generation, folder: Path, found: Catalog, scenario: Scenario) -> None:
    said = play(generation, folder, rules_of(found), [scenario])
    assert said.accepted, said.text


@pytest.mark.tools
def test_it_is_a_ticket_while_no_tier_is_written_and_burns_over_its_one_window(
    generation: Generation, tmp_path: Path
) -> None:
    """1 % is the threshold; ten minutes of 4 % are over it in 30 minutes, and 29 later under it."""
    burn = http((60000, 0, 60), (60000, 0.04, 10), (60000, 0, 60))
    firing = {60: QUIET, 66: QUIET, 70: TICKET, 90: TICKET, 101: QUIET}
    plays(generation, tmp_path, catalog(asks()), Scenario(burn, firing))


@pytest.mark.tools
def test_it_waits_for_as_long_as_alert_after_says(generation: Generation, tmp_path: Path) -> None:
    found = catalog(asks(tier="alert", alertAfter="10m", lookbackWindow="5m"))
    burn = http((60000, 0, 60), (60000, 0.5, 8), (60000, 0, 12), (60000, 0.5, 30))
    plays(generation, tmp_path, found, Scenario(burn, {66: QUIET, 73: QUIET, 90: QUIET, 92: PAGE}))


@pytest.mark.tools
def test_gte_fires_at_the_burn_rate_itself_and_never_without_traffic(
    generation: Generation, tmp_path: Path
) -> None:
    found = catalog(asks(op="gte", threshold=1000), asks(op="gt", threshold=1000, name="above"))
    whole = Scenario({FAILS: counter((60, 60))}, {60: TICKET})
    quiet = Scenario({WORKS: "5x60", FAILS: "5x60"}, {60: QUIET})
    for scenario in (whole, quiet):
        plays(generation, tmp_path, found, scenario)


@pytest.mark.tools
def test_missing_data_is_told_where_it_is_asked_for(generation: Generation, tmp_path: Path) -> None:
    found = catalog(asks(when={"alertWhenNoData": True}))
    plays(generation, tmp_path, found, Scenario({"other": "0x60"}, {60: NO_DATA}))
    plays(generation, tmp_path, catalog(asks()), Scenario({"other": "0x60"}, {60: QUIET}))


def test_it_stands_beside_ours_and_says_where_it_comes_from() -> None:
    labels = [rule["labels"] for rule in burn_rules(catalog(asks(), documents=(policy(),)))]
    assert [(each["tier"], each.get("alert_policy")) for each in labels] == [
        ("alert", None),
        ("ticket", "on-burn"),
        ("ticket", None),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        asks(op="lte"),
        asks(op="lt"),
        asks(threshold=0),
        asks(threshold=-1),
        asks(lookbackWindow="0m"),
        asks(when={"alertWhenBreaching": False}),
    ],
    ids=["lte", "lt", "zero", "negative", "no time", "not when breaching"],
)
def test_of_what_would_always_or_never_fire_no_alert_is_made(asked: Document) -> None:
    assert burn_rules(catalog(asked)) == []


def test_policies_and_conditions_are_found_by_name_and_a_tier_on_the_condition_counts() -> None:
    head = {"apiVersion": "openslo/v1"}
    condition = inline(
        "AlertCondition",
        "slowly",
        {
            "severity": "info",
            "condition": {
                "kind": "burnrate",
                "op": "gte",
                "threshold": 2,
                "lookbackWindow": "1d",
                "alertAfter": "1h",
            },
        },
        "log",
    )
    spec = {"conditions": [{"conditionRef": "slowly"}], "notificationTargets": [TARGET]}
    documents = (head | condition, head | inline("AlertPolicy", "shared", spec))
    [objective] = objectives(shop(slo(alertPolicies=[{"alertPolicyRef": "shared"}]), *documents))
    [alert] = objective.alerts
    assert (alert.tier, alert.after, alert.policy) == ("log", timedelta(hours=1), "shared")
    assert alert.every == timedelta(minutes=2)
