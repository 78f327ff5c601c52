"""`reliability import` as a user runs it: what is written, what is said, how it ends."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.copied import copied
from tests.cli.program import in_process
from tests.servers.generation import Generation
from tests.servers.programs import check_rules

RULES = """\
groups:
  - name: shop
    rules:
      - alert: QueueFull
        expr: queue_length > 100
        labels: {severity: critical}
"""


def with_rules(folder: Path, text: str = RULES) -> Path:
    (folder / "rules.yml").write_text(text, encoding="utf-8")
    return folder


def files_in(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def test_a_new_repository_gets_services_and_policies_that_can_be_checked(tmp_path: Path) -> None:
    ended = in_process("import", "rules.yml", "--into", "new", folder=with_rules(tmp_path))
    assert ended.code == 0, ended.err
    assert files_in(tmp_path / "new") == [
        "policies/burn-rates.yaml",
        "policies/error-budget.yaml",
        "policies/notification.yaml",
        "policies/rules.yaml",
        "policies/slo.yaml",
        "services/shop/alert-policy.yaml",
        "services/shop/ownership.yaml",
    ]
    assert ended.out == (
        "rules.yml:4:9: decide: no team is named for service shop\n"
        "  = help: set team in services/shop/ownership.yaml, or pass --team\n"
        "rules.yml:6:28: changed: QueueFull becomes a ticket: severity was critical; "
        "only the burn-rate alert of an SLO may page\n"
        "  = help: write an SLO for the user impact; its burn-rate alerts page\n"
        "files: 7 written\n"
        "signals: 1 ticket: severity was critical; "
        "only the burn-rate alert of an SLO may page\n"
        "next: after sync, remove these alerts from the files that Prometheus loads now, or they "
        "run twice: docs/start/import.md\n"
        "alert labels: prefixed, so that no label of a series is overwritten\n"
        "messages: 1 decide, 1 changed\n"
        "check errors: alert-without-runbook 1, heartbeat-missing 1, team-unknown 1\n"
        "check warnings and info: escalation-unknown 1\n"
    )
    checked = in_process("--root", "new", "check", folder=tmp_path)
    assert (checked.code, checked.out.count("error[")) == (1, 3)


def test_importing_again_changes_nothing_and_a_file_that_differs_stays(tmp_path: Path) -> None:
    asked = ("import", "rules.yml", "--into", "new")
    in_process(*asked, folder=with_rules(tmp_path))
    again = in_process(*asked, folder=tmp_path)
    assert again.code == 0
    assert "files: 0 written, 1 unchanged\n" in again.out
    owner = tmp_path / "new" / "services" / "shop" / "ownership.yaml"
    owner.write_text("mine\n", encoding="utf-8")
    policy = tmp_path / "new" / "services" / "shop" / "alert-policy.yaml"
    policy.write_text("mine, too\n", encoding="utf-8")
    third = in_process(*asked, folder=tmp_path)
    assert third.code == 1
    assert (owner.read_text(), policy.read_text()) == ("mine\n", "mine, too\n")
    assert "services/shop/alert-policy.yaml: exists and is not changed" in third.out


def test_a_dry_run_and_a_diff_write_nothing(tmp_path: Path) -> None:
    folder = with_rules(tmp_path)
    dry = in_process("import", "rules.yml", "--into", "new", "--dry-run", folder=folder)
    shown = in_process("import", "rules.yml", "--into", "new", "--diff", folder=folder)
    assert (dry.code, shown.code) == (0, 0)
    assert not (tmp_path / "new").exists()
    assert "files: 7 to be written" in dry.out
    assert "+++ services/shop/alert-policy.yaml\n" in shown.out
    assert "+    - name: QueueFull\n" in shown.out


def test_into_a_repository_that_is_there_it_writes_beside_what_is_there(tmp_path: Path) -> None:
    root = copied(tmp_path)
    before = set(files_in(root))
    named = ("--service", "shop", "--team", "platform", "--plain-labels")
    ended = in_process("import", "rules.yml", *named, folder=with_rules(root))
    assert ended.code == 0, ended.err
    new = set(files_in(root)) - before - {"rules.yml"}
    assert new == {"services/shop/alert-policy.yaml", "services/shop/ownership.yaml"}
    assert "check errors: alert-without-runbook 1\n" in ended.out


def test_json_holds_files_diagnostics_tiers_and_findings(tmp_path: Path) -> None:
    ended = in_process(
        "import", "rules.yml", "--into", "new", "--dry-run", "--format", "json",
        folder=with_rules(tmp_path),
    )  # fmt: skip
    said = json.loads(ended.out)
    assert said["written"] is False
    assert {"path": "services/shop/ownership.yaml", "state": "new"} in said["files"]
    assert [each["kind"] for each in said["diagnostics"]] == ["decide", "changed"]
    assert said["diagnostics"][1]["pointer"] == "/groups/0/rules/0/labels/severity"
    assert [(each["tier"], each["count"]) for each in said["signals"]] == [("ticket", 1)]
    assert said["findings"]["team-unknown"] == 1


def test_what_cannot_be_read_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = with_rules(tmp_path)
    (folder / "helm.yaml").write_text("groups:\n{{ range .Values }}\n- name: x\n", encoding="utf-8")
    ended = in_process("import", ".", "--into", "new", folder=folder)
    assert ended.code == 1
    assert "helm.yaml:1:1: left out: a Helm template\n" in ended.out
    assert (tmp_path / "new" / "services" / "shop").is_dir()


def test_where_there_is_nothing_to_import_it_cannot_run(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("kind: Deployment\n", encoding="utf-8")
    ended = in_process("import", "x.yaml", "--into", "new", folder=tmp_path)
    assert ended.code == 2
    assert "nothing in x.yaml can be imported: unknown format" in ended.err
    unknown = in_process("import", "x.yaml", "--from", "datadog", folder=tmp_path)
    assert unknown.code == 2
    assert "--from: unknown format datadog; expected one of " in unknown.err


def test_files_that_are_not_read_are_counted_if_there_is_nothing_else(tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "c.txt"):
        (tmp_path / name).write_text("text\n", encoding="utf-8")
    ended = in_process("import", ".", "--into", "new", folder=tmp_path)
    why = "nothing in . can be imported, for the reasons above"
    assert (ended.code, ended.out.splitlines()[0]) == (2, "not read: 3 files (.md 2, .txt 1)")
    shown = in_process("import", ".", "--format", "json", folder=tmp_path)
    assert (shown.code, shown.err) == (2, ended.err)
    assert json.loads(shown.out)["skipped"] == {".md": 2, ".txt": 1}
    assert ended.err == f"reliability: PATHS: {why}; see `reliability import --help`\n"
    (tmp_path / "x.yaml").write_text("kind: Deployment\n", encoding="utf-8")
    ended = in_process("import", ".", "--into", "new", folder=tmp_path)
    assert ended.err.startswith("reliability: PATHS: nothing in . can be imported: unknown format")
    (tmp_path / "y.yaml").write_text("kind: Pod\n", encoding="utf-8")
    ended = in_process("import", ".", "--into", "new", folder=tmp_path)
    assert ended.err == (
        "reliability: PATHS: nothing in . can be imported, for the reasons above; "
        "see `reliability import --help`\n"
    )
    assert not (tmp_path / "new").exists()


def test_a_format_that_is_named_is_the_only_one_that_is_read(tmp_path: Path) -> None:
    folder = with_rules(tmp_path)
    ended = in_process("import", ".", "--from", "backstage", "--into", "new", folder=folder)
    assert ended.code == 2
    assert "not in the backstage format" in ended.err


def test_a_folder_that_leads_out_of_the_repository_is_not_written_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "new" / "policies").mkdir(parents=True)
    (tmp_path / "new" / "services").symlink_to(outside)
    ended = in_process("import", "rules.yml", "--into", "new", folder=with_rules(tmp_path))
    assert ended.code == 2
    assert "cannot be written: it is a symbolic link" in ended.err
    assert files_in(outside) == []


@pytest.mark.tools
def test_what_is_built_of_an_import_loads_in_prometheus(
    generation: Generation, corpora: Path, tmp_path: Path
) -> None:
    folder = corpora / "prometheus-rules" / "kube-prometheus"
    in_process("import", folder, "--into", "new", folder=tmp_path)
    built = in_process("--root", "new", "build", "--out", "out", folder=tmp_path)
    assert built.code == 0, built.err
    files = sorted((tmp_path / "out" / "prometheus").iterdir())
    assert len(files) == 18
    said = check_rules(generation, *files)
    assert said.accepted, said.text


def test_no_path_of_the_machine_is_written_into_the_repository(tmp_path: Path) -> None:
    rules = with_rules(tmp_path) / "rules.yml"
    in_process("import", str(rules.resolve()), "--into", "new", folder=tmp_path)
    policy = (tmp_path / "new/services/shop/alert-policy.yaml").read_text(encoding="utf-8")
    assert policy.startswith("# Imported from rules.yml\n")


def test_a_word_that_other_readers_take_otherwise_is_said_and_is_no_failure(tmp_path: Path) -> None:
    rules = RULES.replace("severity: critical", "page: yes")
    ended = in_process("import", "rules.yml", "--into", "new", folder=with_rules(tmp_path, rules))
    assert ended.code == 0
    assert "rules.yml:6:24: decide: `yes` is text in YAML 1.2 and true in YAML 1.1" in ended.out
    assert 'page: "yes"' in (tmp_path / "new/services/shop/alert-policy.yaml").read_text()


def test_values_of_files_that_are_not_imported_need_no_decision(tmp_path: Path) -> None:
    folder = with_rules(tmp_path)
    other = "kind: Pod\non: yes\na: &a {b: 010}\n<<: *a\nurl: https://me:Zx81Qw92Er@h.example/\n"
    (folder / "pod.yaml").write_text(other, encoding="utf-8")
    ended = in_process("import", ".", "--into", "new", folder=folder)
    said = [line for line in ended.out.splitlines() if line.startswith("pod.yaml")]
    assert said == ["pod.yaml:1:1: left out: unknown format"]


MERGING = """\
groups:
  - name: shop
    rules:
      - alert: QueueFull
        expr: queue_length > 100
        labels: &loud {severity: critical, area: queue}
      - alert: QueueGone
        expr: absent(queue_length)
        for: 5m
        labels:
          <<: [*loud, {area: other, zone: a}]
          severity: info
