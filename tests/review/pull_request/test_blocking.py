"""What blocks a change: findings by severity and rule, approvals, pages of teams, and files."""

from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

import pytest

from reliability.approval import RequiredApproval
from reliability.backtest.outcome import Backtest, NoAlert
from reliability.check.context import Context
from reliability.finding import Finding, Problem, Severity
from reliability.history.series import NoHistory
from reliability.location import Location, SourceSpan
from reliability.review.pull_request.approvals import ServiceApproval
from reliability.review.pull_request.headlines import measured_lines
from reliability.review.pull_request.measured import MeasuredChange, NotMeasured
from reliability.review.pull_request.verdict import BUDGET, MISSED, ReviewVerdict, verdict
from tests.backtest.test_headline import INCIDENTS, result, row
from tests.review.issues.office import catalog
from tests.review.pull_request.reviews import view

TEAM = """
apiVersion: reliability/v1
kind: Team
metadata: {name: NAME}
spec: {members: ["@a"]}
"""
CONTEXT = Context(
    today=date(2026, 11, 25),
    catalog=catalog(team=TEAM.replace("NAME", "sales"), other=TEAM.replace("NAME", "other")),
)
NONE = ReviewVerdict(missing=(), unapproved=(), missed=0, over=(), errors=0)
NOT_MEASURED = NotMeasured("it is switched off")
SALES, OTHER = "services/shop/team.yaml", "services/shop/other.yaml"


def finding(
    rule: str = "slo-x",
    severity: Severity = Severity.ERROR,
    *,
    path: str = SALES,
    waiver: str | None = None,
    requires: bool = False,
) -> Finding:
    needed = RequiredApproval("shop", (("@a",),)) if requires else None
    at = Location(PurePosixPath(path), SourceSpan(1, 1, 1, 2))
    problem = Problem(at, "it is so", requires=needed)
    return Finding(rule=rule, severity=severity, problem=problem, waiver=waiver)


def paging(old: int, new: int, service: str = "shop", tier: str = "alert") -> MeasuredChange:
    return MeasuredChange((result([replace(row(tier, old, new), service=service)], []),))


def ask(subject: str, roles: tuple[tuple[str, ...], ...], *, is_met: bool) -> ServiceApproval:
    return ServiceApproval(
        needed=RequiredApproval(subject, roles),
        given=(),
        findings=(finding(waiver="approved" if is_met else None),),
        missing=() if is_met else roles,
    )


@pytest.mark.parametrize(
    ("limit", "errors"),
    [(Severity.ERROR, 1), (Severity.WARNING, 3), (Severity.INFO, 4), (None, 0)],
)
def test_findings_block_from_a_severity_on(limit: Severity | None, errors: int) -> None:
    findings = [
        finding(),
        finding(severity=Severity.WARNING),
        finding("slo-y", Severity.WARNING),
        finding(severity=Severity.INFO),
        finding(waiver="in the baseline"),
        finding(requires=True),
    ]
    known = verdict(findings, [], NOT_MEASURED, CONTEXT, limit)
    assert (known.errors, len(known.blocking)) == (errors, errors + 1)


def test_a_missed_incident_is_counted_and_needs_approval() -> None:
    findings = [finding(MISSED, requires=True), finding(MISSED, Severity.INFO, requires=True)]
    waived = finding(MISSED, waiver="approved")
    known = verdict([*findings, waived], [], NOT_MEASURED, CONTEXT, Severity.ERROR)
    assert (known.missed, known.blocking) == (2, tuple(findings))


def test_open_approvals_are_missing_and_no_approvers_are_none() -> None:
    asks = [
        ask("shop", (("@a",), ("@b", "@c")), is_met=False),
        ask("pay", (("@b", "@c"), ("@d",)), is_met=False),
        ask("stock", (("@e",),), is_met=True),
        ask("new", (), is_met=False),
    ]
    assert verdict([], asks, NOT_MEASURED, CONTEXT, None) == replace(
        NONE, missing=(("@a",), ("@b", "@c"), ("@d",)), unapproved=("new",)
    )


