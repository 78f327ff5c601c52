"""`reliability import` of folders: templates, other suffixes, many diagnostics of one kind."""

import json
from pathlib import Path

import pytest

from tests.cli.program import in_process

RULES = """\
groups:
  - name: disk
    rules: [{alert: DiskFull, expr: disk_used > 0.9, labels: {severity: warning}}]
"""
HELM = """\
{{- if .Values.enabled }}
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata:
  labels: {{- include "shop.labels" . | nindent 4 }}
spec:
  slos: [{objective: {{ .Values.objective }}}]
{{- end }}
"""
READABLE_HELM = RULES.replace("0.9", "0.9 * {{ .Values.factor }}")
JINJA = (
    "groups:\n{% for name in names %}\n- name: {{ name }}\n  rules: [{alert: X}]\n{% endfor %}\n"
)
JSONNET = "{prometheusAlerts+:: {groups+: [{name: 'x', rules: [{alert: 'X', expr: 'up'}]}]}}\n"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["disk.alerts", "disk.rules", "disk.alert.conf", "disk"])
def test_a_rule_file_of_any_name_is_read_in_a_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, {f"in/{name}": "# our disks\n---\n" + RULES})
    ended = in_process("import", "in", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended.out
    assert "signals: 1 ticket" in ended.out


def test_files_that_are_not_looked_at_are_counted_by_suffix(tmp_path: Path) -> None:
    prose = "# How to alert\n```\ngroups:\n- alert: X\n```\n"
    program = 'package x\nvar rule = "alert: X"\n'
    write(tmp_path, {"in/a.yml": RULES, "in/README.md": prose, "in/x.go": program, "in/y.go": ""})
    ended = in_process("import", "in", "--into", "new", folder=tmp_path)
    assert "not read: 3 files (.go 2, .md 1)\n" in ended.out
    form = ("--format", "json", "--dry-run")
    shown = json.loads(in_process("import", "in", "--into", "x", *form, folder=tmp_path).out)
    assert shown["skipped"] == {".go": 2, ".md": 1}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("slo.yaml", HELM, "a Helm template"),
        ("rules.yaml", READABLE_HELM, "a Helm template"),
        ("rules.yml", JINJA, "a Jinja template"),
        ("rules.yaml", "groups:\n{{ range .X }}\n- alert: X\n{{ end }}\n", "a template"),
    ],
)
def test_a_template_alone_is_named_with_what_to_do(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    write(tmp_path, {f"in/{name}": text})
    ended = in_process("import", "in", "--into", "new", folder=tmp_path)
    assert ended.code == 2
    assert f"nothing in in can be imported: {words}; see" in ended.err
    assert f"in/{name}:1:1: left out: {words}\n  = help: render it first" in ended.out


def test_templates_of_several_folders_are_one_line_with_their_counts(tmp_path: Path) -> None:
    charts = {f"in/chart{chart}/{number}.yaml": HELM for chart in "ab" for number in range(5)}
    deployment = {"in/charta/deployment.yaml": "kind: Deployment\nname: {{ .Values.name }}\n"}
    write(tmp_path, {"in/a.yml": RULES, **charts, **deployment})
    ended = in_process("import", "in", "--into", "new", folder=tmp_path)
    assert ended.code == 1
    counts = "a Helm template (10 times: in/charta/ 5, in/chartb/ 5)"
    assert f"in/charta/0.yaml:1:1: left out: {counts}\n  = help: render it first" in ended.out
    help_text = "if it makes rules or SLOs, render it first (helm template CHART)"
    assert f"not read: 1 file (a Helm template 1)\n  = help: {help_text}" in ended.out


def test_templates_in_comments_are_prose(tmp_path: Path) -> None:
    prose = "# no {{ .Release.Name }}, no {% if %} and no <%= x %>\n"
    write(tmp_path, {"in/a.yml": prose + RULES.replace("disk\n", f"disk  {prose}")})
    ended = in_process("import", "in", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended.out
    assert "signals: 1 ticket" in ended.out


def test_jsonnet_with_rules_is_counted_with_its_suffix(tmp_path: Path) -> None:
    write(tmp_path, {"in/a.yml": RULES, "in/mixin.libsonnet": JSONNET})
    ended = in_process("import", "in", "--into", "new", folder=tmp_path)
    assert "in/mixin.libsonnet:1:1: left out: Jsonnet\n  = help: render it first" in ended.out


def test_a_template_of_prometheus_is_no_template_of_another_program(tmp_path: Path) -> None:
    labels = "annotations: {summary: '{{ $labels.job }} of {{ $value | humanize }}'}"
    write(tmp_path, {"in/a.yml": RULES.replace("labels:", f"{labels}, labels:")})
    ended = in_process("import", "in", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended.out
    assert "template" not in ended.out


def test_many_diagnostics_of_one_reason_are_one_line_unless_all_are_wanted(tmp_path: Path) -> None:
    others = {f"in/{folder}/{number}.yaml": "kind: Pod\n" for folder in "ab" for number in range(4)}
    write(tmp_path, {"in/a.yml": RULES, **others})
    ended = in_process("import", "in", "--into", "new", "--dry-run", folder=tmp_path)
    assert ("in/a/0.yaml:1:1: left out: unknown format (8 times: in/a/ 4, in/b/ 4)\n") in ended.out
    assert "messages: 1 decide, 8 left out\n" in ended.out
    whole = ("--into", "new", "--dry-run", "--all-messages")
    full = in_process("import", "in", *whole, folder=tmp_path)
    assert full.out.count("unknown format\n") == 8


def test_every_reason_is_shown_if_nothing_can_be_imported(tmp_path: Path) -> None:
    pyrra = (
        "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\n"
        "metadata: {name: latency, namespace: parca}\nspec:\n  target: '95'\n  window: 2w\n"
        "  indicator: {latency: {latency: 600ms, total: {metric: x_seconds}}}\n"
    )
    write(tmp_path, {"in/pyrra.yaml": pyrra})
    ended = in_process("import", "in", "--into", "new", folder=tmp_path)
    assert ended.code == 2
    assert "nothing in in can be imported, for the reasons above; see" in ended.err
    assert ("latency: latency lacks success.metric; the SLO is not imported\n") in ended.out


def test_a_file_that_is_not_yaml_is_no_template_for_its_annotations(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(
        " taken from a cluster\ngroups:\n- name: shop\n  rules:\n  - alert: A\n    expr: up == 0\n"
        '    annotations: {summary: "{{ $labels.job }} is down: {{ humanize $value }}"}\n'
    )
    ended = in_process("import", "rules.yaml", folder=tmp_path)
    assert ended.code == 2
    assert "rules.yaml:2:7: left out: " in ended.out
    assert "template" not in ended.out + ended.err
