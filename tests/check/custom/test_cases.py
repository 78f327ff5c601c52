"""`check --test-rules`: the cases beside custom rules, and the examples of the docs."""

import re
from pathlib import Path

import pytest

from reliability.check.custom.fields import TYPES
from tests.check.custom.policies import HEAD, PATH, TRIBE, policy, rule
from tests.check.examples import minimal_files
from tests.check.repository import write
from tests.cli.program import Ended
from tests.cli.program import in_process as reliability
from tests.project.repository import ROOT

DOCS = (ROOT / "docs/guides/custom-rules.md").read_text(encoding="utf-8")


def ran(folder: Path, *cases: str) -> Ended:
    """The end of the test of one rule with these cases, in YAML."""
    lines = "".join(f"        - {case}\n" for case in cases)
    written = HEAD + TRIBE + (f"      cases:\n{lines}" if cases else "")
    write({**minimal_files(), PATH: written}, folder)
    return reliability("check", "--test-rules", folder=folder)


def test_cases_that_hold_are_listed_and_end_well(tmp_path: Path) -> None:
    ended = ran(
        tmp_path,
        "{name: with one, given: {slo: {name: a, labels: {tribe: x}}}, findings: 0}",
        "{name: without, given: {service: {name: s, slos: [{name: a}, {name: b}]}}, findings: 2}",
        "{name: said, given: {slo: {name: a}, service: {name: s}},"
        " findings: [a of s has no label tribe]}",
    )
    assert ended.code == 0
    assert ended.out.splitlines() == [
        "tribe-missing",
        "  ok      with one",
        "  ok      without",
        "  ok      said",
    ]
    assert ended.err == "3 cases, 0 failed\n"


def test_a_case_that_fails_says_how(tmp_path: Path) -> None:
    ended = ran(
        tmp_path,
        "{name: number, given: {slo: {name: a}}, findings: 0}",
        "{name: words, given: {slo: {name: a}}, findings: [other]}",
    )
    assert ended.code == 1
    said = "a of  has no label tribe"
    assert ended.out.splitlines()[1:] == [
        f"  FAILED  number: expected 0 findings, got 1: {said}",
        f"  FAILED  words: missing: other; extra: {said}",
    ]
    assert ended.err == "2 cases, 2 failed\n"


def test_rules_without_cases_are_named(tmp_path: Path) -> None:
    ended = ran(tmp_path)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "no test cases for tribe-missing\nno case was run\n"


def test_what_a_case_gives_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    ended = ran(tmp_path, "{name: x, given: {slo: {labls: {}}}, findings: 0}")
    assert ended.code == 1
    assert ended.out == "policies/rules.yaml:13:35: unknown field labls\n"


def test_a_rule_that_cannot_be_read_fails_its_cases_only(tmp_path: Path) -> None:
    case = "      cases: [{name: c, given: {}, findings: 0}]\n"
    bad, crashing = rule("bad", "service.x"), rule("none", "service.slos[0].name == ''")
    fine = rule("fine", "service.name == ''")
    write({**policy(), PATH: HEAD + bad + case + crashing + case + fine + case}, tmp_path)
    ended = reliability("check", "--test-rules", folder=tmp_path)
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert "the rule cannot be compiled: undefined field 'x'" in lines[1]
    assert "the rule has no value: Index error" in lines[3]
    assert lines[4:] == ["fine", "  ok      c"]


@pytest.mark.parametrize("option", ["--fix", "--diff", "--write-baseline", "--documents-only"])
def test_it_runs_by_itself(tmp_path: Path, option: str) -> None:
    write(minimal_files(), tmp_path)
    ended = reliability("check", "--test-rules", option, folder=tmp_path)
    assert ended.code == 2
    assert f"--test-rules runs cases only; drop {option}" in ended.err


def test_the_example_of_the_docs_runs(tmp_path: Path) -> None:
    [example] = re.findall(r"^```yaml\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)
    write({**minimal_files(), PATH: example}, tmp_path)
    ended = reliability("check", "--test-rules", folder=tmp_path)
    assert (ended.code, ended.err) == (0, "6 cases, 0 failed\n"), ended.out
    ended = reliability("--today", "2026-11-25", "check", folder=tmp_path)
    assert ended.code == 0, ended.out
    assert "[slo-tribe-missing]: attendance-clock-in has no label tribe" in ended.out


def test_the_docs_have_every_field() -> None:
    _, *parts = re.split(r"^\*\*(\w+)\*\*$", DOCS, flags=re.MULTILINE)
    listed = {
        name: re.findall(r"^\| `(\w+)` \| (.*) \| .+ \|$", part.split("\nFunctions")[0], re.M)
        for name, part in zip(parts[::2], parts[1::2], strict=True)
    }
    assert listed == {
        name: [(field.name, field.shown) for field in fields] for name, fields in TYPES.items()
    }
