"""What `reliability check` says: its text and JSON, its exit codes, and where it looks."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.cli.copied import DAY, copied, edit
from tests.cli.program import Ended, in_process

POLICY: Final = "services/attendance/alert-policy.yaml"
KEYS: Final = (
    *("rule", "severity", "path", "line", "column", "end_line", "end_column"),
    *("message", "help", "pointer", "waiver", "fingerprint", "related", "fix"),
)
WAIVER: Final = """waivers:
    - rule: alert-without-runbook
      service: exports
      reason: The page is being written
      approver: "@lead-workforce"
      until: 2026-12-01
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return copied(tmp_path)


def check(*arguments: str | Path, folder: Path) -> Ended:
    return in_process("check", "--today", DAY, *arguments, folder=folder)


def without_a_runbook(repository: Path) -> None:
    edit(repository / "services/exports/alert-policy.yaml", "runbooks/exports", "runbooks/export")


def overdue(repository: Path) -> None:
    edit(repository / "services/attendance/slo.yaml", '"2026-10-20"', '"2026-06-20"')


def test_a_clean_repository_is_one_line_on_stderr(repository: Path) -> None:
    assert check(folder=repository) == Ended(0, "", "5 services, 31 documents: no findings\n")


def test_quiet_leaves_only_results(repository: Path) -> None:
    assert check("--quiet", folder=repository) == Ended(0, "", "")


def test_a_finding_shows_its_line_a_mark_and_the_way_out(repository: Path) -> None:
    edit(repository / "services/attendance/slo.yaml", "target: 0.999 ", "target: 0.9 ")
    ended = check(folder=repository)
    assert ended.out == (
        "services/attendance/slo.yaml:28:15: error[burn-alert-impossible]: target 0.9 makes the "
        "fast burn alert need an error ratio of 1.44, and a ratio cannot exceed 1\n"
        " 28 |       target: 0.9                 "
        "# 1 - target is the error budget\n"
        "    |               ^^^\n"
        "    = help: use a window set whose largest factor is under 10, "
        "or raise target above 0.9306\n"
    )
    assert (ended.code, ended.err) == (1, "5 services, 31 documents: 1 error\n")


def test_a_second_place_is_shown_too(repository: Path) -> None:
    edit(
        repository / "services/exports/ownership.yaml",
        "  criticality: standard\n",
        "  criticality: standard\n  criticality: critical\n",
    )
    assert check(folder=repository).out == (
        "services/exports/ownership.yaml:7:3: error[document-key-duplicate]: "
        "duplicate key `criticality` in a mapping\n"
        " 7 |   criticality: critical\n"
        "   |   ^^^^^^^^^^^\n"
        "   = related: services/exports/ownership.yaml:6:3: the first one\n"
        "   = help: keep one of the two\n"
    )


def test_broken_yaml_is_marked_and_other_files_are_checked(repository: Path) -> None:
    edit(repository / "services/payslips/slo.yaml", "  objectives:\n", "  objectives: [\n")
    without_a_runbook(repository)
    ended = check(folder=repository)
    assert ended.code == 1
    assert ended.out == (
        "services/exports/alert-policy.yaml:11:16: error[alert-without-runbook]: "
        "the runbook docs/runbooks/export.md does not exist\n"
        " 11 |       runbook: docs/runbooks/export.md\n"
        "    |                ^^^^^^^^^^^^^^^^^^^^^^^\n"
        "    = help: create the file, or correct the path\n"
        "services/payslips/slo.yaml:28:5: error[document-unreadable]: "
        "did not find expected node content\n"
        " 28 |     - displayName: opened\n"
        "    |     ^\n"
        "    = related: services/payslips/slo.yaml:28:5: while parsing a flow node\n"
    )


def test_color_is_there_when_it_is_asked_for(repository: Path) -> None:
    without_a_runbook(repository)
    ended = check("--color", "always", folder=repository)
    assert "\x1b[31merror[alert-without-runbook]\x1b[0m" in ended.out
    assert "\x1b" not in check(folder=repository).out


