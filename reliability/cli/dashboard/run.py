"""Runs `reliability dashboard`."""

from __future__ import annotations

from typing import Any

from reliability.backtest.status import SloStatus
from reliability.check.context import Context
from reliability.cli.app import App
from reliability.cli.environments import apps_in, prefix_of
from reliability.cli.issues import issue_run
from reliability.cli.statuses import slo_statuses
from reliability.errors import ReliabilityError
from reliability.forge.known import DASHBOARD
from reliability.model.rule_policy import Waivers
from reliability.resolve.objectives import objectives
from reliability.review.dashboard.issue import DashboardFigures, DashboardWriter
from reliability.review.digest.period import KIND as DIGEST
from reliability.review.issue_run import IssueRun
from reliability.review.language import policy_words
from reliability.review.slo_review.drafts import due
from reliability.review.slo_review.due import KIND as REVISIT
from reliability.review.tickets.drafts import KIND as TICKET


def run(app: App, /, **options: Any) -> int:
    """Update the dashboard; return 0 if the write succeeded, else 1."""
    issues = issue_run(app, "dashboard", options)
    return 0 if update_dashboard(app, issues, options["prometheus"]) else 1


def update_dashboard(app: App, issues: IssueRun, prometheus: str | None) -> bool:
    """Update the dashboard; return whether the write succeeded."""
    draft = DashboardWriter(policy_words(app.catalog())).issue(_figures(app, issues, prometheus))
    present = issues.present(DASHBOARD)
    done = issues.write(DASHBOARD, [draft], present, word=lambda _issue: "")
    issues.end()
    return done


def _figures(app: App, issues: IssueRun, prometheus: str | None) -> DashboardFigures:
    statuses, unread = _statuses(app, prometheus)
    waivers = [document.value.spec.waivers for document in app.catalog().governing(Waivers)]
    return DashboardFigures(
        day=app.today,
        due=tuple(due(Context(today=app.today, catalog=app.catalog()))),
        statuses=statuses,
        unread=unread,
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
