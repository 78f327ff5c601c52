"""Custom rules as rules of the check, with a severity and a page."""

from __future__ import annotations

from collections.abc import Iterable

from reliability.check.custom.written import LocatedCustomRule, written, wrong
from reliability.check.rule import Custom, Rule
from reliability.check.rules import RULES
from reliability.finding import Problem, Severity
from reliability.load.catalog import Catalog
from reliability.model.rule_policy import CustomRule
from reliability.render.display import inert, safe


def readable(
    catalog: Catalog, taken: Iterable[str]
) -> tuple[dict[str, LocatedCustomRule], list[Problem]]:
    """Return the custom rules that CEL may compile, by ID, and the problems of the others.

    `taken` are the IDs of the built-in rules.
    """
    good: dict[str, LocatedCustomRule] = {}
    problems: list[Problem] = []
    names = set(taken)

    for custom in written(catalog):
        problem = wrong(custom, names)
        if problem is None:
            good[custom.rule.id] = custom
            names.add(custom.rule.id)
        else:
            problems.append(problem)

    return good, problems


def custom_rules(catalog: Catalog, taken: Iterable[str]) -> tuple[Rule, ...]:
    """Return the custom rules of a catalog; `custom_findings` runs them, not the engine."""
    good, _ = readable(catalog, taken)
    return tuple(as_rule(custom) for custom in good.values())


def rules_of(catalog: Catalog) -> tuple[Rule, ...]:
    """Return all rules for a catalog: the built-in ones and its own."""
    return (*RULES, *custom_rules(catalog, (rule.id for rule in RULES)))


def as_rule(custom: LocatedCustomRule) -> Rule:
    """Make a rule of a custom rule, with its severity and its page."""
    rule = custom.rule
    visit = Custom(page(rule, f"{custom.policy.document.path}:{custom.at('id').span.line}"))
    return Rule(id=rule.id, severity=Severity[rule.severity.upper()], since="", visit=visit)


def page(rule: CustomRule, place: str) -> str:
    """Return the page that `explain` and SARIF show, without control characters or links."""
    why = (rule.why or rule.help).strip()
    text = PAGE.format(
        title=why.splitlines()[0].rstrip("."),
        subject=rule.subject,
        holds=rule.holds.strip(),
        why=why,
        help=rule.help.strip(),
        place=place,
    )
    return "\n".join(inert(safe(line)).replace("](", "] (") for line in text.split("\n"))


PAGE = """\
{title}.

## What it does

Reports each {subject} for which this condition is false:

```cel
{holds}
```

## Why it matters

{why}

## What to do

{help}

## Source

A rule of this repository: {place}.\
"""
