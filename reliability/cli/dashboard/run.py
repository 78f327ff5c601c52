"""Runs `reliability dashboard`."""

from __future__ import annotations

from typing import Any

from reliability.backtest.status import ObjectiveStatus
from reliability.check.context import Context
from reliability.cli.app import App
from reliability.cli.environments import apps_in
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
    burning, why = _burning(app, prometheus)
    waivers = [document.value.spec.waivers for document in app.catalog().governing(Waivers)]
    return DashboardFigures(
        day=app.today,
        due=tuple(due(Context(today=app.today, catalog=app.catalog()))),
        burning=burning,
        why=why,
        waivers=[waiver for document in waivers for waiver in document],
        reviews=issues.present(REVISIT),
        tickets=issues.present(TICKET),
        digests=issues.present(DIGEST),
        run=app.settings.github_run_url,
    )


def _burning(app: App, prometheus: str | None) -> tuple[list[ObjectiveStatus] | None, str]:
    """Return the SLOs whose budget is exhausted or burns too fast; or why that is unknown."""
    try:
        statuses = [
            status
            for environment in apps_in(app, ())
            for status in slo_statuses(
                environment,
                tuple(objectives(environment.catalog())),
                prometheus=prometheus,
                origin=None,
            ).objectives
        ]
    except ReliabilityError as error:
        app.note(f"error budgets are unknown: {error}")
        return None, str(error)
    known = [status for status in statuses if isinstance(status, ObjectiveStatus)]
    return [status for status in known if status.remaining <= 0 or (status.burn or 0) > 1], ""
