"""Alerting rules become signals with a proposed tier and a reason; the rest is said by line."""

from typing import Any

import pytest

from reliability.alert_labels import PLAIN
from reliability.convert.converter import ConversionOptions
from reliability.convert.gathering import GatheredFiles
from reliability.convert.prometheus_rules.kinds import guess_kind
from reliability.convert.prometheus_rules.tiers import propose
from tests.convert.imported import document, findings, imported, said

DISK = """\
groups:
  - name: shop.rules
    interval: 30s
    rules:
      - alert: DiskFull
        expr: disk_used / disk_size > 0.9
        for: 10m
        keep_firing_for: 5m
        labels: {severity: critical, service: billing, area: "y"}
        annotations:
          summary: "{{ $labels.instance }} is full"
          description: Delete something
          runbook_url: https://runbooks.example.com/disk
          dashboard: https://grafana.example.com/d/1
          value: "{{ $value }}"
      - record: job:up:sum
        expr: sum by (job) (up)
"""
POLICY = "services/billing/alert-policy.yaml"


def signals(gathered: GatheredFiles, service: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(gathered, f"services/{service}/alert-policy.yaml")[
        "spec"
    ]["signals"]
    return found


def test_an_alerting_rule_is_a_signal_with_all_that_it_said() -> None:
    [signal] = document(imported({"rules/shop.yml": DISK}), POLICY)["spec"]["signals"]
    assert signal == {
        "name": "DiskFull",
        "kind": "saturation",
        "tier": "ticket",
        "expr": "disk_used / disk_size > 0.9",
        "for": "10m",
        "keepFiringFor": "5m",
        "labels": {"severity": "critical", "service": "billing", "area": "y"},
        "summary": "{{ $labels.instance }} is full",
        "description": "Delete something\nDashboard: https://grafana.example.com/d/1",
        "runbook": "https://runbooks.example.com/disk",
    }


def test_reasons_stand_beside_kind_and_tier() -> None:
    text = "\n".join(imported({"rules/shop.yml": DISK}).files.values())
    assert "kind: saturation  # its name mentions disk\n" in text
    assert (
        "tier: ticket  # severity was critical; only the burn-rate alert of an SLO may page\n"
        in text
    )
    assert 'area: "y"\n' in text, "an older reader would take a plain y for a bool"


def test_what_is_not_carried_over_is_said_on_its_line() -> None:
    assert said(imported({"rules/shop.yml": DISK})) == [
        "rules/shop.yml:2: left out: 1 recording rule of shop.rules not imported: job:up:sum",
        "rules/shop.yml:3: changed: shop.rules was evaluated every 30s, "
        "its alerts are every minute now",
        "rules/shop.yml:5: decide: no team is named for service billing",
        "rules/shop.yml:9: changed: DiskFull becomes a ticket: severity was critical; "
        "only the burn-rate alert of an SLO may page",
        "rules/shop.yml:14: changed: annotation dashboard becomes a line of the signal's "
        "description",
        "rules/shop.yml:15: left out: value is not imported: a signal has no such annotation",
    ]


def test_a_label_of_the_plain_set_is_left_out_where_the_repository_keeps_that_set() -> None:
    gathered = imported({"rules/shop.yml": DISK}, ConversionOptions(label_names=PLAIN))
    [signal] = document(gathered, POLICY)["spec"]["signals"]
    assert signal["labels"] == {"severity": "critical", "area": "y"}
    assert (
        "rules/shop.yml:9: left out: label service: billing is replaced by the generated "
        "label service"
    ) in said(gathered)


def test_check_then_asks_for_the_owner_and_for_nothing_that_was_there() -> None:
    errors = [each.rule for each in findings(imported({"rules/shop.yml": DISK}))]
    assert errors == ["escalation-unknown", "heartbeat-missing", "team-unknown"]


@pytest.mark.parametrize(
    ("severity", "tier"),
    [
        ("critical", "ticket"),
        ("page", "ticket"),
        ("P1", "ticket"),
        ("warning", "ticket"),
        ("whatever", "ticket"),
        (None, "ticket"),
        ("info", "log"),
        ("none", "log"),
    ],
)
def test_no_severity_makes_an_alert(severity: str | None, tier: str) -> None:
    assert propose("cause", severity).tier == tier


@pytest.mark.parametrize(
    ("name", "expr", "kind"),
    [
        ("Watchdog", "vector(1)", "heartbeat"),
        ("DeadMansSwitch", "vector(1) > 0", "heartbeat"),
        ("HostOutOfDiskSpace", "node_filesystem_avail_bytes < 10", "saturation"),
        ("VolumeGone", "predict_linear(free[1h], 14400) < 0", "saturation"),
        ("HighErrorRate", 'rate(http_requests_total{code=~"5.."}[5m]) > 1', "symptom"),
        ("ApiLatencyHigh", "histogram_quantile(0.99, x) > 1", "symptom"),
        ("RedisDown", "redis_up == 0", "cause"),
        ("JobMissing", 'absent(up{job="a"})', "cause"),
        ("ConfigReloadFailed", "config_last_reload_successful == 0", "cause"),
    ],
)
def test_the_kind_is_guessed(name: str, expr: str, kind: str) -> None:
    assert guess_kind(name, expr).kind == kind


def rule(alert: str, labels: str = "{}", more: str = "") -> str:
    return f"      - {{alert: {alert}, expr: up == 0, labels: {labels}{more}}}\n"


def group(name: str, *rules: str) -> str:
    return f"groups:\n  - name: {name}\n    rules:\n" + "".join(rules)


def services(files: dict[str, str], options: ConversionOptions | None = None) -> set[str]:
    written = imported(files, options or ConversionOptions()).files
    return {path.parts[1] for path in written if path.parts[0] == "services"}


def test_a_label_names_the_service_before_group_and_file_do() -> None:
    rules = (
        rule("A", "{service: Pay Slips, job: j, team: t}"),
        rule("B", "{job: api, team: t}"),
        rule("C", "{team: web}"),
        rule("D", "{team: '{{ $labels.team }}'}"),
    )
    files = {"r/x.yml": group("shop.rules", *rules)}
    assert services(files) == {"pay-slips", "api", "shop"}
    assert services(files, ConversionOptions(service="One")) == {"one"}


def test_groups_of_one_name_in_several_files_are_told_apart_by_file_or_folder() -> None:
    one = group("Exporter", rule("A"))
    assert services({"r/redis.yml": one, "r/minio-rules.yml": one}) == {"redis", "minio"}
    assert services({"redis/x.yml": one, "minio/x.yml": one}) == {"redis", "minio"}


def test_a_group_keeps_its_service_if_other_groups_of_another_folder_collide() -> None:
    kube = {"kube/x.yml": group("node", rule("A")), "kube/y.yml": group("etcd.rules", rule("B"))}
    assert services(kube) == {"node", "etcd"}
    other = {"other/host.yml": group("node", rule("C")), "other/x.yml": group("redis", rule("D"))}
    assert services({**kube, **other}) == {"etcd", "redis", "x", "host"}


def test_only_files_of_colliding_groups_are_called_after_their_folder() -> None:
    one, two = group("node", rule("A")), group("node", rule("B"))
    files = {"a/x.yml": one, "b/x.yml": two, "c/x.yml": group("etcd", rule("C"))}
    assert services(files) == {"a", "b", "etcd"}


@pytest.mark.parametrize(
    "folder",
    [
        *("rules", "alerts", "prometheus", "_gen", "gen", "prometheus-rules", "alerting_rules"),
        *("rules.d", "Rules", "monitoring", "mixin", "templates", "alerting/rules", "src/_gen"),
    ],
)
def test_no_service_is_called_after_a_folder_that_says_what_lies_in_it(folder: str) -> None:
    one, two = group("node", rule("A")), group("node", rule("B"))
    files = {f"web/{folder}/x.yml": one, f"store/{folder}/x.yml": two}
    assert services(files) == {"web", "store"}
    assert services({f"{folder}/x.yml": one, "store/x.yml": two}) == {"x", "store"}


def test_outer_folders_of_an_absolute_path_name_no_service() -> None:
    one, two = group("node", rule("A")), group("node", rule("B"))
    inner = {"me/rules/x.yml": one, "you/rules/x.yml": two}
    assert services({f"home/{path}": text for path, text in inner.items()}) == {"me", "you"}
    assert services({f"/home/{path}": text for path, text in inner.items()}) == {"x"}


def test_a_name_that_would_stand_twice_or_is_no_name_is_changed_and_said() -> None:
    rules = (
        rule("Full", "{severity: warning}"),
        rule("Full", "{severity: critical}"),
        rule('"Slow (v1)"'),
        rule("ErrorBudgetBurn"),
    )
    gathered = imported({"r/x.yml": group("shop", *rules)})
    policy = document(gathered, "services/shop/alert-policy.yaml")
    names = [each["name"] for each in policy["spec"]["signals"]]
    assert names == ["Full", "Full_critical", "Slow_v1", "ErrorBudgetBurn_imported"]
    alert_names = [each.get("alertName") for each in policy["spec"]["signals"]]
    assert alert_names == [None, "Full", "Slow (v1)", None]
    assert sum("the alert keeps its name" in each for each in said(gathered)) == 2


def test_lengths_that_ours_cannot_say_are_decided_by_people() -> None:
    rules = (
        rule("A", more=", for: 1y2d"),
        rule("B", more=", for: 500ms"),
        rule("C", more=", for: 0"),
    )
    gathered = imported({"r/x.yml": group("shop", *rules)})
    one, two, three = document(gathered, "services/shop/alert-policy.yaml")["spec"]["signals"]
    assert (one["for"], "for" in two, "for" in three) == ("367d", False, False)
    assert "r/x.yml:5: decide: for is 500ms; expected whole seconds, at most 3660 days" in said(
        gathered
    )


def test_a_resource_and_a_list_of_them_are_read_like_files() -> None:
    inner = "{groups: [{name: shop, rules: [{alert: A, expr: up == 0, labels: {team: web}}]}]}"
    resource = (
        "{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, "
        f"metadata: {{name: a, labels: {{x: y}}}}, spec: {inner}}}"
    )
    listed = f"{{apiVersion: v1, kind: List, items: [{resource}]}}"
    for text in (resource, listed):
        gathered = imported({"r.yaml": text})
        assert document(gathered, "services/shop/ownership.yaml")["spec"]["team"] == "web"
        assert any("labels of the resource is not imported" in each for each in said(gathered))


@pytest.mark.parametrize(
    ("group", "message"),
    [
        ("{name: a, rules: []}", "a has no rules"),
        ("{name: a}", "a has no rules"),
        ("{name: '', rules: []}", "the group has no rules"),
        ("{name: a, rules: [{record: x, expr: y}]}", "1 recording rule of a not imported: x"),
        (
            "{name: a, rules: [{record: x, expr: y}, {record: z, expr: y}, {record: x, expr: 1}]}",
            "3 recording rules of a not imported: x, z",
        ),
        ("{name: a, rules: [{expr: y}]}", "not a rule: expected the key alert or record"),
    ],
)
def test_a_group_without_an_alert_says_why_nothing_of_it_is_imported(
    group: str, message: str
) -> None:
    [line] = said(imported({"r/x.yml": f"groups:\n  - {group}\n"}))
    assert line.endswith(f"left out: {message}")


def test_what_is_no_format_that_is_read_is_said() -> None:
    gathered = imported({"x.yaml": "kind: Deployment"})
    assert not gathered.files
    assert said(gathered) == ["x.yaml:1: left out: unknown format"]


GROUPED = """\
groups:
  - name: all
    labels: {team: shop, service: cart, severity: info, zone: a, kind: x}
    rules:
      - alert: Quiet
        expr: up == 0
        labels: {zone: "", version: 1.10, code: 0x1F, canary: True}
        annotations: {summary: 404}
      - {alert: Loud, expr: up == 0, labels: {severity: critical}}
"""


def test_labels_of_a_group_name_service_owner_and_severity_of_its_alerts() -> None:
    gathered = imported({"rules.yml": GROUPED}, ConversionOptions(label_names=PLAIN))
    quiet, loud = signals(gathered, "cart")
    assert (quiet["tier"], loud["tier"]) == ("log", "ticket")
    assert document(gathered, "services/cart/ownership.yaml")["spec"]["team"] == "shop"
    assert loud["labels"] == {"severity": "critical", "zone": "a"}
    assert [each for each in said(gathered) if "rules.yml:3: left out" in each] == [
        f"rules.yml:3: left out: label {name}: {value} is replaced by the generated label {name}"
        for name, value in (("team", "shop"), ("service", "cart"), ("kind", "x"))
    ]


def test_values_of_labels_are_the_text_that_prometheus_reads() -> None:
    gathered = imported({"rules.yml": GROUPED}, ConversionOptions(label_names=PLAIN))
    quiet, _ = signals(gathered, "cart")
    assert quiet["labels"] == {
        "severity": "info",
        "version": "1.10",
        "code": "0x1F",
        "canary": "True",
    }
    assert quiet["summary"] == "404"


LISTED = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRuleList
items:
  - metadata: {name: web}
    spec: {groups: [{name: web, rules: [{alert: Down, expr: up == 0}]}]}
  - metadata: {name: bare}
    spec: {}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: web}}
  - kind: PrometheusRule
    metadata: {name: db}
    spec: {groups: [{name: db, rules: [{alert: Down, expr: up == 0}]}]}