def test_an_empty_folder_is_no_repository(tmp_path: Path) -> None:
    ended = check(folder=tmp_path)
    assert ended == Ended(
        2,
        "",
        f"reliability: no services/ in {tmp_path} or its parents; "
        "run `reliability init` to create it, "
        "`reliability demo` for an example, or pass --root with the folder that contains it\n",
    )


def test_policies_alone_are_no_repository(repository: Path) -> None:
    (repository / "services").rename(repository / "systems")
    ended = check(folder=repository)
    assert ended.code == 2
    assert f"no services/ in {repository} or its parents" in ended.err


def test_empty_services_are_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    assert check(folder=tmp_path) == Ended(
        0,
        "",
        "0 services, 0 documents: no findings\n"
        "no documents to check; `reliability demo` shows an example repository\n",
    )


def test_a_missing_path_cannot_be_checked(repository: Path) -> None:
    ended = check("services/attendence", folder=repository)
    assert ended == Ended(
        2,
        "",
        "reliability: PATHS: Path 'services/attendence' does not exist; "
        "see `reliability check --help`\n",
    )


def test_a_path_outside_cannot_be_checked(repository: Path) -> None:
    ended = check(repository.parent, folder=repository)
    assert ended.code == 2
    assert f"{repository.parent} is outside of {repository}" in ended.err


@pytest.mark.parametrize("path", ["services/exports", "services/exports/alert-policy.yaml"])
def test_paths_narrow_what_is_shown(repository: Path, path: str) -> None:
    without_a_runbook(repository)
    edit(repository / "services/payslips/ownership.yaml", "team: payroll", "team: pay")
    ended = check(path, folder=repository)
    assert (ended.code, ended.err) == (1, "5 services, 31 documents: 1 error\n")
    assert "services/exports/alert-policy.yaml:11" in ended.out
    assert check("services/monitoring", folder=repository).code == 0


def test_the_root_is_found_from_a_folder_below(repository: Path) -> None:
    without_a_runbook(repository)
    below = repository / "services" / "attendance"
    assert check(folder=below) == check(folder=repository)
    assert check("../exports", folder=below) == check("services/exports", folder=repository)
    assert check(".", folder=below).code == 0


def test_the_root_may_be_named(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert check("--root", repository, folder=elsewhere) == check(folder=repository)


def test_a_named_root_without_services_is_no_clean_repository(repository: Path) -> None:
    ended = check("--root", repository / "services", folder=repository)
    assert ended == Ended(2, "", f"reliability: --root: no services/ in {repository}/services\n")


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)]
)
def test_a_warning_fails_where_it_is_asked_to(repository: Path, fail_on: str, code: int) -> None:
    overdue(repository)
    ended = check("--fail-on", fail_on, folder=repository)
    assert (ended.code, ended.err) == (code, "5 services, 31 documents: 1 warning\n")


def test_nothing_fails_when_nothing_is_to_fail(repository: Path) -> None:
    without_a_runbook(repository)
    ended = check("--fail-on", "never", folder=repository)
    assert (ended.code, ended.err) == (0, "5 services, 31 documents: 1 error\n")


def test_an_excused_finding_does_not_fail_and_json_says_who_agreed(repository: Path) -> None:
    without_a_runbook(repository)
    edit(repository / "policies/waivers.yaml", "waivers: []\n", WAIVER)
    counted = "5 services, 31 documents: no findings; 1 waived\n"
    assert check(folder=repository) == Ended(0, "", counted)
    (finding,) = json.loads(check("--format", "json", folder=repository).out)["findings"]
    assert finding["rule"] == "alert-without-runbook"
    assert finding["waiver"] == (
        "until 2026-12-01, @lead-workforce: The page is being written (policies/waivers.yaml:7)"
    )
    later = in_process("check", "--today", "2026-12-02", folder=repository)
    assert later.code == 0, "a day alone turns nothing red"
    assert later.err == "5 services, 31 documents: 2 warnings\n"


