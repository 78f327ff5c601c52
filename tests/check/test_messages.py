"""Every word of what rules say of their examples and cases, in one golden file for each rule.

`pytest tests/check/test_messages.py --update-golden` rewrites them; read what has changed.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from reliability.check.rule import Rule
from reliability.check.rules import RULES
from reliability.finding import Finding
from reliability.location import Location
from tests.check.examples import laid_over
from tests.check.repository import checked
from tests.check.test_cases import CASES
from tests.check.test_rule_pages import page_checked
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "messages"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_words_of_a_rule(golden: Golden, rule: Rule) -> None:
    cases = [case for case in CASES if case.parent.name == rule.id]
    parts = [
        shown("its page", page_checked(rule, "bad")[1]),
        *(shown(case.stem, checked(laid_over(case.read_text(encoding="utf-8")))) for case in cases),
    ]
    golden.check(GOLDEN / f"{rule.id}.txt", "\n".join(part for part in parts if part))


def shown(name: str, findings: Iterable[Finding]) -> str:
    """The findings of an example below its name; empty if there are none."""
    lines = [line for finding in findings for line in written(finding)]
    return "\n".join([f"# {name}", *lines, ""]) if lines else ""


def written(finding: Finding) -> Iterator[str]:
    problem = finding.problem
    yield f"{place(problem.at)}: {finding.severity.word}[{finding.rule}]: {problem.message}"
    if problem.help is not None:
        yield f"  help: {problem.help}"
    for label in problem.related:
        yield f"  see {place(label.at)}: {label.message}"
    if problem.fix is not None:
        safe = "" if problem.fix.safe else " (not safe)"
        yield f"  fix: {problem.fix.title}{safe}"
        for edit in problem.fix.edits:
            span = edit.span
            at = f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"
            yield f"    {at} -> {edit.text!r}"
    if problem.subject:
        yield f"  subject: {problem.subject}"
    if finding.waiver is not None:
        yield f"  waived: {finding.waiver}"
    if problem.requires is not None:
        yield f"  requires: {problem.requires.subject}: {problem.requires}"


def place(at: Location) -> str:
    span = at.span
    return f"{at.path}:{span.line}:{span.column}-{span.end_line}:{span.end_column}"
