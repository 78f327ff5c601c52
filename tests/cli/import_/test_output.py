"""The text output of `import`: diagnostics one by one or in a group, and files not read."""

from pathlib import PurePosixPath

import pytest

from reliability.cli.import_.output import group_text, problem_text, skipped_text
from reliability.convert.converter import Diagnostic, DiagnosticKind
from reliability.finding import Finding, Problem, Severity
from reliability.location import Location, SourceSpan
from reliability.onboarding.importing.diagnostic_groups import diagnostic_groups
from reliability.onboarding.importing.outcome import counts_by_rule


def diagnostic(
    path: str, line: int = 3, help_text: str | None = "write it", reason: str = "no rule"
) -> Diagnostic:
    at = Location(PurePosixPath(path), SourceSpan(line, 5, line, 9))
    return Diagnostic(DiagnosticKind.LEFT_OUT, Problem(at, f"no rule in {path}", help_text), reason)


def test_a_problem_has_its_help_on_its_own_line() -> None:
    text = "a.yml:3:5: refused: no rule in a.yml"
    problem = diagnostic("a.yml").problem
    assert problem_text("refused", problem) == f"{text}\n  = help: write it"
    assert problem_text("refused", diagnostic("a.yml", help_text=None).problem) == text


def test_four_of_one_reason_are_a_group_and_three_are_not() -> None:
    [three] = diagnostic_groups(diagnostic(f"{name}.yml") for name in "abc")
    [four] = diagnostic_groups(diagnostic(f"{name}.yml") for name in "abcd")
    assert (three.is_single, four.is_single) == (True, False)


def test_a_group_is_one_line_and_the_help_that_all_share() -> None:
    paths = ("b/1.yml", "a/1.yml", "b/2.yml", "a/2.yml", "c/1.yml")
    [group] = diagnostic_groups(map(diagnostic, paths))
    assert group_text(group) == (
        "b/1.yml:3:5: left out: no rule (5 times: a/ 2, b/ 2, c/ 1)\n  = help: write it"
    )


def test_a_group_whose_help_differs_has_none() -> None:
    [group] = diagnostic_groups(
        [diagnostic("a.yml"), diagnostic("b.yml", help_text="write another")]
    )
    assert group_text(group) == "a.yml:3:5: left out: no rule (2 times: ./ 2)"
    [group] = diagnostic_groups(diagnostic(path, help_text=None) for path in ("a.yml", "b.yml"))
    assert group_text(group) == "a.yml:3:5: left out: no rule (2 times: ./ 2)"


@pytest.mark.parametrize(
    ("folders", "named"),
    [
        (5, "f0/ 1, f1/ 1, f2/ 1, f3/ 1, f4/ 1"),
        (6, "f0/ 1, f1/ 1, f2/ 1, f3/ 1, f4/ 1, 1 other folders 1"),
        (8, "f0/ 1, f1/ 1, f2/ 1, f3/ 1, f4/ 1, 3 other folders 3"),
    ],
)
def test_a_group_names_five_folders(folders: int, named: str) -> None:
    [group] = diagnostic_groups(diagnostic(f"f{number}/a.yml") for number in range(folders))
    assert group.folders() == named


def test_groups_are_by_kind_and_reason_and_without_a_reason_by_message() -> None:
    other = diagnostic("a.yml")
    changed = Diagnostic(DiagnosticKind.CHANGED, other.problem, other.reason)
    plain = diagnostic("a.yml", reason="")
    groups = diagnostic_groups([other, changed, plain, other])
    assert [(group.kind.value, group.reason, len(group.diagnostics)) for group in groups] == [
        ("left out", "no rule", 2),
        ("changed", "no rule", 1),
        ("left out", "no rule in a.yml", 1),
    ]


@pytest.mark.parametrize(
    ("skipped", "text"),
    [
        ({".md": 1}, "1 file (.md 1)"),
        ({".md": 2, ".txt": 9, ".a": 2}, "13 files (.txt 9, .a 2, .md 2)"),
        (
            {f".{number:02}": 1 for number in range(10)},
            "10 files (" + ", ".join(f".{number:02} 1" for number in range(10)) + ")",
        ),
        (
            {f".{number:02}": 2 for number in range(12)},
            "24 files ("
            + ", ".join(f".{number:02} 2" for number in range(10))
            + ", 2 other suffixes 4)",
        ),
    ],
)
def test_files_that_were_not_read_are_counted_by_ten_suffixes(
    skipped: dict[str, int], text: str
) -> None:
    assert skipped_text(skipped) == text


def found(rule: str, severity: Severity, waiver: str | None = None) -> Finding:
    problem = diagnostic("a.yml").problem
    return Finding(rule=rule, severity=severity, problem=problem, waiver=waiver)


def test_findings_are_counted_by_rule_without_those_that_are_waived() -> None:
    error, warning = Severity.ERROR, Severity.WARNING
    findings = [
        *(found("b", warning), found("b", warning), found("c", error), found("a", warning)),
        *(found("c", error, "later"), found("d", error, "later"), found("e", warning)),
    ]
    assert list(counts_by_rule(findings).items()) == [("c", 1), ("b", 2), ("a", 1), ("e", 1)]