"""


def test_merge_keys_are_written_out_and_said(tmp_path: Path) -> None:
    folder = with_rules(tmp_path, MERGING)
    ended = in_process("import", "rules.yml", "--into", "new", folder=folder)
    assert ended.code == 0, ended.err
    assert "rules.yml:11:11: changed: `<<` is expanded" in ended.out
    policy = (tmp_path / "new/services/shop/alert-policy.yaml").read_text()
    labels = "labels:\n        area: queue\n        zone: a\n        severity: info\n"
    assert labels in policy
    assert "tier: log  # severity was info" in policy


def test_more_aliases_than_a_repository_may_have_are_read(tmp_path: Path) -> None:
    more = "".join(
        f"      - {{alert: A{number}, expr: up == {number}, labels: *loud}}\n"
        for number in range(150)
    )
    folder = with_rules(tmp_path, MERGING + more)
    ended = in_process("import", "rules.yml", "--into", "new", folder=folder)
    assert ended.code == 0, ended.out
    assert "signals: 151 ticket" in ended.out


def test_what_cannot_be_read_says_that_all_of_its_document_is_left_out(tmp_path: Path) -> None:
    alertmanager = "route: {receiver: a}\nx: &x {b: c}\nreceivers:\n  - {name: a, <<: *x}\n"
    (tmp_path / "am.yml").write_text(alertmanager, encoding="utf-8")
    ended = in_process("import", ".", "--into", "new", folder=with_rules(tmp_path))
    assert ended.code == 1
    assert (
        "am.yml:4:15: left out: `<<` is not a merge key in YAML 1.2; the document is not imported"
        in ended.out
    )


def test_rule_files_of_prometheus_own_ending_are_read_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "shop.rules").write_text(RULES, encoding="utf-8")
    ended = in_process("import", "rules", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended.err
    assert "services/shop/alert-policy.yaml" in files_in(tmp_path / "new")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("alertmanager.yml", "route: {receiver: ops}\nreceivers: [{name: ops}]\n"),
        ("CODEOWNERS", "* @acme/web\n"),
        ("CODEOWNERS", "* @web\n"),
    ],
)
def test_check_runs_after_an_import_that_brings_no_service(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    ended = in_process("import", name, "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended.err
    checked = in_process("check", folder=tmp_path / "new")
    assert checked.code in (0, 1), checked.err
    assert "0 services" in checked.err


BROKEN_SLOTH = """\
version: prometheus/v1
service: shop
slos:
  - name: pay
    objective: 99
    sli:
      events:
        error_query: sum(rate(x{a=~b}[{{.window}}]))
        total_query: sum(rate(x[{{.window}}]))
    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}