"""


def test_items_of_a_list_need_no_kind_and_other_kinds_are_said_once() -> None:
    gathered = imported({"rules.yml": LISTED})
    assert [len(signals(gathered, name)) for name in ("web", "db")] == [1, 1]
    assert [each for each in said(gathered) if "has no groups" in each or "format" in each] == [
        "rules.yml:6: left out: bare has no groups",
        "rules.yml:12: left out: unknown format",
    ]


MIXED = """\
apiVersion: v1
kind: List
items:
  - apiVersion: pyrra.dev/v1alpha1
    kind: ServiceLevelObjective
    metadata: {name: fast}
    spec:
      target: "99"
      window: 4w
      indicator: {ratio: {errors: {metric: 'a{x="1"}'}, total: {metric: 'a'}}}
  - {kind: ConfigMap, metadata: {name: c}}
  - kind: PrometheusRule
    metadata: {name: web}
    spec: {groups: [{name: web, rules: [{alert: Down, expr: up == 0}]}]}
"""


def test_a_list_of_several_formats_is_read_by_each() -> None:
    gathered = imported({"all.yml": MIXED})
    assert document(gathered, "services/fast/slo.yaml")["metadata"]["name"] == "fast"
    assert [each["name"] for each in signals(gathered, "web")] == ["Down"]
    assert [each for each in said(gathered) if "unknown format" in each] == [
        "all.yml:11: left out: unknown format"
    ]


def test_a_name_that_is_ours_says_whose_it_is() -> None:
    text = "groups: [{name: x, rules: [{alert: ErrorBudgetBurn, expr: up == 0}]}]"
    gathered = imported({"r.yml": text})
    assert signals(gathered, "x")[0]["name"] == "ErrorBudgetBurn_imported"
    assert any(
        "ErrorBudgetBurn is renamed to ErrorBudgetBurn_imported: "
        "alerts that are generated from SLOs use that name" in each
        for each in said(gathered)
    )
