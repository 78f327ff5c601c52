"""Which fixes of findings are applied to a file, and what of it changes."""

from pathlib import PurePosixPath
from typing import Final

import pytest

from reliability.check.engine.fixing import fixed, safe_fixes
from reliability.finding import Edit, Finding, Fix, Problem, Severity
from reliability.location import Location, SourceSpan

PATH: Final = PurePosixPath("services/attendance/ownership.yaml")
OTHER: Final = PurePosixPath("services/attendance/slo.yaml")
VALID: Final = (
    "apiVersion: reliability/v1\nkind: Ownership\nmetadata: {name: attendance}\n"
    "spec: {team: workforce, criticality: standard}  # abc\n"
)
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def edit(line: int, column: int, end: int, text: str, end_line: int | None = None) -> Edit:
    return Edit(SourceSpan(line, column, end_line or line, end), text)


def fix(*edits: Edit, title: str = "change it", safe: bool = True) -> Fix:
    return Fix(title, edits, safe=safe)


def finding(
    of: Fix | None,
    severity: Severity = WARNING,
    waiver: str | None = None,
    path: PurePosixPath = PATH,
    line: int = 1,
) -> Finding:
    at = Location(path, SourceSpan(line, 1, line, 2))
    return Finding(
        rule="name-differs", severity=severity, problem=Problem(at, "x", fix=of), waiver=waiver
    )


A: Final = fix(edit(1, 1, 2, "a"), title="a")
B: Final = fix(edit(2, 1, 2, "b"), title="b")
UNSAFE: Final = fix(edit(1, 1, 2, "a"), safe=False)


@pytest.mark.parametrize(
    ("findings", "chosen"),
    [
        ([], {}),
        ([finding(None)], {}),
        ([finding(A)], {PATH: [A]}),
        ([finding(A, ERROR)], {PATH: [A]}),
        ([finding(A, INFO)], {PATH: [A]}),
        ([finding(A, waiver="until 2027")], {}),
        ([finding(UNSAFE)], {}),
        ([finding(B), finding(A), finding(B)], {PATH: [B, A]}),
        ([finding(A), finding(B, path=OTHER)], {PATH: [A], OTHER: [B]}),
        ([finding(A), finding(None, ERROR)], {}),
        ([finding(A), finding(None, ERROR, line=2)], {PATH: [A]}),
        ([finding(A), finding(None, ERROR, path=OTHER)], {PATH: [A]}),
        ([finding(A), finding(None, ERROR, waiver="until 2027")], {PATH: [A]}),
        ([finding(A), finding(B, ERROR)], {PATH: [B]}),
    ],
)
def test_fixes_are_those_of_findings_that_count(
    findings: list[Finding], chosen: dict[PurePosixPath, list[Fix]]
) -> None:
    assert safe_fixes(findings) == chosen


C: Final = "# abc\n"
OUTER: Final = fix(edit(4, 51, 52, "X"), edit(4, 53, 54, "Z"))


@pytest.mark.parametrize(
    ("fixes", "last_line", "number"),
    [
        ([], C, 0),
        ([fix(edit(4, 51, 52, "X"))], "# Xbc\n", 1),
        ([fix(edit(4, 51, 51, "X"))], "# Xabc\n", 1),
        ([fix(edit(4, 51, 51, "X")), fix(edit(4, 51, 51, "Y"))], "# Xabc\n", 1),
        ([fix(edit(4, 51, 52, "X")), fix(edit(4, 52, 53, "Y"))], "# XYc\n", 2),
        ([fix(edit(4, 52, 53, "Y")), fix(edit(4, 51, 52, "X"))], "# XYc\n", 2),
        ([fix(edit(4, 51, 53, "X")), fix(edit(4, 52, 54, "Y"))], "# Xc\n", 1),
        ([fix(edit(4, 52, 54, "Y")), fix(edit(4, 51, 53, "X"))], "# Xc\n", 1),
        ([fix(edit(4, 51, 54, "X")), fix(edit(4, 52, 53, "Y"))], "# X\n", 1),
        (
            [fix(edit(4, 51, 52, "X"), edit(4, 53, 54, "Z")), fix(edit(4, 52, 53, "Y"))],
            "# XYZ\n",
            2,
        ),
        (
            [fix(edit(4, 51, 52, "X"), edit(4, 53, 54, "Z")), fix(edit(4, 53, 54, "Y"))],
            "# XbZ\n",
            1,
        ),
        (
            [fix(edit(4, 51, 52, "X")), fix(edit(4, 51, 52, "Y"), edit(4, 53, 54, "Z"))],
            "# Xbc\n",
            1,
        ),
    ],
)
def test_of_edits_that_overlap_the_first_counts(
    fixes: list[Fix], last_line: str, number: int
) -> None:
    done = fixed(PATH, VALID.encode(), fixes)
    assert done.content.decode() == VALID.replace(C, last_line)
    assert done.fixes == number


