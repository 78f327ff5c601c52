"""Which findings are new, which were there before, and which are fixed."""

from pathlib import PurePosixPath
from typing import Final

import pytest

from reliability.finding import Finding, Problem, Severity
from reliability.location import Location, SourceSpan
from reliability.review.pull_request.reviewed import compare

LOW, MIDDLE, HIGH = sorted(Severity)[:3]
MEASURED: Final = frozenset({"measured"})


def found(text: str) -> Finding:
    """A finding from `rule:severity`, and `:waived` if it is waived."""
    rule, level, *waived = text.split(":")
    problem = Problem(Location(PurePosixPath("a.yaml"), SourceSpan(1, 1, 1, 2)), "there")
    severity = {"low": LOW, "middle": MIDDLE, "high": HIGH}[level]
    return Finding(rule=rule, severity=severity, problem=problem, waiver="why" if waived else None)


@pytest.mark.parametrize(
    ("before", "after", "counted", "waived", "stayed", "fixed"),
    [
        ("", "", "", "", 0, 0),
        ("", "a:low", "a", "", 0, 0),
        ("", "a:low b:high c:middle d:high", "b d c a", "", 0, 0),
        ("a:low", "a:low", "", "", 1, 0),
        ("a:low", "a:low b:low", "b", "", 1, 0),
        ("a:low", "", "", "", 0, 1),
        ("a:low b:low", "b:low", "", "", 1, 1),
        ("a:low:waived", "", "", "", 0, 0),
        ("measured:low", "", "", "", 0, 0),
        ("measured:low a:low", "", "", "", 0, 1),
        # Raised, or waived before and not now: the change introduces it.
        ("a:low", "a:high", "a", "", 0, 0),
        ("a:low:waived", "a:low", "a", "", 0, 0),
        ("a:low", "a:low:waived", "", "a", 0, 0),
        ("a:low:waived", "a:low:waived", "", "", 1, 0),
        ("", "a:low:waived b:low", "b", "a", 0, 0),
    ],
)
def test_findings_are_paired_with_those_of_the_base(
    before: str, after: str, counted: str, waived: str, stayed: int, fixed: int
) -> None:
    changes = compare(map(found, before.split()), map(found, after.split()), MEASURED)
    assert [finding.rule for _, finding in changes.counted] == counted.split()
    assert [finding.rule for finding in changes.waived] == waived.split()
    assert (changes.before, changes.fixed) == (stayed, fixed)


def test_without_measured_rules_every_finding_can_be_fixed() -> None:
    assert compare([found("measured:low")], []).fixed == 1
