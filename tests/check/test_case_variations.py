"""What a rule finds in its examples and cases with one value changed or taken away, as digests.

`pytest tests/check/test_case_variations.py --update-golden` rewrites the golden files. A line is
there for each change after which the rule finds something else: the number of findings, and a
digest of their words.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from reliability.check.engine.run import Context, run
from reliability.check.facts.evidence import BacktestEvidence
from reliability.check.rule import Rule
from reliability.check.rules import RULES
from tests.check.evidence import evidence_of
from tests.check.examples import Files, fragments, laid_over, page_examples
from tests.check.repository import TODAY, loaded
from tests.check.test_cases import CASES
from tests.check.test_messages import written
from tests.check.varied import digest, text_of
from tests.golden import Golden
from tests.variations import leaves, others, with_value, without

GOLDEN: Final = Path(__file__).parent / "golden" / "variations"
MOST: Final = 150
"""Values of a file; those with more are about many values, such as one of aliases of aliases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example of a rule: `text` has the fragments, `measured` the result of a backtest."""

    name: str
    text: str
    files: Files
    base: Files | None = None
    measured: str | None = None


def examples(rule: Rule) -> Iterator[Example]:
    """The bad example of a page that needs no server, and the cases."""
    page = page_examples(rule.page)
    if "live" not in page:
        yield Example(
            name="its page",
            text=page["bad"],
            files=laid_over(page["bad"]),
            base=laid_over(page["base"]) if "base" in page else None,
            measured=page.get("evidence bad", page.get("evidence")),
        )
    for case in CASES:
        text = case.read_text(encoding="utf-8")
        if case.parent.name == rule.id:
            yield Example(name=case.stem, text=text, files=laid_over(text))


def read(text: str) -> list[Any]:
    """The documents of a file; none if it cannot be read."""
    try:
        return [found for found in yaml.safe_load_all(text) if isinstance(found, dict)]
    except yaml.YAMLError:
        return []


def changes(found: Any, routes: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """One other value for each value, and the documents without it."""
    for route in routes:
        name = ".".join(map(str, route))
        value = found
        for step in route:
            value = value[step]
        other = next(others(value))
        yield f"{name}: {other}", with_value(found, route, other)
        yield f"{name} missing", without(found, route)


def varied(example: Example) -> Iterator[tuple[str, Example]]:
    """The example with each value of its own fragments, or of what was measured, changed."""
    for path, fragment in fragments(example.text):
        own, whole = read(fragment), read(example.files[path])
        routes = [*islice(leaves(own), MOST + 1)]
        if path.endswith(".yaml") and len(own) == len(whole) and len(routes) <= MOST:
            for name, changed in changes(whole, routes):
                files = {**example.files, path: text_of(changed)}
                yield f"{path} {name}", replace(example, files=files)
    if example.measured is not None:
        values = json.loads(example.measured)
        for name, changed in changes(values, leaves(values)):
            yield f"measured {name}", replace(example, measured=json.dumps(changed))


def outcome(rule: Rule, example: Example) -> str:
    """The number of findings of the rule, and a digest of their words."""
    catalog, findings = loaded(example.files)
    base = loaded(example.base)[0] if example.base is not None else None
    evidence: BacktestEvidence | None = None
    if example.measured is not None:
        try:
            evidence = evidence_of(example.measured)
        except ValueError:
            return "not evidence"
    context = Context(today=TODAY, catalog=catalog, base=base, evidence=evidence)
    found = [each for each in run([rule], context, findings) if each.rule == rule.id]
    found.sort(key=lambda finding: finding.sort_key)
    lines = [line for finding in found for line in written(finding)]
    return f"{len(found)} {digest(line.partition(': ')[2] for line in lines)}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_one_other_value(golden: Golden, rule: Rule) -> None:
    lines = []
    for example in examples(rule):
        before = outcome(rule, example)
        lines.append(f"# {example.name}: {before}\n")
        for name, changed in varied(example):
            after = outcome(rule, changed)
            if after != before:
                lines.append(f"{after}  {name[:100]}\n")
    golden.check(GOLDEN / f"{rule.id}.txt", "".join(lines))
