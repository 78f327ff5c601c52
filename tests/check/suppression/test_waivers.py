"""Waivers: whom they excuse, until when, and when they excuse nothing."""

from datetime import date
from pathlib import PurePosixPath

import pytest

from reliability.check.context import Context
from reliability.check.rules import RULES
from reliability.check.suppression.waivers import waive
from reliability.finding import Finding, Problem, Severity
from reliability.location import Location, SourceSpan
from tests.check.examples import laid_over
from tests.check.repository import TODAY, checked, found, loaded

POLICY = """\
# services/attendance/alert-policy.yaml
kind: AlertPolicy
spec:
  signals:
    - name: QueueBacklog
      kind: cause
      tier: ticket
      expr: sum by (team) (queue_depth) > 1000
    - name: DiskFull
      kind: saturation
      tier: ticket
      expr: max by (team) (disk_used) > 0.9
"""
WAIVERS = """\
# policies/waivers.yaml
kind: Waivers
spec:
  waivers:
    - rule: {rule}
      service: {service}
      reason: The label goes away in January
      approver: "@lead-workforce"
      until: 2026-12-31
{object}
"""
BOTH = [
    ("label-overwritten", "services/attendance/alert-policy.yaml", 7),
    ("label-overwritten", "services/attendance/alert-policy.yaml", 11),
]


def waived(
    rule: str = "label-overwritten",
    service: str = "attendance",
    name: str = "",
    more: str = "",
    today: date = date(2026, 11, 25),
) -> list[Finding]:
    line = f"      object: {name}" if name else ""
    waivers = WAIVERS.format(rule=rule, service=service, object=line)
    return checked(laid_over(POLICY + more + waivers), today)


def waived_lines(findings: list[Finding]) -> list[int]:
    return [each.problem.at.span.line for each in findings if each.waiver is not None]


def test_a_waiver_excuses_a_service_from_a_rule() -> None:
    findings = waived()
    assert found(findings) == []
    assert waived_lines(findings) == [7, 11]


def test_an_excused_finding_says_until_when_who_why_and_where() -> None:
    assert {finding.waiver for finding in waived()} == {
        "until 2026-12-31, @lead-workforce: The label goes away in January "
        "(policies/waivers.yaml:4)"
    }


def test_a_waiver_may_excuse_one_object_alone() -> None:
    findings = waived(name="DiskFull")
    assert found(findings) == BOTH[:1]
    assert waived_lines(findings) == [11]


def test_an_object_may_be_the_name_of_the_document() -> None:
    assert found(waived(name="attendance")) == []


def test_a_waiver_holds_on_its_last_day() -> None:
    assert found(waived(today=date(2026, 12, 31))) == []


def test_an_expired_waiver_excuses_nothing_and_says_so() -> None:
    findings = waived(today=date(2027, 1, 1))
    assert found(findings) == [("waiver-expired", "policies/waivers.yaml", 8), *BOTH]


def test_what_an_expired_waiver_excused_is_an_error_only_where_the_change_touches_it() -> None:
    cause = POLICY.replace("tier: ticket", "tier: alert")
    waivers = WAIVERS.format(rule="alert-without-slo", service="attendance", object="")
    files, later = laid_over(cause + waivers), date(2027, 1, 1)
    path = "services/attendance/alert-policy.yaml"

    def severities(base: dict[str, str] | None, today: date = later) -> set[str]:
        findings = checked(files, today, base)
        return {each.severity.word for each in findings if each.rule == "alert-without-slo"}

    assert severities(None) == {"warning"}
    assert severities(files) == {"warning"}
    assert severities({**files, path: ""}) == {"error"}
    assert severities(None, today=date(2026, 12, 1)) == {"error"}, "waived, and still an error"


@pytest.mark.parametrize(
    ("rule", "service", "name"),
    [
        ("alert-without-slo", "attendance", ""),
        ("label-overwritten", "monitoring", ""),
        ("label-overwritten", "attendance", "QueueBacklock"),
    ],
)
def test_a_waiver_that_reaches_nothing_is_unused(rule: str, service: str, name: str) -> None:
    assert found(waived(rule, service, name)) == [
        ("waiver-unused", "policies/waivers.yaml", 4),
        *BOTH,
    ]


def test_from_a_locked_rule_nobody_is_excused() -> None:
    locked = "# policies/rules.yaml\nkind: RulePolicy\nspec:\n  rules:\n    {}\n"
    findings = waived(more=locked.format("label-overwritten: {locked: true}"))
    assert found(findings) == [("waiver-unused", "policies/waivers.yaml", 4), *BOTH]
    assert findings[0].problem.message == (
        "label-overwritten is locked, so its findings cannot be waived"
    )


def test_a_waiver_is_not_unused_while_its_service_cannot_be_read() -> None:
    broken = "# services/attendance/alert-policy.yaml\nkind: AlertPolicy\nspec:\n  signal: []\n"
    waivers = WAIVERS.format(rule="label-overwritten", service="attendance", object="")
    assert found(checked(laid_over(broken + waivers))) == [
        ("document-key-unknown", "services/attendance/alert-policy.yaml", 3)
    ]


def test_a_service_may_be_named_by_its_documents_where_the_directory_differs() -> None:
    files = laid_over(
        "# services/clock/alert-policy.yaml\nkind: AlertPolicy\nmetadata: {name: clock}\n"
        "spec:\n  service: monitoring\n  objectives: []\n  signals:\n"
        "    - {name: A, kind: cause, tier: log, expr: sum by (team) (a) > 1}\n"
        + WAIVERS.format(rule="label-overwritten", service="monitoring", object="")
    )
    assert [rule for rule, _, _ in found(checked(files))] == ["name-differs"]


ONE = """\
apiVersion: reliability/v1
kind: Waivers
metadata: {name: waivers}
spec:
  waivers:
    - {rule: name-duplicate, service: shop, reason: r, approver: "@x", until: 2026-11-25}
"""


@pytest.mark.parametrize(
    ("path", "rule", "is_waived"),
    [
        ("services/shop/slo.yaml", "name-duplicate", True),
        ("services/desk/slo.yaml", "name-duplicate", False),
        ("services/shop/slo.yaml", "other", False),
        ("policies/slo.yaml", "name-duplicate", False),
    ],
)
def test_a_waiver_of_a_finding_is_used_and_any_other_is_not(
    path: str, rule: str, is_waived: bool
) -> None:
    catalog, _ = loaded({"policies/waivers.yaml": ONE, "services/shop/slo.yaml": ""})
    problem = Problem(Location(PurePosixPath(path), SourceSpan(1, 1, 1, 2)), "found")
    finding = Finding(rule=rule, severity=Severity.ERROR, problem=problem)
    context = Context(today=TODAY, catalog=catalog)
    [marked], unused = waive([finding], context, {of.id: of for of in RULES}, locked=())
    assert (marked.waiver is not None) is is_waived
    assert [each.rule for each in unused] == ["waiver-unused"] * (not is_waived)
