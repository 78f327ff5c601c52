"""Every word of what rules say of their examples and cases, in one golden file for each rule.

Below stands what is said otherwise near the bad example: with a number that is one less or one
more, and a day earlier or later.

`pytest tests/check/test_messages.py --update-golden` rewrites them; read what has changed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest

from reliability.check.rule import Rule
from reliability.check.rules import RULES
from reliability.finding import Finding
from reliability.location import Location
from tests.check.examples import laid_over, page_examples
from tests.check.repository import TODAY, checked
from tests.check.test_cases import CASES
from tests.check.test_rule_pages import page_checked
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden" / "messages"
NUMBER: Final = re.compile(r"(?<![\w.:-])\d+(?:\.\d+)?(?=[smhdw%]?\b)(?![-:T])")
DAY: Final = timedelta(days=1)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_words_of_a_rule(golden: Golden, rule: Rule) -> None:
    cases = [case for case in CASES if case.parent.name == rule.id]
    parts = [
        shown("its page", page_checked(rule, "bad")[1]),
        *(shown(case.stem, checked(laid_over(case.read_text(encoding="utf-8")))) for case in cases),
    ]
    parts.append("\n".join(near(rule)))
    golden.check(GOLDEN / f"{rule.id}.txt", "\n".join([*filter(None, parts), ""]))


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


def near(rule: Rule) -> Iterator[str]:
    """What the rule says otherwise of each variant of its bad example."""
    examples = page_examples(rule.page)
    whole = said(rule, examples)
    for name, changed, today in variants(examples):
        told = said(rule, changed, today)
        if told != whole:
            yield f"# {name}: {len(told)} of {len(whole)}"
            yield from told


def variants(examples: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, str], date]]:
    """The examples with a number that is another, named by what is written before and then."""
    yield "a day earlier", examples, TODAY - DAY
    yield "a day later", examples, TODAY + DAY
    for part in ("bad", "evidence bad", "evidence", "live"):
        text = examples.get(part, "")
        for number in NUMBER.finditer(text):
            for other in others(number[0]):
                changed = text[: number.start()] + other + text[number.end() :]
                line = text.count("\n", 0, number.start()) + 1
                yield f"{part}:{line} {number[0]} -> {other}", {**examples, part: changed}, TODAY


def others(number: str) -> Iterator[str]:
    """The number, one less and one more in its last digit."""
    digits = len(number.partition(".")[2])
    step = 10.0**-digits
    for value in (float(number) - step, float(number) + step):
        if value >= 0:
            yield f"{value:.{digits}f}"


def said(rule: Rule, examples: Mapping[str, str], today: date = TODAY) -> list[str]:
    """What the rule says of the bad example, without its place in the line."""
    _, findings = page_checked(rule, "bad", examples, today)
    return [
        f"{each.problem.at.span.line}: {each.problem.message}; {each.problem.help}"
        for each in findings
        if each.rule == rule.id
    ]
