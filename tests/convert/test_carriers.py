"""Files and resources that carry rule groups: alerts are built as they were, and on their lines."""

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pytest
import yaml

from tests.check.repository import write
from tests.cli.program import in_process
from tests.convert.imported import document, imported, said

GROUPS: Final = """\
- name: shop
  labels: {area: eu}
  rules:
    - alert: QueueFull
      expr: max by (queue) (queue_length) > 100
      for: 5m
      keep_firing_for: 10m
      labels: {severity: warning, version: "1.10"}
      annotations: {summary: "{{ $labels.queue }} is full", runbook_url: https://wiki/queue}
    - {alert: QueueEmpty, expr: sum(queue_length) == 0, annotations: {token: Zx81Qw92Er73}}
"""
RULES: Final = """\
- alert: QueueFull
  expr: max by (queue) (queue_length) > 100
  for: 5m
  keep_firing_for: 10m
  labels: {area: eu, severity: warning, version: "1.10"}
- {alert: QueueEmpty, expr: sum(queue_length) == 0, labels: {area: eu, token: Zx81Qw92Er73}}
"""
RULE_FILE: Final = f"groups:\n{GROUPS}"
RESOURCE: Final = "apiVersion: a/v1\nkind: KIND\nmetadata: {name: shop}\nspec:\n  groups:\n"
MAPPED: Final = "prometheus:\n  additionalPrometheusRulesMap:\n    shop:\n      groups:\n"
LISTED: Final = "additionalPrometheusRules:\n  - name: shop\n    groups:\n"
CONFIG: Final = "kind: ConfigMap\ndata:\n  prometheus.yml: |\n    rule_files: [a.yml]\n"


def indented(text: str, by: int) -> str:
    return textwrap.indent(text, " " * by)


CARRIERS: Final = {
    "rule file": (RULE_FILE, 5),
    "list of groups": (GROUPS, 4),
    "PrometheusRule": (RESOURCE.replace("KIND", "PrometheusRule") + indented(GROUPS, 4), 9),
    "VMRule": (RESOURCE.replace("KIND", "VMRule") + indented(GROUPS, 4), 9),
    "other resource": (RESOURCE.replace("KIND", "GlobalRules") + indented(GROUPS, 4), 9),
    "VMRuleList": (f"kind: VMRuleList\nitems:\n  - spec:\n      groups:\n{indented(GROUPS, 8)}", 8),
    "map of a chart": (MAPPED + indented(GROUPS, 8), 8),
    "list of a chart": (LISTED + indented(GROUPS, 6), 7),
    "namespaces of mimirtool": (f"tenant:\n{indented(GROUPS, 2)}", 5),
    "group of a ruler": (textwrap.dedent(GROUPS.replace("-", " ", 1)), 4),
    "rules of a chart": (f"rule: {{enabled: true}}\nrules:\n{RULES}", 3),
    "rules of a resource": (
        f"kind: HelmRelease\nspec: {{}}\nrule:\n  rules:\n{indented(RULES, 2)}",
        5,
    ),
    "list of rules": (RULES, 1),
    "rule in each document": (
        textwrap.dedent(RULES.replace("\n- ", "\n---\n  ").replace("-", " ", 1)),
        1,
    ),
    "aliased groups": (f"a: &rules\n  groups:\n{indented(GROUPS, 4)}b: *rules\n", 6),
    "ConfigMap": (f"{CONFIG}  a.yml: |\n{indented(RULE_FILE, 4)}", 10),
    "ConfigMap with a document": (
        f"{CONFIG}  a.yml: |-\n{indented('---' + chr(10) + RULE_FILE, 6)}",
        11,
    ),
    "folded ConfigMap": (f"{CONFIG}  a.yml: {json.dumps(RULE_FILE)}\n", 5),
    "list of ConfigMaps": (
        json.dumps({"kind": "List", "items": [{"kind": "ConfigMap", "data": {"a": RULE_FILE}}]}),
        1,
    ),
}


