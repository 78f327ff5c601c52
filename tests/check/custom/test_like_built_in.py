"""A custom rule behaves as a built-in one: severity, lock, waivers, baseline, pages, reports."""

import json
from pathlib import Path

import pytest

from reliability.check.custom.rules import rules_of
from reliability.check.engine.run import Context, run
from reliability.check.report.checked import statistics_table
from reliability.check.rules import RULES
from reliability.check.suppression.baseline import baseline_text, first_entries
from reliability.finding import Severity
from tests.check.custom.policies import HEAD, PATH, TRIBE, policy, rule
from tests.check.examples import minimal_files
from tests.check.repository import TODAY, checked, found, loaded, write
from tests.cli.program import in_process as reliability

SLO = "services/attendance/slo.yaml"
FOUND = [("tribe-missing", SLO, 4)]
WAIVER = {
    "policies/waivers.yaml": """\
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - rule: tribe-missing
      service: attendance
      reason: It moves to another tribe
      approver: "@lead-workforce"
      until: 2027-01-31
"""
}


def with_setting(setting: str) -> dict[str, str]:
    return {**policy(), PATH: HEAD + TRIBE + f"  rules: {{tribe-missing: {setting}}}\n"}


def test_it_finds_with_its_severity_message_and_help() -> None:
    [finding] = checked(policy(TRIBE))
    assert found([finding]) == FOUND
    assert finding.severity is Severity.WARNING
    assert finding.problem.message == "attendance-clock-in of attendance has no label tribe"
    assert finding.problem.help == "name the tribe"


def test_it_points_where_it_says() -> None:
    [finding] = checked({**policy(), PATH: HEAD + TRIBE + "      at: spec.timeWindow.0.duration\n"})
    assert finding.problem.at.pointer == ("spec", "timeWindow", 0, "duration")


def test_the_policy_sets_its_severity_and_turns_it_off() -> None:
    [finding] = checked(with_setting("{severity: error}"))
    assert finding.severity is Severity.ERROR
    assert checked(with_setting('{severity: "off"}')) == []


def test_a_waiver_excuses_it_unless_it_is_locked() -> None:
    [finding] = checked(policy(TRIBE) | WAIVER)
    assert finding.waiver is not None
    assert "It moves to another tribe" in finding.waiver
    findings = checked(with_setting("{locked: true}") | WAIVER)
    assert {each.rule for each in findings} == {"tribe-missing", "waiver-unused"}
    assert all(each.waiver is None for each in findings)


def test_a_waiver_of_a_custom_rule_that_is_gone_misses() -> None:
    assert [each.rule for each in checked(minimal_files() | WAIVER)] == ["reference-missing"]


def test_the_baseline_holds_it() -> None:
    files = policy(TRIBE)
    rules = {each.id: each for each in rules_of(loaded(files)[0])}
    text = baseline_text(first_entries(checked(files), rules, frozenset()))
    assert "rule: tribe-missing" in text
    assert found(checked(files | {"policies/baseline.yaml": text})) == []


def test_statistics_count_it() -> None:
    table = list(statistics_table(checked(policy(TRIBE))))
    assert table[1].split() == ["tribe-missing", "warning", "1", "0"]


def test_taking_one_out_or_weakening_it_is_a_looser_policy() -> None:
    base = policy(TRIBE)
    for now in (
        policy(rule("other", "true")),
        {**base, PATH: base[PATH].replace("severity: warning", "severity: info")},
        {
            **base,
            PATH: base[PATH].replace("'tribe' in slo.labels", "true || 'tribe' in slo.labels"),
        },
    ):
        assert "policy-changed" in {each.rule for each in checked(now, base=base)}
    assert "policy-changed" not in {each.rule for each in checked(base, base=base)}


def test_where_the_base_judges_its_custom_rules_are_the_ones_that_count() -> None:
    """A change cannot take out the rule that finds it."""
    judge, now = loaded(policy(TRIBE))[0], loaded(policy(rule("new", "false")))[0]
    findings = list(run(RULES, Context(today=TODAY, catalog=now, base=judge, judge=judge)))
    assert "tribe-missing" in {each.rule for each in findings}
    assert "new" not in {each.rule for each in findings}


def test_a_catalog_rule_speaks_of_the_services_that_it_concerns() -> None:
    named = "catalog.services.filter(s, s.name == 'monitoring').map(s, s.name)"
    files = policy(rule("mine", "false", "'{concerned}!'", "catalog"))
    [at_rule] = checked(policy(rule("mine", "false", "x", "catalog")))
    assert (at_rule.rule, at_rule.problem.at.path.as_posix()) == ("mine", PATH)
    files[PATH] += f'      concerns: "{named}"\n'
    [finding] = checked(files)
    assert finding.problem.message == "monitoring!"
    assert finding.problem.at.path.as_posix() == "services/monitoring/ownership.yaml"


def test_services_that_cannot_be_read_are_not_judged() -> None:
    files = policy(TRIBE, rule("all", "catalog.services == []", "x", "catalog"))
    files["services/attendance/alert-policy.yaml"] = "{"
    assert "tribe-missing" not in {each.rule for each in checked(files)}
    assert "all" not in {each.rule for each in checked(files)}


def test_explain_and_sarif_have_its_page(tmp_path: Path) -> None:
    why = '      why: "Tribes \\u001b[31manswer ](x)"\n'
    write({**policy(), PATH: HEAD + TRIBE + why}, tmp_path)
    page = reliability("explain", "tribe-missing", folder=tmp_path)
    assert page.code == 0
    assert page.out.startswith("tribe-missing (warning, of this repository)\n\nTribes \\x1b[31m")
    assert "'tribe' in slo.labels" in page.out
    assert "tribe-missing" in reliability("explain", folder=tmp_path).out
    ended = reliability("--today", "2026-11-25", "check", "--format", "sarif", folder=tmp_path)
    [run] = json.loads(ended.out)["runs"]
    [result] = run["results"]
    described = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert described["id"] == result["ruleId"] == "tribe-missing"
    assert described["shortDescription"]["text"].startswith("Tribes \\x1b[31manswer ] (x)")


OFF = HEAD + TRIBE + "  rules: {tribe-missing: {severity: 'off'}}\n"
WITHOUT = HEAD.replace("custom:", "rules: {}")


@pytest.mark.parametrize(("policy_text", "is_known"), [(OFF, True), (WITHOUT, False)])
def test_a_rule_that_is_off_is_known_to_its_waivers(policy_text: str, is_known: bool) -> None:
    files = {PATH: policy_text, **WAIVER, "services/attendance/slo.yaml": ""}
    context = Context(today=TODAY, catalog=loaded(files)[0])
    assert [finding.rule for finding in run((), context)] == ["waiver-unused"] * is_known
