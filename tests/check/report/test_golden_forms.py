"""Each form of a report as a whole: of every kind of finding, of none, and of very many.

`pytest tests/check/report/test_golden_forms.py --update-golden` rewrites the golden files; read
what has changed.
"""

from pathlib import Path, PurePosixPath
from typing import Final

import pytest

from reliability import __version__
from reliability.check.report.checked import Checked, statistics_table
from reliability.check.report.forms import FORMS, Form, report
from reliability.check.report.markdown import LIMIT
from reliability.check.report.text import summary
from reliability.check.rule import Rule
from reliability.check.rules import RULES
from reliability.finding import Edit, Finding, Fix, Label, Problem, Severity
from reliability.location import Location, SourceSpan
from tests.check.report_cases import PATH, at, hostile
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
OTHER: Final = PurePosixPath("policies/a b.yaml")
COLON: Final = PurePosixPath(":x.yaml")
EMPTY: Final = PurePosixPath("empty.yaml")
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
LONG: Final = "0123456789" * 30
TEXTS: Final = {
    PATH: f'\ufeffjourney: "勤怠" # x\r\nsecond: 2\rthird: 3\n\n   \nsixth: {LONG}\n',
    OTHER: "password: hunter2\ntoken: env:TOKEN\nlast",
    COLON: "\tindented: \x1b[31m\n",
    EMPTY: "",
}


def problem(
    line: int,
    column: int,
    end_column: int,
    end_line: int | None = None,
    *,
    path: PurePosixPath = PATH,
    help_text: str | None = None,
    fix: Fix | None = None,
    related: tuple[Label, ...] = (),
) -> Problem:
    span = SourceSpan(line, column, end_line or line, end_column)
    message = f"found at {line}:{column}"
    return Problem(
        Location(path, span, ("spec", line)), message, help_text, fix=fix, related=related
    )


def finding(
    of: Problem,
    severity: Severity = ERROR,
    rule: str = "name-differs",
    waiver: str | None = None,
) -> Finding:
    return Finding(rule=rule, severity=severity, problem=of, waiver=waiver)


ONE_EDIT: Final = Fix("rename it", (Edit(SourceSpan(1, 10, 1, 14), "x"),))
TWO_EDITS: Final = Fix(
    "quote it",
    (Edit(SourceSpan(2, 9, 2, 9), '"'), Edit(SourceSpan(2, 10, 2, 10), '"')),
    safe=False,
)
RELATED: Final = (Label(at(2), "the first one"), Label(at(3, 2, 4, path=OTHER), "the second one"))
EACH: Final = (
    finding(problem(1, 10, 14, help_text="do it", fix=ONE_EDIT)),
    finding(problem(1, 14, 14), WARNING),
    finding(problem(1, 1, 99), INFO),
    finding(problem(2, 9, 10, fix=TWO_EDITS), WARNING, "document-yaml11"),
    finding(problem(2, 9, 3, end_line=6, related=RELATED)),
    finding(problem(3, 8, 9, help_text="or this"), INFO, "our-own"),
    finding(problem(4, 1, 1)),
    finding(problem(5, 2, 3)),
    finding(problem(6, 150, 160), WARNING),
    finding(problem(6, 8, 308), WARNING),
    finding(problem(7, 1, 1)),
    finding(problem(9, 1, 1)),
    finding(problem(1, 1, 9, path=OTHER)),
    finding(problem(2, 1, 6, path=OTHER), rule="secret-plain"),
    finding(problem(3, 1, 5, path=OTHER), INFO, waiver="until 2027"),
    finding(problem(3, 1, 5, path=OTHER), WARNING, waiver="in the baseline"),
    finding(problem(1, 2, 10, path=COLON), WARNING),
    finding(problem(1, 1, 1, path=EMPTY)),
    finding(Problem(Location(EMPTY, SourceSpan(1, 1, 1, 1)), "found in the file as a whole")),
    finding(problem(1, 1, 1, path=PurePosixPath("no/such.yaml")), INFO),
    finding(problem(1, 1, 1, path=PurePosixPath("no/such.yaml")), INFO),
)
NAMES: Final = ("name-differs", "document-yaml11")