def test_committed_history_blocks() -> None:
    committed = NotMeasured("the change commits history", ("a.parquet", "b.parquet"))
    assert verdict([], [], committed, CONTEXT, None) == replace(NONE, committed=2)


@pytest.mark.parametrize(
    ("found", "measured", "over", "errors"),
    [
        ([finding(BUDGET)], paging(1, 2), ("sales",), 0),
        ([finding(BUDGET, Severity.INFO)], paging(1, 2), ("sales",), 0),
        ([finding(BUDGET), finding()], paging(1, 2), ("sales",), 1),
        # It was over its budget before, and gets no more pages.
        ([finding(BUDGET)], paging(2, 2), (), 1),
        ([finding(BUDGET)], paging(3, 2), (), 1),
        ([finding(BUDGET)], paging(1, 2, tier="ticket"), (), 1),
        ([finding(BUDGET)], paging(1, 2, service="other"), (), 1),
        ([finding(BUDGET, path=OTHER)], paging(1, 2), (), 1),
        ([finding(BUDGET, waiver="waived")], paging(1, 2), (), 0),
        ([finding()], paging(1, 2), (), 1),
        ([finding(BUDGET)], NOT_MEASURED, (), 1),
    ],
)
def test_a_page_budget_blocks_a_change_that_adds_pages(
    found: list[Finding], measured: MeasuredChange | NotMeasured, over: tuple[str, ...], errors: int
) -> None:
    known = verdict(found, [], measured, CONTEXT, Severity.ERROR)
    assert (known.over, known.errors) == (over, errors)


def test_pages_are_more_if_they_are_in_any_environment() -> None:
    less, more = paging(2, 1).results[0], paging(1, 2).results[0]
    assert MeasuredChange((less, more)).pages_more(["shop"])
    assert not MeasuredChange((less, less)).pages_more(["shop"])
    assert not MeasuredChange((less, more)).pages_more(["pay"])
    gone = replace(row("alert", 1, 0), new=NoAlert())
    both = result([row("alert", 0, 1), gone], [])
    assert not MeasuredChange((both,)).pages_more(["shop"])


def unknown(of: Backtest) -> Backtest:
    """Without a history of any objective."""
    why = NoHistory("nothing is stored")
    objectives = [replace(one, history=why, rows=()) for one in of.objectives]
    return replace(of, objectives=tuple(objectives), verdicts=())


@pytest.mark.parametrize("is_everywhere", [False, True])
def test_environments_without_history_are_named_and_have_no_figures(is_everywhere: bool) -> None:
    known = result([row("alert", 1, 2)], INCIDENTS[:1])
    first, second = (replace(known, environment=name) for name in ("eu", "us"))
    results = (unknown(first) if is_everywhere else first, unknown(second))
    one = view(0)
    shown = replace(one, reviewed=replace(one.reviewed, measured=MeasuredChange(results)))
    lines = list(measured_lines(shown))
    names = "`checkout (eu)`, `checkout (us)`" if is_everywhere else "`checkout (us)`"
    assert lines[-1] == f"No history for {names}: nothing is stored."
    assert [line for line in lines if "us" in line.replace("backtest", "")][:-1] == []
    assert ("- `eu`: **alert episodes" in lines[0]) is not is_everywhere


def test_environments_in_which_nothing_changes_share_a_line() -> None:
    same = result([row("alert", 1, 1)], INCIDENTS[:1])
    changed = result([row("alert", 1, 2)], INCIDENTS[:1])
    results = (
        replace(same, environment="eu"),
        replace(changed, environment="us"),
        replace(same, environment="asia"),
    )
    one = view(0)
    reviewed = replace(one.reviewed, measured=MeasuredChange(results), affected=())
    lines = list(measured_lines(replace(one, reviewed=reviewed)))
    assert lines[0].startswith("- `us`: **alert episodes a week 0.1 -> 0.2 ")
    assert lines[1] == "- `eu` and `asia`: every alert fires as before"
    affected = replace(reviewed, affected=("eu",))
    lines = list(measured_lines(replace(one, reviewed=affected)))
    assert [line[:7] for line in lines[:2]] == ["- `eu`:", "- `us`:"]
    assert lines[2] == "- `asia`: every alert fires as before"
