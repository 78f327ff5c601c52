"""The order of findings, and what tells equal ones apart."""

from pathlib import PurePosixPath

from reliability.finding import Finding, Problem, Severity, fingerprints
from reliability.location import Location, Pointer, SourceSpan, pointer_text


def finding(
    line: int = 1,
    column: int = 1,
    *,
    rule: str = "a-rule",
    path: str = "a.yaml",
    message: str = "message",
    pointer: Pointer = ("spec",),
    place: str = "",
    subject: str = "",
) -> Finding:
    at = Location(PurePosixPath(path), SourceSpan(line, column, line, column + 1), pointer)
    return Finding(
        rule=rule,
        severity=Severity.ERROR,
        problem=Problem(at, message, subject=subject),
        place=place,
    )


def test_severities_are_ordered_and_have_words() -> None:
    assert Severity.INFO < Severity.WARNING < Severity.ERROR
    assert [severity.word for severity in Severity] == ["info", "warning", "error"]


def test_findings_are_ordered_by_path_line_column_rule_and_message() -> None:
    ordered = [
        finding(9, 9, rule="z-rule", message="z"),
        finding(1, 1, path="b.yaml", rule="b-rule", message="z"),
        finding(1, 2, path="b.yaml", message="y"),
        finding(1, 2, path="b.yaml", message="z"),
        finding(1, 2, path="b.yaml", rule="b-rule", message="a"),
        finding(2, 1, path="b.yaml", message="a"),
        finding(10, 1, path="b.yaml", message="a"),
    ]
    mixed = ordered[::-1]
    assert sorted(mixed, key=lambda each: each.sort_key) == ordered


def test_a_fingerprint_rests_on_rule_path_place_and_subject() -> None:
    first = finding()
    assert finding(7, 8, message="other words").fingerprint == first.fingerprint
    assert finding(place="slo x").fingerprint == finding(place="slo x", pointer=()).fingerprint
    others = [
        finding(rule="b-rule"),
        finding(path="b.yaml"),
        finding(pointer=("metadata",)),
        finding(place="slo x"),
        finding(subject="label"),
    ]
    assert len({each.fingerprint for each in [first, *others]}) == 6


def test_equal_findings_get_fingerprints_of_their_own_which_stay() -> None:
    one, other = finding(), finding(subject="other")
    together = fingerprints([one, other, one, one])
    assert together[:2] == [one.fingerprint, other.fingerprint]
    assert len(set(together)) == 4
    assert fingerprints([one, one, one]) == [together[0], *together[2:]]
    assert together[2:] == ["ef8ad18a9d9b4a9a", "59cb9552ac273d97"]


def test_a_pointer_is_written_as_rfc_6901_has_it() -> None:
    assert pointer_text(("spec", "a/b", 0, "c~d")) == "/spec/a~1b/0/c~0d"
    assert pointer_text(()) == ""
