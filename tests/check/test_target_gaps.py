"""Each row of the table of what sync targets cannot express: an input, and its finding."""

import json
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import pytest

from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.finding import Finding
from reliability.load.loader import load
from reliability.resolve.target_gaps import TARGET_GAPS, TargetGap
from tests.compile.datadog_shop import (
    GOOD,
    HOURS,
    TARGETS,
    TEAM,
    TOTAL,
    datadog_slo,
    entry,
    indicator,
    query,
    ratio,
)
from tests.compile.repositories import OWNERSHIP, Document, ours, slo, windows
from tests.compile.test_histogram_slis import FAST, X
from tests.compile.test_openslo_alerts import asks

PATHS = "|".join(f"/{number}" for number in range(10_000))
LONG_QUERY = f'http_requests_total{{path=~"{PATHS}"}}'
CALENDAR = {"startTime": "2026-01-01 00:00:00", "timeZone": "Asia/Tokyo"}
SLICED = {"target": 0.99, "timeSliceTarget": 0.9}
RAW = indicator({"ratioMetric": {"rawType": "success", "raw": query("avg:up{*}")}})
THRESHOLD = indicator({"thresholdMetric": query("p95:latency{*}")})
LONG = windows("long", "30d", [("1h", "5m", "2%")], [("3d", "6h", "10%")])
SHORT = windows("short", "30d", [("30m", "5m", "1%")], [])
STEEP = windows("steep", "30d", [("1h", "5m", "2%")], [])
STAGES = ours("Environments", "stages", environments=[{"name": "staging"}, {"name": "production"}])
BY = {"annotations": {"group-by": "region"}}


def with_openslo(**more: Any) -> list[Document]:
    return [datadog_slo(alertPolicies=[asks(tier="ticket", **more)])]


def composite() -> Document:
    """An SLO whose objective has an SLI of its own."""
    made = slo(objectives=[{"displayName": "a", "target": 0.9, "indicatorRef": "other"}])
    spec = {key: value for key, value in made["spec"].items() if key != "indicator"}
    return {**made, "spec": spec}


