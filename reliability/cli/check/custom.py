"""`reliability check --test-rules`: run the test cases of custom rules."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from reliability.check.custom.cases import run_cases
from reliability.check.custom.findings import compile_problems
from reliability.check.custom.given import case_problems
from reliability.check.custom.rules import readable
from reliability.check.rules import RULES
from reliability.finding import Severity
from reliability.render.display import inert, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reliability.check.custom.cases import CaseRun
    from reliability.check.custom.written import LocatedCustomRule
    from reliability.cli.app import App


def test_rules(app: App) -> int:
    """Run the cases and print a line for each; return 1 if one fails or a rule is invalid."""
    good, problems = readable(app.catalog(), (rule.id for rule in RULES))
    rules = list(good.values())
    problems += [problem for rule in rules for problem in case_problems(rule)]
    runs = run_cases(rules) if not problems else []
    problems += compile_problems([rule for rule in rules if not rule.rule.cases])
    for problem in problems:
        at = problem.at
        _say(app, f"{at.path}:{at.span.line}:{at.span.column}: {problem.message}")

    for line in _lines(runs):
        _say(app, line)
    _close(app, rules, runs)
    failed = any(run.difference is not None for run in runs)

    return int(failed or bool(problems) or _unread(app))


def _unread(app: App) -> bool:
    """Print the policies that cannot be read, whose rules are not tested; return if any."""
    errors = [
        finding
        for finding in app.repository.findings
        if finding.severity is Severity.ERROR and finding.problem.at.path.parts[:1] == ("policies",)
    ]
    for error in errors:
        at = error.problem.at
        _say(app, f"{at.path}:{at.span.line}:{at.span.column}: {error.problem.message}")
    return bool(errors)


def _lines(runs: Iterable[CaseRun]) -> Iterable[str]:
    for rule, of_rule in groupby(runs, key=lambda run: run.rule.rule.id):
        yield rule
        for run in of_rule:
            difference = run.difference
            if difference is None:
                yield f"  ok      {run.case.name}"
            else:
                yield f"  FAILED  {run.case.name}: {difference}"


def _close(app: App, rules: Sequence[LocatedCustomRule], runs: Sequence[CaseRun]) -> None:
    without = [rule.rule.id for rule in rules if not rule.rule.cases]
    if without:
        app.note(f"no test cases for {', '.join(without)}")
    failed = sum(run.difference is not None for run in runs)
    cases = "1 case" if len(runs) == 1 else f"{len(runs)} cases"
    app.note(f"{cases}, {failed} failed" if runs else "no case was run")


def _say(app: App, line: str) -> None:
    """Print a line, with control characters escaped."""
    app.say(inert(safe(line)))
