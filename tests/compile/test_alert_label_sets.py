"""`alertLabels`: the labels of a series stay as they are, and alerts are routed as before."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from reliability.alertmanager.routing import walk
from reliability.compile.alertmanager.compiler import routing_of
from reliability.compile.alertmanager.templates import without_template
from reliability.compile.prometheus.compilers import PrometheusCompiler
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.providers.fired import FiredAlert
from reliability.render.yaml_text import yaml_text
from reliability.resource import Resource
from reliability.review.tickets.groups import grouped
from reliability.timespan import TimeSpan
from tests.compile.alertmanager_cases import (
    TWO_TEAMS,
    Files,
    alert_policy,
    catalog_at,
    config,
    ownership,
)
from tests.compile.repositories import slo
from tests.servers.generation import Generation
from tests.servers.programs import check_alertmanager_config, run_rule_tests

SETS = ("plain", "prefixed")
NOTIFICATION = "policies/notification.yaml"
NAMES = ("service", "team", "tier", "kind", "slo", "objective")
STRANGER = dict.fromkeys(NAMES, "of-the-series")
"""Labels that a series has of its own, and that another team means something by."""

QUEUES = """
- series: 'queue_depth{service="orders", tier="gold", kind="StatefulSet"}'
  values: 2000x10
- series: 'queue_depth{service="mail", tier="gold", kind="StatefulSet"}'
  values: 2000x10
