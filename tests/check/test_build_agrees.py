"""What `build` cannot do with teams, policies and routes, `check` has said before."""

from datetime import date

import pytest

from reliability.check.engine.run import Context, run
from reliability.check.rules import RULES
from reliability.finding import Finding, Problem, Severity
from tests.compile.alertmanager_cases import CASES, Files, catalog_at, compiled
from tests.compile.test_alertmanager_problems import PROBLEMS

TODAY = date(2026, 11, 25)
ROUTES = {
    "alert-muted",
    "inhibition-silences-alert",
    "mention-outside-alert-tier",
    "notification-not-compiled",
    "routing-refused",
    "secret-plain",
    "tier-receiver-mismatch",
}
SAID_BY = {"heartbeat-missing", "ownership-missing", "team-channel-missing", "team-unknown"}


def errors(files: Files) -> list[Finding]:
    findings = run(RULES, Context(today=TODAY, catalog=catalog_at(files)))
    return [
        each for each in findings if each.severity is Severity.ERROR or "heartbeat" in each.rule
    ]


@pytest.mark.parametrize(
    "files", [case[1] for case in PROBLEMS], ids=[case[0] for case in PROBLEMS]
)
def test_each_problem_of_build_is_a_finding_of_its_place(files: Files) -> None:
    _, problems = compiled(files)
    said = [each.problem for each in errors(files) if each.rule in ROUTES | SAID_BY]
    assert [each.message for each in problems if not any(is_near(each, one) for one in said)] == []


def is_near(problem: Problem, other: Problem) -> bool:
    """Whether one stands at the place of the other, around it, or beside it."""
    a, b = problem.at.pointer, other.at.pointer
    shared = min(len(a), len(b))
    is_there = a[:shared] == b[:shared] or a[:-1] == b[:-1]
    return problem.at.path == other.at.path and is_there


@pytest.mark.parametrize("case", ["two-teams", "inside-theirs"])
def test_what_build_compiles_without_a_problem_has_no_finding_about_routes(case: str) -> None:
    found = [each for each in errors(CASES[case]) if each.rule in ROUTES]
    assert [(each.rule, each.problem.message) for each in found] == []
