"""Runs of two rules over catalogs of a document or two: order, severities, and what rules see."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

import pytest

from reliability.check.context import Context
from reliability.check.engine.run import run, settings_of
from reliability.check.rule import Rule, catalog_rule
from reliability.finding import Finding, Problem, Severity
from reliability.location import Location, SourceSpan
from tests.check.repository import TODAY, loaded

SETTINGS: Final = """\
apiVersion: reliability/v1
kind: RulePolicy
metadata: {{name: rules}}
spec: {{rules: {{{}}}}}
"""


def at(path: str) -> Location:
    return Location(PurePosixPath(path), SourceSpan(1, 1, 1, end_column=1))


@catalog_rule(severity=Severity.ERROR, since="0.1", by_date=True)
def first_rule(context: Context) -> Iterator[Problem]:
    yield Problem(at("services/shop/slo.yaml"), f"broken: {', '.join(map(str, context.broken))}")


@catalog_rule(severity=Severity.WARNING, since="0.1")
def second_rule(context: Context) -> Iterator[Problem]:
    rules = (f"{name} {setting.severity}" for name, setting in context.rules.items())
    yield Problem(at("services/desk/slo.yaml"), f"rules: {', '.join(rules)}")


BOTH: Final = (first_rule, second_rule)
RULES_SEEN: Final = "second-rule: rules: first-rule error, second-rule warning"


def loader_finding(severity: Severity, path: str) -> Finding:
    return Finding(rule="document-x", severity=severity, problem=Problem(at(path), "read"))


def shown(findings: Iterable[Finding]) -> list[str]:
    return [
        f"{finding.severity.word} {finding.rule}: {finding.problem.message}" for finding in findings
    ]


@pytest.mark.parametrize(
    ("severities", "broken"),
    [
        ((), ""),
        ((Severity.ERROR,), "error.yaml"),
        ((Severity.WARNING,), ""),
        ((Severity.INFO, Severity.ERROR), "error.yaml"),
    ],
)
def test_findings_of_the_loader_come_first_and_errors_are_broken_files(
    severities: tuple[Severity, ...], broken: str
) -> None:
    read = [loader_finding(severity, f"{severity.word}.yaml") for severity in severities]
    context = Context(today=TODAY, catalog=loaded({})[0])
    assert shown(run(BOTH, context, read)) == [
        *(f"{severity.word} document-x: read" for severity in severities),
        f"warning first-rule: broken: {broken}",
        f"warning {RULES_SEEN}",
    ]


@pytest.mark.parametrize(
    ("settings", "first", "second"),
    [
        ("", "warning", "warning"),
        ("first-rule: {severity: info}", "info", "warning"),
        ("first-rule: {severity: error}", "warning", "warning"),
        ("second-rule: {severity: error}", "warning", "error"),
        ("second-rule: {severity: 'off'}", "warning", None),
        ("first-rule: {severity: 'off'}, second-rule: {severity: info}", None, "info"),
        ("other-rule: {severity: 'off'}", "warning", "warning"),
        ("second-rule: {locked: true}", "warning", "warning"),
    ],
)
def test_the_policy_sets_severities(settings: str, first: str | None, second: str | None) -> None:
    catalog, _ = loaded({"policies/rules.yaml": SETTINGS.format(settings)})
    expected = [f"{first} first-rule: broken: "] if first else []
    expected += [f"{second} {RULES_SEEN}"] if second else []
    assert shown(run(BOTH, Context(today=TODAY, catalog=catalog))) == expected
    assert len(settings_of(catalog)) == settings.count(": {")


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        (None, "a: 1", "warning"),
        ("a: 1", "a: 1", "warning"),
        ("a: 1", "a: 2", "error"),
        ("", "a: 1", "error"),
    ],
)
def test_a_rule_by_date_is_an_error_where_the_change_is(
    before: str | None, after: str, severity: str
) -> None:
    path = "services/shop/slo.yaml"
    base = None if before is None else loaded({path: before} if before else {})[0]
    context = Context(today=TODAY, catalog=loaded({path: after})[0], base=base)
    assert shown(run((first_rule,), context)) == [f"{severity} first-rule: broken: "]


@pytest.mark.parametrize("of", [BOTH, BOTH[::-1]], ids=["in order", "in the other order"])
def test_another_function_may_run_the_rules(of: tuple[Rule, ...]) -> None:
    def seeing(rules: Iterable[Rule], _context: Context) -> Iterator[Finding]:
        for rule in rules:
            problem = Problem(at("x"), "seen")
            yield Finding(rule=rule.id, severity=rule.severity, problem=problem)

    context = Context(today=TODAY, catalog=loaded({})[0])
    assert shown(run(of, context, seeing=seeing)) == [f"warning {rule.id}: seen" for rule in of]