CASES: dict[str, tuple[list[Document], str]] = {
    "rolling-period": (
        [datadog_slo(period="28d")],
        "Datadog cannot express a rolling period other than 7, 30 or 90 days (28d); "
        "it gets the nearest of these (30d)",
    ),
    "calendar-period": (
        [datadog_slo(timeWindow=[{"duration": "1M", "isRolling": False, "calendar": CALENDAR}])],
        "Datadog cannot express a calendar period (1M); it gets the nearest rolling period (30d)",
    ),
    "slice-length": (
        [
            datadog_slo(
                budgetingMethod="Timeslices", objectives=[{**SLICED, "timeSliceWindow": "10m"}]
            )
        ],
        "Datadog cannot express a time slice other than 1 or 5 minutes (10m); "
        "it gets the nearest of these (5m)",
    ),
    "threshold-occurrences": (
        [datadog_slo(indicator=THRESHOLD, objectives=[{"target": 0.99, "op": "lte", "value": 1}])],
        "Datadog cannot express a threshold that is counted by sample; "
        "it gets time slices of 1 minute",
    ),
    "target-precision": (
        [datadog_slo(target=0.9999994)],
        "Datadog cannot express a target with more than 3 decimals of a percentage (99.99994%); "
        "it gets the rounded target (99.999%)",
    ),
    "long-window": (
        [datadog_slo(), LONG, entry(windows="long")],
        "Datadog cannot express a long window of more than 48 hours (72h/6h at 1); "
        "it gets the same share of the error budget in 24 hours (24h/2h at 3)",
    ),
    "shorter-window": (
        [datadog_slo(), SHORT, entry(windows="short")],
        "Datadog cannot express a long window of less than 1 hour (30m/5m at 14.4); "
        "it gets the same burn rate over 1 hour (1h/5m at 14.4)",
    ),
    "single-window": (
        with_openslo(lookbackWindow="2h"),
        "Datadog cannot express a burn rate over one window (2h); "
        "it gets a second window of a twelfth of its length (2h/10m at 10)",
    ),
    "alert-after": (
        with_openslo(lookbackWindow="2h", alertAfter="10m"),
        "Datadog cannot express a burn rate that lasts for some time before the alert (10m); "
        "it gets an alert at once",
    ),
    "minimum-failures": (
        [datadog_slo(), entry(minimumFailures=5)],
        "Datadog cannot express minimumFailures (5); "
        "it gets an alert without it, so few failures can page at low traffic",
    ),
    "burn-rate-impossible": (
        [datadog_slo(target=0.92), STEEP, entry(windows="steep")],
        "Datadog cannot express a burn rate that no error ratio reaches (1h/5m at 14.4); "
        "it gets the alert without this window pair",
    ),
    "group-by": (
        [datadog_slo(), datadog_slo(name="shop-by", **BY)],
        "Datadog cannot express an error budget for each group (region); "
        "it gets one error budget for all groups",
    ),
    "environments": (
        [datadog_slo(), STAGES],
        "Datadog cannot express an SLO for each environment (staging, production); "
        "it gets one SLO for all environments",
    ),
    "channels": (
        [datadog_slo(), entry()],
        "Datadog cannot express a Slack channel or PagerDuty service of a team (sales, alert); "
        "it gets a monitor that notifies nobody",
    ),
    "escalation-policy": (
        [slo()],
        "PagerDuty cannot express the on-call engineer of a team without an escalation policy "
        "(sales), so it is not compiled",
    ),
    "ratio-timeslices": (
        [
            datadog_slo(
                budgetingMethod="RatioTimeslices",
                objectives=[{"target": 0.99, "timeSliceWindow": "5m"}],
            )
        ],
        "Datadog cannot express budgetingMethod RatioTimeslices, so it is not compiled",
    ),
    "raw-occurrences": (
        [datadog_slo(indicator=RAW)],
        "Datadog cannot express a raw ratio with budgetingMethod Occurrences, "
        "so it is not compiled",
    ),
    "other-queries": (
        [slo(indicator=ratio(good=GOOD, total=TOTAL))],
        "metrics of type datadog are not compiled",
    ),
    "composite": (
        [composite()],
        "an SLI of a single objective is not supported",
    ),
    "native-histogram": (
        [slo(good=f"{FAST} * histogram_count({X})", total=f"histogram_count({X})")],
        "vmalert cannot express an SLI of native histograms; it gets rules that never have data",
    ),
    "dashboard-other-queries": (
        [datadog_slo()],
        "Grafana cannot express an SLO of another tool's queries, which Prometheus does not record "
        "(shop-checkout); it gets dashboards without it",
    ),
    "dashboard-runbooks": (
        [slo(), entry(runbook=f"https://docs.example.com/{'x' * 700_000}.md")],
        "Grafana cannot express more runbooks than a dashboard of 700 kB has room for (1); "
        "it gets tables without the column of runbooks",
    ),
    "inhibition": (
        [slo()],
        "Grafana cannot express an alert that mutes the ticket of the same error budget; "
        "it gets both notifications",
    ),
    "unrouted-contact-point": (
        [slo()],
        "Grafana cannot express policies for alerts without a route, if no team has a channel for "
        "them, so it is not compiled",
    ),
    "notification-topic": (
        [slo()],
        "Amazon Managed Prometheus cannot express a receiver without an SNS topic (alert); "
        "it gets a receiver that notifies nobody",
    ),
    "large-group": (
        [slo()],
        "a ruler cannot express a group with more rules than maxRulesPerGroup "
        "(shop-shop-checkout-slow); "
        "it gets several groups, whose rules read each other one interval late",
    ),
    "many-groups": (
        [slo()],
        "a ruler cannot express more groups than maxGroups (3 of 2); "
        "it gets the groups that fit, and refuses the rest",
    ),
    "large-service": (
        [slo(good=LONG_QUERY), entry(), slo(good=LONG_QUERY, name="shop-cart")],
        "Kubernetes cannot express rules of one service that are larger than a PrometheusRule may "
        "be (shop); it gets several PrometheusRules, with whole groups in each (2 for shop)",
    ),
    "code-host": (
        [slo()],
        "CODEOWNERS cannot express a team without a handle on the code host (sales); "
        "it gets each of its members",
    ),
    "target-100": (
        [slo(target=1)],
        "spec.objectives[0].target: target 1 leaves no error budget: "
        "the first failure violates the SLO",
    ),
}
WITHOUT_TARGET = {"other-queries"}
"""Features that a Datadog target would express."""
MIMIR = {"name": "mimir", "provider": "mimir", "url": "http://mimir.example"}
GRAFANA = {
    "name": "grafana",
    "provider": "grafana",
    "url": "https://grafana.example.com",
    "token": "env:TOKEN",
}
POLICY_TREE = {
    "name": "grafana-files",
    "provider": "files",
    "writes": ["grafana-alerting"],
    "ownsPolicyTree": True,
}
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pager-AbCdEf"
AMAZON = {
    "name": "topics",
    "provider": "amazon-alertmanager",
    "region": "eu-west-1",
    "workspace": "ws-one",
    "topics": {"ticket": "arn:aws:sns:eu-west-1:123456789012:tickets"},
}
OTHER_TARGETS: dict[str, Document] = {
    "notification-topic": AMAZON,
    "pagerduty-key": {**AMAZON, "secrets": {"/etc/key": f"{SECRET}:routing_key"}},
    "inhibition": POLICY_TREE,
    "unrouted-contact-point": POLICY_TREE,
    "dashboard-other-queries": GRAFANA,
    "dashboard-runbooks": GRAFANA,
    "escalation-policy": {"name": "pager", "provider": "pagerduty", "token": "env:TOKEN"},
    "native-histogram": {
        "name": "vm",
        "provider": "vmalert",
        "url": "http://vm.example",
        "folder": "/rules",
    },
    "large-service": {"name": "cluster", "provider": "kubernetes"},
    "code-host": {"name": "owners", "provider": "codeowners"},
    "large-group": {**MIMIR, "maxRulesPerGroup": 5},
    "many-groups": {**MIMIR, "maxRulesPerGroup": 5, "maxGroups": 2},
}
"""Targets of features that are not about Datadog."""
PAGED = {"onCall": {"pagerduty": {"routingKey": "file:/etc/key"}}}
TEAMS = {
    "channels": {**TEAM, "spec": {**TEAM["spec"], "datadog": {}}},
    "escalation-policy": {**TEAM, "spec": {**TEAM["spec"], **PAGED}},
    "notification-topic": {**TEAM, "spec": {**TEAM["spec"], **PAGED}},
    "pagerduty-key": {**TEAM, "spec": {**TEAM["spec"], **PAGED}},
}


