"""Findings about documents alone: of the loader, and of rules that need no other document."""

from collections.abc import Iterator

import pytest

from reliability.check.context import Context
from reliability.check.engine.documents import document_findings, is_shown
from reliability.check.rule import catalog_rule, loader_rule
from reliability.finding import Finding, Problem, Severity
from tests.check.report_cases import at
from tests.check.repository import loaded


@catalog_rule(severity=Severity.INFO, since="0.1", alone=True)
def alone_rule(_context: Context) -> Iterator[Problem]:
    yield Problem(at(), "alone")


@catalog_rule(severity=Severity.ERROR, since="0.1")
def other_rule(_context: Context) -> Iterator[Problem]:
    yield Problem(at(), "beside others")


def test_all_findings_of_the_loader_are_about_the_document() -> None:
    read = [
        Finding(rule=rule, severity=Severity.ERROR, problem=Problem(at(), "read"))
        for rule in ("document-yaml11", "slo-objective-100")
    ]
    findings = document_findings((other_rule, alone_rule), loaded({})[0], read)
    assert [(finding.rule, finding.severity.word) for finding in findings] == [
        ("document-yaml11", "error"),
        ("document-value", "error"),
        ("alone-rule", "info"),
    ]


@pytest.mark.parametrize(
    ("name", "shown"), [("document_yaml11", True), ("slo_objective_100", False)]
)
def test_rules_of_the_loader_about_documents_are_shown(name: str, shown: bool) -> None:
    assert is_shown(loader_rule(f"rules.{name}", since="0.1")) is shown
    assert is_shown(alone_rule)
    assert not is_shown(other_rule)