def test_json_holds_each_finding_with_these_keys(repository: Path) -> None:
    without_a_runbook(repository)
    ended = check("--format", "json", folder=repository / "services")
    (finding,) = json.loads(ended.out)["findings"]
    assert tuple(finding) == KEYS
    assert len(finding.pop("fingerprint")) == 16
    assert finding == {
        "rule": "alert-without-runbook",
        "severity": "error",
        "path": "services/exports/alert-policy.yaml",
        "line": 11,
        "column": 16,
        "end_line": 11,
        "end_column": 39,
        "message": "the runbook docs/runbooks/export.md does not exist",
        "help": "create the file, or correct the path",
        "pointer": "/spec/objectives/0/runbook",
        "waiver": None,
        "related": [],
        "fix": None,
    }
    assert (ended.code, ended.err) == (1, "")


def test_json_of_a_clean_repository_has_no_findings(repository: Path) -> None:
    ended = check("--format", "json", folder=repository)
    assert (ended.code, ended.err) == (0, "")
    assert json.loads(ended.out) == {
        "version": 1,
        "findings": [],
        "statistics": [],
        "services": 5,
        "documents": 31,
    }


def test_several_reports_are_written_beside_what_is_printed(repository: Path) -> None:
    without_a_runbook(repository)
    reports = ("--report", "sarif=out.sarif", "--report", "markdown=out.md")
    ended = check("--format", "github", *reports, "--statistics", folder=repository)
    assert ended.code == 1
    assert ended.out.startswith("::error file=services/exports/alert-policy.yaml,line=11,")
    assert ended.err.splitlines()[-1].split() == ["alert-without-runbook", "error", "1", "0"]
    (run,) = json.loads((repository / "out.sarif").read_text(encoding="utf-8"))["runs"]
    assert [each["ruleId"] for each in run["results"]] == ["alert-without-runbook"]
    assert (repository / "out.md").read_text(encoding="utf-8").startswith("### Reliability: ")


def test_a_report_that_cannot_be_written_or_is_of_no_form_is_said(repository: Path) -> None:
    missing = check("--report", "sarif=no/where.sarif", folder=repository)
    assert missing.code == 2
    assert "--report: no/where.sarif cannot be written: no such file or directory" in missing.err
    unknown = check("--report", "xml=out.xml", folder=repository)
    assert unknown.code == 2
    assert "--report: xml=out.xml is not FORM=FILE with one of text, json, sarif" in unknown.err


def test_a_day_option_may_stand_before_the_command(repository: Path) -> None:
    overdue(repository)
    before = in_process("--today", DAY, "--quiet", "check", folder=repository)
    assert before == check("--quiet", folder=repository)


def with_plain_patterns(repository: Path, number: int) -> list[str]:
    """Add signals with a finding each, of one rule; return the text that only its finding has."""
    path = repository / POLICY
    with path.open("a", encoding="utf-8") as file:
        for index in range(number):
            file.write(f"    - name: Plain{index:02}\n      kind: cause\n      tier: log\n")
            file.write(f'      expr: up{{job=~"j{index:02}"}} == 0\n')
    return [f'job="j{index:02}"' for index in range(number)]


def test_the_text_folds_a_rule_with_more_than_20_findings_after_all_others(
    repository: Path,
) -> None:
    overdue(repository)
    first, report = check(folder=repository).out, repository / "report.txt"
    helps = with_plain_patterns(repository, 21)
    text = check("--report", f"text={report}", folder=repository).out
    assert text.startswith(first)
    assert [line for line in text.splitlines() if "query-regexp-plain" in line][3:] == [
        "and 18 more query-regexp-plain; --report text=FILE lists all"
    ]
    assert [each for each in helps if each in text] == helps[:3]
    assert [each for each in helps if each not in report.read_text()] == []


@pytest.mark.parametrize(
    ("form", "number"),
    [("text", 20), *((form, 21) for form in ("json", "sarif", "rdjson", "github", "markdown"))],
)
def test_20_findings_of_a_rule_are_whole_in_the_text_and_all_in_other_forms(
    form: str, number: int, repository: Path
) -> None:
    helps = with_plain_patterns(repository, number)
    text = check("--format", form, folder=repository).out.replace("\\", "")
    assert [each for each in helps if each not in text] == []