"""


def written(label_set: str, files: Files = TWO_TEAMS) -> Files:
    """The files with a label set chosen in the notification policy."""
    policy = json.loads(json.dumps(files[NOTIFICATION]))
    policy["spec"]["alertLabels"] = label_set
    return {**files, NOTIFICATION: policy}


def prefixed(labels: Mapping[str, str]) -> dict[str, str]:
    return {f"reliability_{name}" if name in NAMES else name: labels[name] for name in labels}


def queue_policy() -> Files:
    signal = {"name": "QueueFull", "kind": "cause", "tier": "ticket", "expr": "queue_depth > 1000"}
    return {
        NOTIFICATION: TWO_TEAMS[NOTIFICATION],
        "services/shop/ownership.yaml": ownership("shop", "web"),
        "services/shop/alert-policy.yaml": alert_policy("shop", signal),
    }


def rule_test_of(generation: Generation, label_set: str, folder: Path) -> tuple[bool, str]:
    """Whether `promtool test rules` sees one alert for each queue, and what it prints."""
    catalog = catalog_at(written(label_set, queue_policy()))
    [rules] = PrometheusCompiler().compile(catalog)
    assert isinstance(rules, Resource), rules
    (folder / "rules.yml").write_text(yaml_text(rules.body), encoding="utf-8")
    names = ("reliability_service", "reliability_team", "reliability_tier", "reliability_kind")
    ours = dict(zip(names, ("shop", "web", "ticket", "cause"), strict=True))
    own = {"tier": "gold", "kind": "StatefulSet"}
    expected = [
        {"exp_labels": {**own, **ours, "service": queue}, "exp_annotations": {}}
        for queue in ("orders", "mail")
    ]
    test: dict[str, Any] = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": yaml.safe_load(QUEUES),
                "alert_rule_test": [
                    {"alertname": "QueueFull", "eval_time": "5m", "exp_alerts": expected}
                ],
            }
        ],
    }
    for alert in expected:
        alert["exp_annotations"] = _annotations(rules.body)
    (folder / "test.yml").write_text(yaml_text(test), encoding="utf-8")
    ended = run_rule_tests(generation, folder / "test.yml")
    return ended.accepted, ended.text


def _annotations(body: Mapping[str, Any]) -> dict[str, str]:
    [rule] = [rule for group in body["groups"] for rule in group["rules"] if "alert" in rule]
    return dict(rule["annotations"])


@pytest.mark.tools
def test_a_series_keeps_its_labels_if_the_set_is_prefixed(
    generation: Generation, tmp_path: Path
) -> None:
    accepted, text = rule_test_of(generation, "prefixed", tmp_path)
    assert accepted, text


@pytest.mark.tools
def test_the_plain_set_makes_prometheus_fail_the_evaluation(
    generation: Generation, tmp_path: Path
) -> None:
    accepted, text = rule_test_of(generation, "plain", tmp_path)
    assert not accepted
    assert "vector contains metrics with the same labelset after applying alert labels" in text


@pytest.mark.parametrize("team", ["web", "data"])
@pytest.mark.parametrize("kind", [None, "heartbeat", "cause"])
@pytest.mark.parametrize("tier", ["alert", "ticket", "log"])
def test_both_sets_lead_an_alert_to_the_same_receiver(tier: str, kind: str, team: str) -> None:
    labels = {"service": "shop", "team": team, "tier": tier, "alertname": "X"}
    labels |= {"kind": kind} if kind else {}
    receivers = []
    for label_set in SETS:
        routing = routing_of(catalog_at(written(label_set)))
        assert routing is not None
        carried = labels if label_set == "plain" else STRANGER | prefixed(labels)
        receivers.append([route.receiver for route in walk(routing.root, carried)])
    assert receivers[0] == receivers[1]


def test_a_label_of_a_series_leads_nowhere_if_the_set_is_prefixed() -> None:
    routing = routing_of(catalog_at(written("prefixed")))
    assert routing is not None
    labels = {"service": "shop", "team": "web", "tier": "alert", "alertname": "X"}
    assert [route.receiver for route in walk(routing.root, labels)] == ["reliability/unrouted"]


@pytest.mark.tools
def test_amtool_accepts_the_prefixed_configuration(generation: Generation, tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yml"
    text = yaml_text(without_template(config(written("prefixed"))))
    file.write_text(text, encoding="utf-8")
    ended = check_alertmanager_config(generation, file)
    assert ended.accepted, ended.text
    plain = yaml_text(without_template(config(written("plain"))))
    assert text.replace("reliability_", "") == plain
    assert "CommonLabels.reliability_service" in text


def test_the_plain_set_is_what_a_policy_without_a_choice_means() -> None:
    assert config(written("plain")) == config(TWO_TEAMS)


def _grouped_by(label: str, label_set: str) -> list[Resource | Problem]:
    files = {**TWO_TEAMS, "services/shop/slo.yaml": slo(annotations={"group-by": label})}
    return list(PrometheusCompiler().compile(catalog_at(written(label_set, files))))


@pytest.mark.parametrize("label", NAMES[:3])
def test_a_budget_may_be_split_by_a_label_that_no_rule_sets(label: str) -> None:
    messages = [made.message for made in _grouped_by(label, "plain") if isinstance(made, Problem)]
    assert any(f"label {label} cannot be a group label" in message for message in messages)
    assert all(isinstance(made, Resource) for made in _grouped_by(label, "prefixed"))
    taken = _grouped_by(f"reliability_{label}", "prefixed")
    assert any(isinstance(made, Problem) for made in taken)


def _tickets(catalog: Catalog, labels: Mapping[str, str]) -> tuple[list[str], int]:
    start = datetime(2026, 11, 25, tzinfo=UTC)
    alert = FiredAlert(dict(labels), (TimeSpan(start, start + timedelta(minutes=5)),))
    sorted_alerts = grouped([alert], catalog)
    return [noise.group.key for noise in sorted_alerts.activities], sorted_alerts.foreign


def test_a_ticket_stays_the_same_issue_in_both_sets() -> None:
    labels = {
        "alertname": "ErrorBudgetBurn",
        "service": "shop",
        "slo": "shop-checkout",
        "objective": "shop-checkout",
        "tier": "ticket",
    }
    plain, prefix = (catalog_at(written(label_set)) for label_set in SETS)
    keys, foreign = _tickets(plain, labels)
    assert keys
    assert foreign == 0
    assert _tickets(prefix, STRANGER | prefixed(labels)) == (keys, 0)
    assert _tickets(prefix, labels) == ([], 1)
