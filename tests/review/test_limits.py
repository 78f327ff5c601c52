"""Limits of issues and reviews: at each one, and one beyond it."""

from dataclasses import replace
from pathlib import Path

import pytest

from reliability.forge.marker import Marker
from reliability.forge.notes import IssueDraft
from reliability.plan.change import Update
from reliability.plan.plan import Plan
from reliability.plan.report import Planned
from reliability.rates import WeeklyRate
from reliability.resource import Resource, ResourceId
from reliability.review.pull_request.plans import plan_lines
from reliability.review.pull_request.reviewed import TargetPlan
from reliability.review.pull_request.sections import approval_lines
from reliability.review.pull_request.shown import ReportView
from reliability.review.slo_review.suggestion import Toil
from reliability.review.tickets.drafts import TicketLimits
from reliability.review.tickets.issue import cut
from reliability.review.write_limit import limit_writes
from tests.forge.test_notes import ISSUE
from tests.forge.worlds import FolderWorld
from tests.review.issues.office import HOUR, MINUTE, NOW, Run, catalog, fired, span
from tests.review.pull_request.reviews import view


@pytest.mark.parametrize(("count", "written", "waiting"), [(300, 300, 0), (301, 300, 1)])
def test_a_run_writes_at_most_300_issues(count: int, written: int, waiting: int) -> None:
    drafts = [IssueDraft(marker=Marker("a", str(key)), title="a", text="") for key in range(count)]
    limited = limit_writes(drafts, ())
    assert (len(limited.drafts), limited.waiting) == (written, waiting)


@pytest.mark.parametrize(("length", "is_cut"), [(1000, False), (1001, True)])
def test_a_value_in_a_ticket_has_at_most_1000_characters(length: int, *, is_cut: bool) -> None:
    text = "x" * length
    assert cut(text) == (f"{'x' * 999}…" if is_cut else text)


@pytest.mark.parametrize(("count", "rows"), [(9, 9), (10, 10), (11, 10)])
def test_a_ticket_shows_the_latest_ten_firings(tmp_path: Path, count: int, rows: int) -> None:
    run = Run(FolderWorld(tmp_path))
    alerts = [fired(span((number + 1) * HOUR), pod=f"p{number:02}") for number in range(count)]
    [draft] = run.drafts(alerts, (), NOW)
    shown = [line for line in draft.text.split("\n") if 'pod="' in line]
    assert [line.partition('pod="p')[2][:2] for line in shown] == [f"{n:02}" for n in range(rows)]


@pytest.mark.parametrize(("count", "rows"), [(200, 200), (201, 200)])
def test_an_issue_about_many_signals_lists_200(tmp_path: Path, count: int, rows: int) -> None:
    signals = "".join(
        f"    - {{name: S{number}, kind: cause, tier: ticket, expr: a > {number}}}\n"
        for number in range(count)
    )
    policy = (
        "apiVersion: reliability/v1\nkind: AlertPolicy\nmetadata: {name: shop-signals}\n"
        f"spec:\n  service: shop\n  signals:\n{signals}"
    )
    run = Run(FolderWorld(tmp_path), catalog(signals=policy))
    run.bounds = TicketLimits(run.bounds.quiet, 0)
    alerts = [fired(span(HOUR), signal=f"S{number}") for number in range(count)]
    [draft] = run.drafts(alerts, (), NOW)
    assert draft.text.startswith(f"{count} more signals fired than the limit of open tickets")
    assert len([line for line in draft.text.split("\n") if line.startswith("| `shop`")]) == rows


@pytest.mark.parametrize(("ago", "is_firing"), [(5, True), (6, False)])
def test_an_alert_that_ended_five_minutes_ago_is_firing_now(
    tmp_path: Path, ago: int, *, is_firing: bool
) -> None:
    run = Run(FolderWorld(tmp_path))
    [draft] = run.drafts([fired(span((ago + 1) * MINUTE))], (), NOW)
    assert ("It is firing now." in draft.text) is is_firing


@pytest.mark.parametrize(
    ("rate", "pages", "impact", "is_much", "is_mostly_without"),
    [
        (2.0, 2, 0, False, False),
        (2.1, 2, 0, True, False),
        (0.5, 2, 0, False, False),
        (0.5, 3, 0, True, True),
        (0.5, 3, 1, True, True),
        (0.5, 3, 2, False, False),
        (0.5, 4, 2, False, False),
        (0.0, 0, 0, False, False),
    ],
)
def test_toil_is_high_above_the_limit_or_if_most_pages_had_no_impact(
    rate: float, pages: int, impact: int, *, is_much: bool, is_mostly_without: bool
) -> None:
    toil = Toil(WeeklyRate(rate), pages, impact, limit=2.0)
    assert (toil.is_much, toil.is_mostly_without_impact) == (is_much, is_mostly_without)


@pytest.mark.parametrize(("count", "left"), [(30, ""), (31, "1 more is in the full report.")])
def test_a_table_of_a_review_has_30_rows(count: int, left: str) -> None:
    shown = view(0)
    of = ReportView(reviewed=shown.reviewed, words=shown.words)
    lines = [*of.table(("a",), [(str(number),) for number in range(count)])]
    assert lines[:3] == ["| a |", "|---|", "| 0 |"]
    assert (lines[31], lines[32:]) == ("| 29 |", ["", left] if left else [])


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, "and 1 more")])
def test_a_line_of_a_review_names_five(count: int, more: str) -> None:
    shown = view(1)
    absent = frozenset(f"@p{number}" for number in range(count))
    approvals = replace(shown.reviewed.approvals, absent=absent)
    of = replace(shown, reviewed=replace(shown.reviewed, approvals=approvals))
    [line] = [line for line in approval_lines(of) if line.startswith("No longer have access")]
    assert "`@p4`" in line
    assert "`@p5`" not in line
    assert " more" in line if more else " more" not in line
    assert more in line


@pytest.mark.parametrize(
    ("lines", "below"),
    [
        (18, "Compared with the current state of the target."),
        (19, "and 1 more line; run `reliability plan --full` to see it"),
    ],
)
def test_a_plan_of_a_review_shows_20_lines_of_an_object(lines: int, below: str) -> None:
    title = "\n".join(f"line {number}" for number in range(lines))
    before, after = (
        Resource(ResourceId("files", "dashboard", "shop"), {"title": text})
        for text in ("one", title)
    )
    plan = Plan(target="files", changes=(Update(before, after),))
    shown = view(0)
    target_plan = TargetPlan(Planned(plan), is_live=True)
    of = replace(shown, reviewed=replace(shown.reviewed, plans=(target_plan,)))
    text = [line for part in plan_lines(of) for line in part.split("\n")]
    start, end = (number for number, line in enumerate(text) if line.startswith("```"))
    assert text[start + 1 : start + 4] == ["@@ title @@", "- one", "+ line 0"]
    assert (text[end - 1], text[end + 2]) == ("+ line 17", below)


def test_a_ticket_is_closed_with_its_last_firing_if_that_is_on_record(tmp_path: Path) -> None:
    run = Run(FolderWorld(tmp_path))
    [draft] = run.drafts([fired(span(3 * HOUR))], (), NOW)
    writer = run.writer(NOW)
    note = replace(ISSUE, marker=draft.marker, text=draft.text)
    assert writer.word(note).startswith("Did not fire since 25 November 06:01 UTC, for more than")
    assert writer.word(replace(note, text="rewritten")) == "Nothing is firing anymore."
