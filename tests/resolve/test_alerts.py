"""The one list of alerts: what is compiled is in it, and it has no other."""

from collections import Counter
from pathlib import PurePosixPath
from typing import Any, Final

import pytest

from reliability.alertmanager.routing_tree import walk
from reliability.compile.alertmanager.compiler import routing_of
from reliability.compile.prometheus.alerts import sent_labels
from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.load.catalog import Catalog
from reliability.load.loader import load
from reliability.pipeline import load_repository
from reliability.plan.alerts import NAME, AlertLabels, alerts_in
from reliability.resolve.alerts import BURN, NO_DATA, DeclaredAlert, alerts
from reliability.resolve.objectives import objectives
from reliability.resolve.signals import signals
from reliability.resource import Resource
from tests.compile.alertmanager_cases import (
    TWO_TEAMS,
    Files,
    alert_policy,
    catalog_at,
    notification,
    signal,
)
from tests.compile.repositories import GOOGLE_30D, policy, slo
from tests.project.repository import ROOT

WITHOUT: Final = ("full-expression", "no-alerts")
"""Golden files of SLOs that have no alert policy."""
GOLDEN: Final = ROOT / "tests/compile/golden/prometheus"


def openslo(name: str, *, tier: str, **when: bool) -> dict[str, Any]:
    """An alert policy of OpenSLO inside of an SLO."""
    condition = {"kind": "burnrate", "op": "gt", "threshold": 10, "lookbackWindow": "30m"}
    inner = {"severity": "page", "condition": condition}
    return {
        "kind": "AlertPolicy",
        "metadata": {"name": name, "annotations": {"reliability/tier": tier}},
        "spec": {
            "conditions": [
                {"kind": "AlertCondition", "metadata": {"name": "burning"}, "spec": inner}
            ],
            "notificationTargets": [
                {
                    "kind": "AlertNotificationTarget",
                    "metadata": {"name": "team"},
                    "spec": {"target": "slack"},
                }
            ],
            **when,
        },
    }


ALL_FORMS: Final[Files] = {
    **TWO_TEAMS,
    "policies/windows.yaml": GOOGLE_30D,
    "services/shop/slo.yaml": slo(
        alertPolicies=[openslo("burns", tier="alert"), openslo("burns-too", tier="log")],
        objectives=[{"target": 0.99}, {"displayName": "nearly all", "target": 0.999}],
    ),
    "services/shop/search.yaml": slo(
        name="search",
        alertPolicies=[openslo("silent", tier="ticket", alertWhenNoData=True)],
    ),
    "services/shop/basket.yaml": slo(
        name="basket",
        alertPolicies=[
            openslo("only-silent", tier="log", alertWhenBreaching=False, alertWhenNoData=True)
        ],
    ),
    "services/shop/without.yaml": slo(name="without"),
    "services/shop/alert-policy.yaml": policy(
        {"slo": "shop-checkout", "noData": {"tier": "log"}},
        {
            "slo": "shop-checkout",
            "objective": "nearly-all",
            "tiers": {"fast": "ticket", "slow": "ticket"},
        },
        {"slo": "nowhere"},
        signals=(
            signal("ShopHeartbeat", "alert", "heartbeat"),
            signal("ShopFull", "ticket", "saturation") | {"alertName": "Full", "slo": "search"},
            signal("ShopSlow", "log", "symptom") | {"labels": {"tier": "own", "region": "eu"}},
            {key: text for key, text in signal("ShopQueue", "log").items() if key != "tier"},
        ),
    ),
    "services/orphan/alert-policy.yaml": alert_policy("orphan", signal("Unowned", "ticket")),
}


def listed(catalog: Catalog) -> list[DeclaredAlert]:
    return list(alerts(objectives(catalog), signals(catalog)))


def labels_of(alert: DeclaredAlert) -> AlertLabels:
    return frozenset({**alert.labels, NAME: alert.name}.items())


def compiled(catalog: Catalog) -> list[AlertLabels]:
    made = PrometheusCompiler().compile(catalog)
    return [
        frozenset((name, value) for name, value in each if value)
        for one in made
        if isinstance(one, Resource)
        for each in alerts_in(one.body)
    ]


def catalogs() -> list[tuple[str, Catalog]]:
    cases = [
        (
            case.name,
            load([(PurePosixPath("services/it/it.yaml"), (case / "input.yaml").read_bytes())])[0],
        )
        for case in sorted(GOLDEN.iterdir())
    ]
    prefixed = ALL_FORMS | {"policies/notification.yaml": notification(alertLabels="prefixed")}
    return [
        ("shipped", load_repository(ROOT).catalog),
        ("all forms", catalog_at(ALL_FORMS)),
        ("prefixed labels", catalog_at(prefixed)),
        *cases,
    ]


@pytest.mark.parametrize(
    ("name", "catalog"), [pytest.param(*each, id=each[0]) for each in catalogs()]
)
def test_each_alert_that_is_compiled_is_in_the_list_and_it_has_no_other(
    name: str, catalog: Catalog
) -> None:
    rules = compiled(catalog)
    assert Counter(map(labels_of, listed(catalog))) == Counter(rules)
    assert bool(rules) is (name not in WITHOUT)


def test_every_form_of_an_alert_is_in_the_list_once() -> None:
    named = [(alert.what, alert.name, alert.tier) for alert in listed(catalog_at(ALL_FORMS))]
    assert named == [
        ("missing data of basket", NO_DATA, "ticket"),
        ("silent of search", BURN, "ticket"),
        ("missing data of search", NO_DATA, "ticket"),
        ("the fast burn of shop-checkout", BURN, "alert"),
        ("the slow burn of shop-checkout", BURN, "ticket"),
        ("burns of shop-checkout", BURN, "alert"),
        ("burns-too of shop-checkout", BURN, "log"),
        ("missing data of shop-checkout", NO_DATA, "log"),
        ("the fast burn of shop-checkout-nearly-all", BURN, "ticket"),
        ("burns of shop-checkout-nearly-all", BURN, "alert"),
        ("burns-too of shop-checkout-nearly-all", BURN, "log"),
        ("missing data of shop-checkout-nearly-all", NO_DATA, "ticket"),
        ("LakeFull", "LakeFull", "log"),
        ("Unowned", "Unowned", "ticket"),
        ("ShopHeartbeat", "ShopHeartbeat", "alert"),
        ("ShopFull", "Full", "ticket"),
        ("ShopSlow", "ShopSlow", "log"),
    ]


def test_an_alert_is_delivered_to_the_receiver_of_its_route() -> None:
    catalog = catalog_at(ALL_FORMS)
    routing = routing_of(catalog)
    assert routing is not None
    ends = {
        (alert.team, alert.route.tier): [
            route.receiver for route in walk(routing.root, sent_labels(alert))
        ]
        for alert in listed(catalog)
    }
    assert ends == {
        ("web", "alert"): ["reliability/web/alert"],
        ("web", "ticket"): ["reliability/web/ticket"],
        ("web", "log"): ["reliability/nobody"],
        ("web", "heartbeat"): ["reliability/heartbeat"],
        ("data", "log"): ["reliability/data/log"],
        ("", "ticket"): ["reliability/unrouted"],
    }
