"""A change that would end an active alert is held, and names it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from reliability.plan.alerts import ActiveAlert, AlertLabels, alerts_in
from reliability.plan.change import Create, Delete, Update
from reliability.plan.held import Held, Intact
from reliability.plan.options import PlanOptions
from reliability.plan.plan import Plan, plan
from reliability.plan.render import FORMATS
from reliability.plan.report import Planned, exit_code
from reliability.resource import Json, Resource
from tests.plan.resources import TARGET, resource

SINCE = datetime(2026, 11, 26, 14, 29, tzinfo=UTC)
FIRING = ActiveAlert(
    {"alertname": "ErrorBudgetBurn", "slo": "pay", "tier": "alert", "region": "eu"}, "firing", SINCE
)


def rules(name: str, slo: str, expr: str = "x > 1", **labels: str) -> Resource:
    rule: Json = {
        "alert": "ErrorBudgetBurn",
        "expr": expr,
        "labels": {"slo": slo, "tier": "alert", **labels},
    }
    return resource(name, groups=[{"name": slo, "rules": [rule]}])


PAY, PAYMENT = rules("shop", "pay"), rules("shop", "payment")


def planned(wanted: list[Resource], *active: ActiveAlert, **more: bool) -> Plan:
    held = Held(kept=(Intact(PAY, PAY.digest),), active=active)
    return plan(TARGET, wanted, held, PlanOptions(**more))  # type: ignore[arg-type]


def test_a_renamed_slo_whose_alert_fires_is_held_and_named() -> None:
    after = planned([PAYMENT], FIRING)
    assert after.changes == ()
    [postponed] = after.postponed
    assert (postponed.change, postponed.alerts) == (Update(PAY, PAYMENT), (FIRING,))
    shown = FORMATS["text"]([Planned(after)])
    assert (
        '  ! rules shop: would end an active alert: ErrorBudgetBurn{slo="pay", tier="alert"} '
        "has been firing since 2026-11-26 14:29 UTC; held"
    ) in shown
    assert "or pass --allow-active" in shown
    assert "      groups[pay -> payment]:" in shown
    assert "-       slo: pay\n        +       slo: payment" in shown
    assert exit_code([Planned(after)], detailed=True) == 1


def test_a_deleted_slo_whose_alert_fires_is_held() -> None:
    [postponed] = planned([], FIRING).postponed
    assert postponed.change == Delete(PAY)


def test_the_flag_lets_the_change_pass() -> None:
    assert planned([PAYMENT], FIRING, allows_active=True).changes == (Update(PAY, PAYMENT),)


def test_what_keeps_the_labels_of_the_alert_ends_nothing() -> None:
    looser = rules("shop", "pay", expr="x > 2")
    assert planned([looser], FIRING).changes == (Update(PAY, looser),)
    elsewhere = rules("checkout", "pay")
    assert planned([elsewhere], FIRING).changes == (Create(elsewhere), Delete(PAY))


def test_a_new_label_makes_another_alert_of_it() -> None:
    assert planned([rules("shop", "pay", team="shop")], FIRING).changes == ()


def test_an_alert_of_another_slo_holds_nothing() -> None:
    other = ActiveAlert({**FIRING.labels, "slo": "search"}, "firing", SINCE)
    assert planned([PAYMENT], other).changes == (Update(PAY, PAYMENT),)


def test_a_label_that_a_template_fills_is_taken_for_any_value() -> None:
    templated = rules("shop", "pay", where="{{ $labels.region }}")
    held = Held(kept=(Intact(templated, templated.digest),), active=(FIRING,))
    assert plan(TARGET, [PAYMENT], held).changes == ()


def test_the_alerts_of_a_manifest_are_found_and_labels_of_a_group_count() -> None:
    groups: Json = [
        {"labels": {"team": "a"}, "rules": [{"alert": "A", "expr": "1"}, {"record": "r"}]}
    ]
    expected = [frozenset({("alertname", "A"), ("team", "a")})]
    assert alerts_in({"groups": groups}) == expected
    assert alerts_in({"spec": {"groups": groups}}) == expected


ALERT: Json = {"alert": "A", "expr": "1"}
NAMED = frozenset({("alertname", "A")})


@pytest.mark.parametrize(
    ("body", "alerts"),
    [
        ({}, []),
        ({"groups": None}, []),
        ({"groups": "a"}, []),
        ({"groups": {"rules": [ALERT]}}, []),
        ({"spec": None, "groups": [{"rules": [ALERT]}]}, [NAMED]),
        ({"spec": {}, "groups": [{"rules": [ALERT]}]}, []),
        ({"groups": [None, "a", {"rules": None}, {"rules": [ALERT]}]}, [NAMED]),
        ({"groups": [{"rules": [None, {"alert": 1}, {"record": "r"}, ALERT, ALERT]}]}, [NAMED] * 2),
        ({"groups": [{"labels": None, "rules": [{"alert": "A", "labels": {}}]}]}, [NAMED]),
        (
            {
                "groups": [
                    {"labels": {"a": 1, "b": 2}, "rules": [{"alert": "A", "labels": {"a": 3}}]}
                ]
            },
            [frozenset({("alertname", "A"), ("a", "3"), ("b", "2")})],
        ),
        (
            {"groups": [{"labels": {"alertname": "B"}, "rules": [ALERT]}]},
            [NAMED],
        ),
    ],
)
def test_alerts_are_found_in_whatever_a_server_holds(body: Any, alerts: list[AlertLabels]) -> None:
    assert alerts_in(body) == alerts


def test_an_active_alert_is_named_by_the_labels_of_its_slo() -> None:
    labels = {"tier": "alert", "objective": "o", "slo": "s", "service": "a", "pod": "p"}
    since = " has been pending since 2026-11-26 14:29 UTC"
    alert = ActiveAlert({"alertname": "A", **labels}, "pending", SINCE)
    assert str(alert) == f'A{{service="a", slo="s", objective="o", tier="alert"}}{since}'
    assert str(ActiveAlert({"alertname": "A", "pod": "p"}, "pending", SINCE)) == f"A{since}"
    assert str(ActiveAlert({}, "pending", SINCE)) == since