def findings(feature: str, documents: list[Document]) -> list[Finding]:
    """What `check` reports about a repository with a sync target."""
    team, other = TEAMS.get(feature, TEAM), OTHER_TARGETS.get(feature)
    named = TARGETS if other is None else ours("SyncTargets", "targets", targets=[other])
    target = [] if feature in WITHOUT_TARGET else [named]
    whole = [HOURS, team, OWNERSHIP, *target, *documents]
    files = [
        (PurePosixPath(f"services/shop/{number:02}.yaml"), json.dumps(each).encode())
        for number, each in enumerate(whole)
    ]
    catalog, read = load(files)
    return list(run(RULES, Context(today=date(2026, 11, 27), catalog=catalog), tuple(read)))


@pytest.mark.parametrize("gap", TARGET_GAPS, ids=lambda gap: gap.feature)
def test_each_row_has_an_input_and_its_finding(gap: TargetGap) -> None:
    documents, message = CASES[gap.feature]
    found = [item for item in findings(gap.feature, documents) if item.rule == gap.rule]
    assert message in [item.problem.message for item in found]


def test_no_case_is_without_a_row() -> None:
    assert set(CASES) == {gap.feature for gap in TARGET_GAPS}


def test_nothing_is_reported_that_datadog_can_express() -> None:
    found = findings("", [datadog_slo(), entry()])
    assert [item.problem.message for item in found if item.rule == "sync-target-inexact"] == []


def test_a_receiver_with_a_key_of_pagerduty_needs_no_topic() -> None:
    found = findings("pagerduty-key", [slo()])
    assert [item.problem.message for item in found if item.rule == "sync-target-inexact"] == []


@pytest.mark.parametrize("more", [{}, {"maxRulesPerGroup": 100, "maxGroups": 2}])
def test_nothing_is_reported_within_the_limits_of_a_ruler(more: dict[str, int]) -> None:
    targets = ours("SyncTargets", "targets", targets=[{**MIMIR, **more}])
    files = [
        (PurePosixPath(f"services/shop/{number:02}.yaml"), json.dumps(each).encode())
        for number, each in enumerate([HOURS, TEAM, OWNERSHIP, targets, slo()])
    ]
    catalog, read = load(files)
    found = run(RULES, Context(today=date(2026, 11, 27), catalog=catalog), tuple(read))
    assert [item for item in found if item.rule == "sync-target-inexact"] == []