GOOD: Final = fix(edit(4, 51, 52, "X"))
BAD: Final = fix(edit(4, 7, 11, "tem"))
"""An unknown key, and a missing one."""


@pytest.mark.parametrize(
    ("fixes", "number"),
    [
        ([BAD], 0),
        ([GOOD, BAD], 1),
        ([BAD, GOOD], 1),
        ([BAD, GOOD, fix(edit(4, 52, 53, "Y")), fix(edit(4, 53, 54, "Z"))], 3),
        ([fix(edit(1, 1, 2, "{")), fix(edit(4, 53, 54, "Z"))], 1),
        ([fix(edit(4, 25, 36, "critical")), GOOD], 1),
        # A fault that it reveals may stay if that has a safe fix of its own.
        ([fix(edit(4, 8, 8, "description: yes, ")), GOOD], 2),
        ([fix(edit(4, 8, 8, "Description: x, ")), GOOD], 2),
        ([fix(edit(4, 8, 8, "other: x, ")), GOOD], 1),
    ],
)
def test_a_fix_that_causes_a_fault_is_left_out(fixes: list[Fix], number: int) -> None:
    done = fixed(PATH, VALID.encode(), fixes)
    assert done.fixes == number
    assert b"team: workforce, criticality: standard" in done.content


def test_a_file_with_faults_keeps_them_and_gets_no_more() -> None:
    faulty = VALID.replace("standard", "high")
    assert fixed(PATH, faulty.encode(), [fix(edit(4, 47, 48, "X"))]).fixes == 1
    assert fixed(PATH, faulty.encode(), [BAD]).fixes == 0
    assert fixed(PATH, faulty.encode(), [fix(edit(4, 38, 42, "standard"))]).fixes == 1


def test_what_is_not_utf_8_stays_as_it_is() -> None:
    content = VALID.encode() + b"# \xff\n"
    assert fixed(PATH, content, [GOOD]) == fixed(PATH, content, [])
    assert fixed(PATH, content, [GOOD]).content == content


def test_many_bad_fixes_do_not_hide_a_good_one() -> None:
    """The file is loaded at most 50 times, however many fixes there are."""
    lines = "".join(f"# {number}\n" for number in range(40))
    text = VALID + lines
    good = [fix(edit(5 + number, 3, 3, "x")) for number in range(40)]
    assert fixed(PATH, text.encode(), good).fixes == 40
    assert fixed(PATH, text.encode(), [BAD, *good]).fixes == 40
    assert fixed(PATH, text.encode(), [*good, BAD, fix(edit(2, 1, 5, "knd"))]).fixes == 40


def bad_ones(number: int) -> tuple[str, list[Fix]]:
    """A file in which this many comments each become an unknown key, and the fixes."""
    text = VALID + "".join(f"#{index}: x\n" for index in range(number))
    return text, [fix(edit(5 + index, 1, 2, "k")) for index in range(number)]


@pytest.mark.parametrize(("bad", "number"), [(24, 1), (25, 0)])
def test_a_file_is_loaded_fifty_times_at_most(bad: int, number: int) -> None:
    """Each half of the fixes is tried, so the last of 25 is alone in the 49th try."""
    text, fixes = bad_ones(bad)
    good = fix(edit(5 + bad, 2, 2, "x"))
    assert fixed(PATH, f"{text}# \n".encode(), [*fixes, good]).fixes == number


@pytest.mark.parametrize(
    ("length", "number"), [(333_332, 1), (333_333, 0), (499_999, 0), (999_999, 0)]
)
def test_a_long_file_is_loaded_less_often(length: int, number: int) -> None:
    """A million bytes at most; both, the bad one and the good one are three tries."""
    content = VALID.encode().ljust(length - 1, b"#") + b"\n"
    assert len(content) == length
    assert fixed(PATH, content, [BAD, GOOD]).fixes == number
    assert fixed(PATH, content, [GOOD]).fixes == 1
