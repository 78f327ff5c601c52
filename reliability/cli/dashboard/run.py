"""Runs `reliability dashboard`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reliability.backtest.status import SloStatus
from reliability.check.context import Context
from reliability.cli.app import App
from reliability.cli.drifted import drifted_targets
from reliability.cli.environments import apps_in, prefix_of
from reliability.cli.issues import issue_run
from reliability.cli.statuses import slo_statuses
from reliability.errors import ReliabilityError
from reliability.forge.known import DASHBOARD
from reliability.message import Message
from reliability.model.rule_policy import Waivers
from reliability.resolve.objectives import objectives
from reliability.review.dashboard.drift import DriftRecord, known_drift
from reliability.review.dashboard.issue import MARKER, DashboardFigures, DashboardWriter
from reliability.review.digest.period import KIND as DIGEST
from reliability.review.issue_run import IssueRun
from reliability.review.language import policy_words
from reliability.review.slo_review.drafts import due
from reliability.review.slo_review.due import KIND as REVISIT
from reliability.review.tickets.drafts import KIND as TICKET

if TYPE_CHECKING:
    from reliability.forge.notes import Issue

NOT_READ: Final = Message("the sync targets were not read")


def run(app: App, /, **options: Any) -> int:
    """Update the dashboard; return 0 if the write succeeded, else 1; 4 for new drift if asked."""
    issues = issue_run(app, "dashboard", options)
    present = issues.present(DASHBOARD)
    drift = _drift(app, present, is_read=not options["no_drift"])
    figures = _figures(app, issues, options["prometheus"], drift)
    if not update_dashboard(app, issues, figures, present):
        return 1
    if drift.is_new:
        app.note("there is drift that the dashboard did not have; `reliability drift` shows it")
    return 4 if options["detailed_exitcode"] and drift.is_new else 0


def update_dashboard(
    app: App, issues: IssueRun, figures: DashboardFigures, present: tuple[Issue, ...]
) -> bool:
    """Update the dashboard; return whether the write succeeded."""
    draft = DashboardWriter(policy_words(app.catalog())).issue(figures)
    done = issues.write(DASHBOARD, [draft], present, word=lambda _issue: "")
    issues.end()
    return done


def _drift(app: App, present: tuple[Issue, ...], *, is_read: bool) -> DriftRecord:
    """Return the drift, compared with that of the dashboard as it is."""
    ours = (issue.text for issue in present if issue.marker == MARKER)
    known = known_drift(next(ours, ""))
    if not is_read:
        return DriftRecord((), known, unread=NOT_READ)
    try:
        return DriftRecord(drifted_targets(app), known)
    except ReliabilityError as error:
        app.note(f"drift is unknown: {error}")
        return DriftRecord((), known, unread=error.message)


def _figures(
    app: App, issues: IssueRun, prometheus: str | None, drift: DriftRecord
) -> DashboardFigures:
    statuses, unread = _statuses(app, prometheus)
    waivers = [document.value.spec.waivers for document in app.catalog().governing(Waivers)]
    return DashboardFigures(
        day=app.today,
        due=tuple(due(Context(today=app.today, catalog=app.catalog()))),
        statuses=statuses,
        unread=unread,
        drift=drift,
        waivers=[waiver for document in waivers for waiver in document],
        reviews=issues.present(REVISIT),
        tickets=issues.present(TICKET) if issues.open() else None,
        digests=issues.present(DIGEST),
        run=app.settings.github_run_url,
    )


def _statuses(app: App, prometheus: str | None) -> tuple[list[SloStatus], list[str]]:
    """Return the status of each SLO, and why those of an environment are unknown."""
    statuses: list[SloStatus] = []
    unread: list[str] = []
    for environment in apps_in(app, ()):
        wanted = tuple(objectives(environment.catalog()))
        try:
            measured = slo_statuses(environment, wanted, prometheus=prometheus, origin=None)
        except ReliabilityError as error:
            app.note(f"{prefix_of(environment.catalog())}error budgets are unknown: {error}")
            unread.append(f"{prefix_of(environment.catalog())}{error}")
        else:
            statuses += measured.objectives
    return statuses, unread