def rules() -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if rule.id in NAMES)


def shown(form: Form, checked: Checked) -> str:
    lines = [f"{line}\n" for line in report(form, checked)]
    return "".join(lines).replace(f'"{__version__}"', '"VERSION"').replace("\x1b", "\\x1b")


@pytest.mark.parametrize("form", FORMS)
def test_every_kind_of_finding(golden: Golden, form: Form) -> None:
    checked = Checked(findings=EACH, texts=TEXTS, services=2, documents=1_234, rules=rules())
    golden.check(GOLDEN / "every-kind" / f"{form}.txt", shown(form, checked))


@pytest.mark.parametrize("form", FORMS)
def test_texts_of_strangers(golden: Golden, form: Form) -> None:
    checked = hostile()
    some = Checked(findings=checked.findings, texts=checked.texts, rules=rules())
    golden.check(GOLDEN / "hostile" / f"{form}.txt", shown(form, some))


@pytest.mark.parametrize("form", FORMS)
def test_no_finding(golden: Golden, form: Form) -> None:
    golden.check(GOLDEN / "none" / f"{form}.txt", shown(form, Checked(findings=())))


def test_colors(golden: Golden) -> None:
    lines = report("text", Checked(findings=EACH, texts=TEXTS), color=True)
    text = "".join(f"{line}\n" for line in lines)
    golden.check(GOLDEN / "every-kind" / "colors.txt", text.replace("\x1b", "\\x1b"))


def test_counts_are_sorted_by_severity_and_number(golden: Golden) -> None:
    lines = [*statistics_table(EACH), summary(EACH, 1, 1), summary(EACH[:1], 2, 0)]
    lines += [summary(EACH[14:16], 0, 2), summary(EACH[2:3] * 1_001, 1_000, 1_000)]
    lines += [*statistics_table(EACH[:1] * 1_000), *statistics_table(())]
    golden.check(GOLDEN / "counts.txt", "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize("severity", [ERROR, INFO])
def test_markdown_ends_within_the_limit_of_a_comment(severity: Severity) -> None:
    one = problem(1, 1, 1, help_text="x" * 200)
    lines = list(report("markdown", Checked(findings=[finding(one, severity)] * 500)))
    rows = [line for line in lines if line.startswith("| `services")]
    assert LIMIT - 500 < len("\n".join(lines)) <= LIMIT + 300
    assert f"{500 - len(rows)} more are in the log of the check." in lines


def test_markdown_has_as_many_rows_as_fit() -> None:
    one = problem(1, 1, 1, help_text="x" * 200)
    findings = [finding(one, ERROR)] * 100 + [finding(one, INFO)] * 500
    _, *lines = report("markdown", Checked(findings=findings))
    start = lines.index("| location | finding | help |") - 1
    fold = lines.index("<details><summary>500 info</summary>") - 1
    room = LIMIT - sum(len(line) + 1 for line in lines[start:fold])
    assert fold - start == 3 + 100
    rows = [line for line in lines[fold:] if line.startswith("| `services")]
    assert lines[-4:] == [
        "",
        f"{500 - len(rows)} more are in the log of the check.",
        "",
        "</details>",
    ]
    taken = sum(len(row) + 1 for row in rows)
    assert taken <= room < taken + len(rows[-1]) + 1


@pytest.mark.parametrize("more", [0, 1])
def test_markdown_takes_rows_up_to_its_very_limit(more: int) -> None:
    def rows(count: int, length: int) -> list[str]:
        findings = [finding(problem(1, 1, 1, help_text="x" * length))] * count
        lines = list(report("markdown", Checked(findings=findings)))
        return [line for line in lines if line.startswith("| `services") or "more are" in line]

    [row] = rows(1, 1)
    shown = rows(300 + more, LIMIT // 300 - len(row))
    assert len(shown[0]) + 1 == LIMIT // 300
    assert shown[300:] == ["1 more are in the log of the check."] * more
