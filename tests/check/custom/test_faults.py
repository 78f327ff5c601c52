"""Where a fault that CEL reports is shown, in which words, and with which help."""

import pytest

from reliability.check.custom.faults import fault_problem
from reliability.check.custom.replies import CelFault
from reliability.check.custom.rules import page
from reliability.check.custom.written import LocatedCustomRule, written
from tests.check.custom.policies import PATH, policy
from tests.check.repository import loaded

HOLDS = "slo.name.size() > 1 && slo . nme"
MESSAGE = "a {slo.name} b {slo.x}"
RULE = f"""\
    - id: mine
      severity: error
      subject: slo
      holds: "{HOLDS}"
      message: "{MESSAGE}"
      help: do it.
"""
FIELD = "undefined field '{}' not found in struct 'world.Slo'"
NAME = "undeclared reference to '{}' (in container '')"


def located(text: str) -> LocatedCustomRule:
    [custom] = written(loaded(policy(text))[0])
    return custom


CUSTOM = located(RULE)
LINES = policy(RULE)[PATH].splitlines()


@pytest.mark.parametrize(
    ("part", "line", "column", "said", "marked", "message"),
    [
        ("holds", 1, 1, "Said it", "slo", "said it"),
        ("holds", 1, 5, "said", "name", "said"),
        ("holds", 1, len(HOLDS), "said", "nme"[-1], "said"),
        ("holds", 1, 99, "said", "e", "said"),
        ("holds", 1, 0, "is of type x", f'"{HOLDS}"', "holds is of type x"),
        ("holds", 0, 1, "is of type x", f'"{HOLDS}"', "holds is of type x"),
        ("holds", 2, 1, "said", f'"{HOLDS}"', "said"),
        ("other", 1, 5, "said", "name", "said"),
        ("concerns", 1, 1, "said", "id: mine", "said"),
        # At the parenthesis, at the dot, and where the name cannot be seen.
        ("holds", 1, 14, NAME.format("size"), "size", "unknown name or function size"),
        ("holds", 1, 28, FIELD.format("nme"), "nme", "Slo has no field nme"),
        ("holds", 1, 30, FIELD.format("nme"), "nme", "Slo has no field nme"),
        ("holds", 1, 5, FIELD.format("nme"), "name", "Slo has no field nme"),
        ("holds", 1, 1, NAME.format("slo.x.y"), "slo", "unknown name or function slo"),
        (1, 1, 1, "said", "slo", "said"),
        (1, 1, 5, "said", "name", "said"),
        (3, 1, 5, FIELD.format("x"), "x", "Slo has no field x"),
        (3, 0, 0, "is of type x", "slo", "this expression is of type x"),
        (0, 1, 1, "said", "a", "said"),
        (4, 1, 1, "said", "a", "said"),
        (-1, 0, 0, "is of type x", "a", "this expression is of type x"),
    ],
)
def test_a_fault_is_at_the_token(
    part: str | int, line: int, column: int, said: str, marked: str, message: str
) -> None:
    fault = CelFault(rule=0, part=part, line=line, column=column, message=said)
    problem = fault_problem(CUSTOM, fault)
    span = problem.at.span
    assert LINES[span.line - 1][span.column - 1 : span.end_column - 1] == marked
    assert problem.message == message


@pytest.mark.parametrize(
    ("said", "help_text"),
    [
        ("expected bool", "write a condition that is true for a subject without a problem"),
        ("applied to '(double, int)'", "compare a double with a double: write 1.0 instead of 1"),
        ("applied to '(int, double)'", "compare a double with a double: write 1.0 instead of 1"),
        ("applied to '(int, int)'", None),
        ("(world.Duration, string)", "write a duration as duration('720h')"),
        ("(int, google.Duration)", "write a duration as duration('720h')"),
        ("expected string or list<string>", None),
        (
            "expected duration or list<string>",
            "write a string or a number, such as {size(x)} or {x.name}",
        ),
        (NAME.format("concerned"), "a rule about slo can use slo, service"),
        (NAME.format("servce"), "did you mean service?"),
        (NAME.format("startWith"), "did you mean startsWith?"),
        (
            FIELD.format("zzz"),
            "use one of agreedBy, annotations, budgetingMethod, description, displayName, "
            "groupBy, isCalendar, journey, ...",
        ),
    ],
)
def test_a_fault_has_a_help_if_there_is_one(said: str, help_text: str | None) -> None:
    fault = CelFault(rule=0, part="holds", line=1, column=1, message=said)
    assert fault_problem(CUSTOM, fault).help == help_text


@pytest.mark.parametrize(
    ("line", "name", "subject"),
    [(1, "nme", "nme"), (0, "nme", "nme"), (1, "", "holds 4"), (0, "", "part holds")],
)
def test_a_fault_is_named_by_its_name_or_its_place(line: int, name: str, subject: str) -> None:
    said = FIELD.format(name) if name else "said"
    fault = CelFault(rule=0, part="holds", line=line, column=5, message=said)
    assert fault_problem(CUSTOM, fault).subject == subject


PAGE = """\
{title}.

## What it does

Reports each slo for which this condition is false:

```cel
{holds}
```

## Why it matters

{why}

## What to do

do it.

## Source

A rule of this repository: x.yaml:3.\
"""


@pytest.mark.parametrize(
    ("why", "title", "shown"),
    [
        ("", "do it", "do it."),
        (
            '      why: "It counts.\\n\\n[Read](https://example.com)."\n',
            "It counts",
            "It counts.\n\n[Read] (https://example.com).",
        ),
    ],
)
def test_a_page_has_the_reason_or_else_the_help(why: str, title: str, shown: str) -> None:
    custom = located(RULE + why)
    expected = PAGE.format(title=title, holds=HOLDS, why=shown)
    assert page(custom.rule, "x.yaml:3") == expected