"""


def test_what_is_written_is_read_back_and_built(tmp_path: Path) -> None:
    (tmp_path / "sloth.yml").write_text(BROKEN_SLOTH, encoding="utf-8")
    ended = in_process("import", "sloth.yml", "--into", "new", folder=tmp_path)
    assert ended.code == 1
    assert re.search(r"services/shop/slo\.yaml:\d+:\d+: refused: not valid PromQL: ", ended.out)
    good = BROKEN_SLOTH.replace("a=~b", 'a=~"b"')
    (tmp_path / "sloth.yml").write_text(good, encoding="utf-8")
    ended = in_process("import", "sloth.yml", "--into", "good", folder=tmp_path)
    assert (ended.code, "refused" in ended.out) == (0, False)


OPENSLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: pay}
spec:
  service: shop
  indicatorRef: pay-sli
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
---
apiVersion: openslo/v1
kind: SLI
metadata: {name: pay-sli}
spec:
  ratioMetric:
    counter: true
    good: {metricSource: {type: Prometheus, spec: {query: ok_total}}}
    total: {metricSource: {type: Prometheus, spec: {query: all_total}}}
"""


def test_documents_of_openslo_v1_are_copied(tmp_path: Path) -> None:
    (tmp_path / "slo.yml").write_text(OPENSLO, encoding="utf-8")
    ended = in_process("import", "slo.yml", "--into", "new", folder=tmp_path)
    assert (ended.code, "refused" in ended.out) == (0, False), ended.out
    built = in_process("--root", "new", "build", "--out", "out", folder=tmp_path)
    assert "slo-not-compiled" not in built.err
    alone = in_process("check", folder=tmp_path / "new").out
    assert "reference-missing" not in alone


