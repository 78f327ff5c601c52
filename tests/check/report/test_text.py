"""Findings as text: one form, marks under what is meant, and nothing that steers a terminal."""

from pathlib import PurePosixPath

import pytest

from reliability.check.report.text import summary, text_report
from reliability.finding import Finding, Label, Problem, Severity
from reliability.location import Location, SourceSpan
from reliability.render.display import marked, safe, width

PATH = PurePosixPath("services/attendance/slo.yaml")


def location(line: int, column: int, end: int, end_line: int | None = None) -> Location:
    return Location(PATH, SourceSpan(line, column, end_line or line, end))


def finding(at: Location, **said: str) -> Finding:
    problem = Problem(at, said.get("message", "said"), said.get("help"))
    return Finding(
        rule="some-rule", severity=Severity.ERROR, problem=problem, waiver=said.get("waiver")
    )


def lines(found: Finding, text: str) -> list[str]:
    return list(text_report([found], {PATH: text}))


def test_a_finding_has_the_form_of_the_architecture_page() -> None:
    text = "\n" * 22 + "  objectives: [{displayName: succeeded, target: 0.90}]\n"
    assert lines(finding(location(23, 49, 53), help="raise the target"), text) == [
        "services/attendance/slo.yaml:23:49: error[some-rule]: said",
        " 23 |   objectives: [{displayName: succeeded, target: 0.90}]",
        "    |                                                 ^^^^",
        "    = help: raise the target",
    ]


def test_an_equal_help_is_shown_once() -> None:
    helps = ("add it", "add it", "remove it", "add it")
    found = [finding(location(1, 1, 2), help=text) for text in helps]
    shown = [line for line in text_report(found, {}) if "help" in line]
    assert shown == ["   = help: add it", "   = help: remove it"]


def test_a_second_place_is_related() -> None:
    problem = Problem(
        location(1, 1, 4), "said", related=(Label(location(7, 3, 9), "the first one"),)
    )
    found = Finding(rule="some-rule", severity=Severity.WARNING, problem=problem)
    assert (
        lines(found, "abc")[-1] == "   = related: services/attendance/slo.yaml:7:3: the first one"
    )


def test_a_span_over_several_lines_is_marked_on_its_first() -> None:
    assert lines(finding(location(1, 3, 2, end_line=2)), "a: b c\nd: e")[1:3] == [
        " 1 | a: b c",
        "   |   ^^^^",
    ]


def test_a_file_that_could_not_be_opened_has_no_line_to_show() -> None:
    assert list(text_report([finding(location(1, 1, 1))], {})) == [
        "services/attendance/slo.yaml:1:1: error[some-rule]: said"
    ]


def test_a_byte_order_mark_and_old_line_ends_do_not_move_the_mark() -> None:
    assert lines(finding(location(1, 1, 2)), "\ufeffab\r\ncd")[1:] == [" 1 | ab", "   | ^"]
    assert lines(finding(location(2, 1, 2)), "ab\rcd")[1:] == [" 2 | cd", "   | ^"]


def test_an_excused_finding_is_not_shown() -> None:
    assert lines(finding(location(1, 1, 2), waiver="until 2027"), "a") == []


def test_wide_characters_take_two_columns_under_the_mark() -> None:
    line = 'journey: "勤怠を打刻する" # x'
    shown = marked(line, line.index("#"), len(line))
    assert shown.line == line
    assert shown.mark == " " * (width('journey: "勤怠を打刻する" ')) + "^^^"
    assert width("勤怠") == 4
    assert width("e\u0301") == 1


def test_what_could_steer_a_terminal_is_shown_as_an_escape() -> None:
    assert safe("a\x1b[31mb") == "a\\x1b[31mb"
    assert safe("a\u202eb\u200dc") == "a\\u202eb\\u200dc"
    assert safe("a\tb") == "a    b"
    text = lines(finding(location(1, 3, 4), message="no \x07 here", help="\r"), "a\x1b: b")
    assert text[0].endswith("no \\x07 here")
    assert text[1:] == [" 1 | a\\x1b: b", "   |      ^", "   = help: \\r"]


@pytest.mark.parametrize("start", [0, 30, 150, 299, 300])
def test_a_long_line_is_cut_around_the_mark(start: int) -> None:
    line = "".join(chr(97 + number % 26) for number in range(300))
    shown = marked(line, start, start + 5)
    assert width(shown.line) <= 100
    begin = shown.mark.index("^")
    assert shown.line[begin : begin + 5] == (line[start : start + 5] or "")
    assert ("…" in shown.line[:begin]) == (start > 100)


def test_a_long_span_is_cut_itself() -> None:
    shown = marked("x" * 500, 0, 500)
    assert width(shown.line) <= 100
    assert shown.line.endswith("…")
    assert shown.mark == "^" * width(shown.line)


def test_the_summary_counts_and_names_what_is_excused() -> None:
    some = [finding(location(1, 1, 1)), finding(location(2, 1, 1), waiver="until 2027")]
    some += [
        Finding(rule="other", severity=Severity.WARNING, problem=Problem(location(3, 1, 1), "said"))
    ] * 2
    some += [
        Finding(rule="third", severity=Severity.INFO, problem=Problem(location(3, 1, 1), "said"))
    ]
    assert summary(some, 4, 12) == (
        "4 services, 12 documents: 1 error, 2 warnings, 1 info; 1 waived"
    )
    assert summary([], 1, 1_200) == "1 service, 1,200 documents: no findings"


@pytest.mark.parametrize(
    ("line", "is_shown"),
    [
        ("token: hunter2", False),
        ("{type: datadog, apiKey: hunter2, site: eu}", False),
        ('"authorization": "Bearer hunter2"', False),
        ("smtp_auth_password: 'hunter2'", False),
        ("token: env:TOKEN", True),
        ("routing_key: ${KEY}", True),
        ("runbook: docs/runbooks/token.md", True),
        ("query: 'logins_total{token=\"a\"}'", True),
    ],
)
def test_a_line_with_a_secret_is_not_shown_whatever_is_said_of_it(
    line: str, is_shown: bool
) -> None:
    said = lines(finding(location(1, 1, 2)), line)
    assert said[0] == f"{PATH}:1:1: error[some-rule]: said"
    assert any(line in each for each in said) is is_shown
