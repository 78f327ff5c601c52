"""Every rule's page: complete, its bad example found where marked, its good one silent."""

from collections.abc import Mapping
from datetime import date

import pytest

import reliability.check.rules as folder
from reliability import __version__
from reliability.check.rule import Rule
from reliability.check.rules import ALONE, RULES
from reliability.finding import Finding
from reliability.load.loader import DOCUMENT_RULES
from tests.check.evidence import evidence_of
from tests.check.examples import Files, laid_over, marked_lines, minimal_files, page_examples
from tests.check.metrics import metrics_of
from tests.check.repository import TODAY, checked, found
from tests.project.repository import ROOT

HEADINGS = ["## What it does", "## Why it matters", "## Example", "## Source"]
NEEDED = {"base", "evidence", "live"}
OPTIONAL = {*NEEDED, "evidence good"}
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_the_minimal_repository_is_clean() -> None:
    assert checked(minimal_files()) == []


def test_rules_are_those_of_the_folder_each_once() -> None:
    path = ROOT / "reliability" / "check" / "rules"
    files = {file.stem.replace("_", "-") for file in path.glob("*.py")} - {"--init--"}
    assert sorted(rule.id for rule in RULES) == sorted(files)


def test_the_rules_that_a_hook_imports_are_those_that_are_alone() -> None:
    alone = [rule.id for rule in RULES if rule.alone]
    assert [rule.id for rule in RULES.among(ALONE)] == alone
    assert folder.__doc__


def test_everything_that_the_loader_says_has_a_page_with_its_severity() -> None:
    severities = {rule.id: rule.severity for rule in RULES}
    assert {name: severities[name] for name in DOCUMENT_RULES} == DOCUMENT_RULES


def test_no_rule_is_newer_than_the_program() -> None:
    version = tuple(map(int, __version__.split(".")[:2]))
    assert [r.id for r in RULES if tuple(map(int, r.since.split("."))) > version] == []


@each_rule
def test_a_page_says_what_why_with_examples_and_from_where(rule: Rule) -> None:
    headings = [line for line in rule.page.splitlines() if line.startswith("## ")]
    assert headings == HEADINGS
    assert rule.page.splitlines()[0].endswith(".")
    assert set(page_examples(rule.page)) - OPTIONAL == {"bad", "good"}


@each_rule
def test_a_page_shows_what_its_rule_needs(rule: Rule) -> None:
    needed = set(page_examples(rule.page)) & NEEDED
    assert needed == ({rule.needs} if rule.needs else set())


def page_checked(
    rule: Rule, which: str, examples: Mapping[str, str] | None = None, today: date = TODAY
) -> tuple[Files, list[Finding]]:
    """One example of a page, checked with the page's base, evidence and server."""
    examples = page_examples(rule.page) if examples is None else examples
    files = laid_over(examples[which])
    base = laid_over(examples["base"]) if "base" in examples else None
    measured = examples.get(f"evidence {which}", examples.get("evidence"))
    evidence = evidence_of(measured) if measured is not None else None
    server = metrics_of(examples["live"]) if "live" in examples else None
    return files, checked(files, today, base, evidence=evidence, server=server)


@each_rule
def test_the_bad_example_is_found_on_the_marked_lines_and_nothing_else_is(rule: Rule) -> None:
    files, findings = page_checked(rule, "bad")
    wanted = marked_lines(files)
    assert rule.id in {name for name, _, _ in wanted}
    assert sorted(found(findings)) == sorted(wanted)


@each_rule
def test_the_good_example_is_silent(rule: Rule) -> None:
    files, findings = page_checked(rule, "good")
    assert marked_lines(files) == set()
    assert findings == []