@pytest.mark.parametrize("version", ["openslo.com/v1", "openslo.com/v2alpha"])
def test_another_version_of_openslo_says_what_to_write(tmp_path: Path, version: str) -> None:
    text = OPENSLO.split("---")[0].replace("openslo/v1", version).replace("indicatorRef", "sliRef")
    (tmp_path / "slo.yml").write_text(text, encoding="utf-8")
    ended = in_process("import", "slo.yml", "--into", "new", folder=tmp_path)
    assert ended.code == 2
    assert "= help: write apiVersion: openslo/v1; write sliRef as indicatorRef\n" in ended.out


def test_more_than_a_file_may_hold_is_written_into_several(tmp_path: Path) -> None:
    for first in (0, 300):
        rules = [
            {
                "alert": f"Alert{number}",
                "expr": f"up == {number}",
                "labels": {"service": "shop"},
                "annotations": {"summary": "x" * 2000},
            }
            for number in range(first, first + 300)
        ]
        file = {"groups": [{"name": "shop", "rules": rules}]}
        (tmp_path / f"rules-{first}.yml").write_text(json.dumps(file))
    ended = in_process("import", ".", "--into", "new", folder=tmp_path)
    assert ended.code == 0, ended.out
    parts = sorted(path.name for path in tmp_path.glob("new/services/shop/alert-policy*.yaml"))
    assert parts == ["alert-policy-2.yaml", "alert-policy-3.yaml", "alert-policy.yaml"]
    ended = in_process("--root", "new", "build", "--out", "out", folder=tmp_path)
    assert ended.code == 0, ended.err
    assert (tmp_path / "out/prometheus/shop.yml").read_text().count("alert: Alert") == 600


def test_an_import_without_findings_says_so(tmp_path: Path) -> None:
    root = copied(tmp_path)
    rules = RULES + "        annotations: {runbook_url: 'https://wiki.example/queue'}\n"
    named = ("--service", "exports", "--plain-labels")
    ended = in_process("import", "rules.yml", *named, "--diff", folder=with_rules(root, rules))
    assert ended.out.splitlines()[-3:] == [
        "messages: 1 changed",
        "check errors: none",
        "check warnings and info: none",
    ]