def alerts(folder: Path) -> Iterator[tuple[Any, ...]]:
    """What is evaluated and what is sent, without the labels that `build` adds."""
    for path in (folder / "prometheus").glob("shop*.yml"):
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                labels = {key: rule["labels"].get(key) for key in ("area", "severity", "version")}
                times = rule.get("for"), rule.get("keep_firing_for")
                yield rule["alert"], rule["expr"], *times, labels


@pytest.mark.parametrize("carrier", CARRIERS)
def test_alerts_are_built_as_they_were(carrier: str, tmp_path: Path) -> None:
    text, line = CARRIERS[carrier]
    write({"in/r.yml": text}, tmp_path)
    ended = in_process("import", "in", "--into", "new", "--service", "shop", folder=tmp_path)
    assert ended.code == 0, ended.err
    assert f"in/r.yml:{line}:" in next(each for each in ended.out.splitlines() if "no team" in each)
    assert "Zx81Qw92Er73" not in (tmp_path / "new/services/shop/alert-policy.yaml").read_text()

    assert in_process("--root", "new", "build", "--out", "out", folder=tmp_path).code in (0, 1)
    labels = {"area": "eu", "severity": "warning", "version": "1.10"}
    assert sorted(alerts(tmp_path / "out"), key=str) == [
        (
            "QueueEmpty",
            "sum(queue_length) == 0",
            None,
            None,
            dict.fromkeys(labels) | {"area": "eu"},
        ),
        ("QueueFull", "max by (queue) (queue_length) > 100", "5m", "10m", labels),
    ]


NOT_RULES: Final = {
    "pipeline of Concourse": "groups: [{name: all, jobs: [build]}]",
    "groups of chart values": "groups: [{name: admins, members: [mia]}]\nenabled: true",
    "merged by spruce": "groups: (( grab meta.pipeline ))",
    "Grafana-managed alerts": "groups: [{name: g, rules: [{uid: a, title: A, data: []}]}]",
    "schema of rules": "rules: [{alert: {type: string}, expr: {type: string}}]",
    "text about rules": 'kind: ConfigMap\ndata: {a: "groups: see the alert: rules"}',
}


@pytest.mark.parametrize("name", NOT_RULES)
def test_groups_of_other_tools_are_an_unknown_format(name: str) -> None:
    assert said(imported({"x.yml": NOT_RULES[name]})) == ["x.yml:1: left out: unknown format"]


def test_a_fault_and_a_secret_in_a_config_map_have_their_line() -> None:
    rules = indented(
        RULE_FILE.replace("labels: {area: eu}", "labels: {api_token: Zx81Qw92Er73}"), 4
    )
    gathered = imported({"x.yml": f"{CONFIG}  a.yml: |\n{rules}  b.yml: |\n{rules}    x: [\n"})
    assert "x.yml:8: decide: api_token is a secret and is not copied" in said(gathered)
    [fault] = [each for each in said(gathered) if "the document is not imported" in each]
    assert fault.startswith("x.yml:30: left out: ")


LEFT_OUT: Final = {
    '{alert: A, expr: "rate({app=\\"x\\"} |= \\"error\\" [5m]) > 1"}': "its expression is LogQL",
    "{alert: A, expr: 'count_over_time({app=\"x\"} | json [5m]) > 1'}": "its expression is LogQL",
    "{alert: A, expr: 'rate({app=\"x\"} !~ `a.*` [5m]) > 1'}": "its expression is LogQL",
    "{alert: A, expr: 'sum(a) > 1 keep_metric_names'}": "not valid PromQL",
    f"{{alert: A, expr: '{'(' * 20_000}a{')' * 20_000} > 1'}}": "the limit is 100 levels",
    "{alert: A, expr: 'a[5m]'}": "the expression returns a range of samples",
    "{alert: A, expr: ''}": "it has no expression",
    "{alert: A}": "it has no expression",
    "{alert: '', expr: a > 1}": "an alert without a name",
    "{alert: A, expr: a, comparison: gt, threshold: 0}": "is in comparison and threshold",
    "{alert: A, expr: a > 1, for: '${WAIT}'}": "for is not a valid duration: '${WAIT}'",
}


@pytest.mark.parametrize("rule", LEFT_OUT, ids=range(len(LEFT_OUT)))
def test_an_alert_that_prometheus_cannot_evaluate_is_left_out_as_a_whole(rule: str) -> None:
    gathered = imported({"x.yml": f"groups:\n  - name: g\n    rules:\n      - {rule}\n"})
    [line] = said(gathered)
    assert line.startswith("x.yml:4: left out: ")
    assert LEFT_OUT[rule] in line
    assert gathered.files == {}


def test_rules_without_a_group_belong_to_their_resource_or_folder() -> None:
    rule = "alert: A\nexpr: up == 0\n"
    release = "kind: HelmRelease\nmetadata: {name: kiosk}\nrules: [{alert: A, expr: up == 0}]\n"
    paths = ("a.rule", "rules/a.rule", "till/rules/a.rule", "till/rules/b.rule")
    gathered = imported({**dict.fromkeys(paths, rule), "release.yaml": release})
    services = {path.parts[1] for path in gathered.files}
    assert services == {"imported", "rules", "till", "kiosk"}
    assert [each for each in said(gathered) if "left out" in each] == [
        "release.yaml:1: left out: of this document, only the rule groups are imported"
    ]


def test_a_selector_compared_with_a_number_is_promql() -> None:
    text = "groups: [{name: g, rules: [{alert: A, expr: '{app=\"x\"} != 1'}]}]"
    assert PurePosixPath("services/g/alert-policy.yaml") in imported({"x.yml": text}).files


def test_rules_of_other_languages_are_left_out_with_their_whole_group() -> None:
    loki = '{alert: A, expr: \'{a="b"} |= "c"\'}, {record: r, expr: \'rate({a="b"}[5m])\'}'
    text = f"groups:\n  - {{name: a, rules: [{loki}]}}\n"
    text += "  - {name: b, type: vlogs, rules: [{alert: B, expr: 'error'}]}\n"
    assert said(imported({"x.yml": text})) == [
        "x.yml:2: left out: A is not imported: its expression is LogQL, not PromQL",
        "x.yml:2: left out: r is not imported: its expression is LogQL, not PromQL",
        "x.yml:3: left out: B is not imported: its expression is LogsQL, not PromQL",
    ]


def test_another_interval_is_said_at_its_line_and_others_keys_of_a_group_too() -> None:
    keys = "    interval: 15s\n    query_offset: 1m\n    limit: 5\n"
    rules = "    rules: [{alert: A, expr: a > 1}]\n"
    text = f"groups:\n  - name: g\n{keys}{rules}  - name: h\n    interval: 60s\n{rules}"
    lines = [each for each in said(imported({"x.yml": text})) if "no team" not in each]
    missing = "of the group is not imported: the groups that `build` writes do not have it"
    assert lines == [
        "x.yml:3: changed: g was evaluated every 15s, its alerts are every minute now",
        f"x.yml:4: left out: query_offset {missing}",
        f"x.yml:5: left out: limit {missing}",
    ]


@pytest.mark.parametrize(
    ("annotations", "runbook"),
    [
        ("{documentation: https://docs/a}", "https://docs/a"),
        ("{documentation: https://docs/a, runbook_url: https://wiki/b}", "https://wiki/b"),
        ("{documentation: ask the team}", None),
    ],
)
def test_documentation_is_the_runbook_if_there_is_no_other(
    annotations: str, runbook: str | None
) -> None:
    text = f"groups: [{{name: g, rules: [{{alert: A, expr: a > 1, annotations: {annotations}}}]}}]"
    gathered = imported({"x.yml": text})
    [signal] = document(gathered, "services/g/alert-policy.yaml")["spec"]["signals"]
    assert signal.get("runbook") == runbook
