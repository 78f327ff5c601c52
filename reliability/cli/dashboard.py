"""`reliability dashboard`: one issue that lists what is due, burning and waived."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.issues import IssueRun, ensure_all_readable, issue_options, words_of
from reliability.cli.standings import standings
from reliability.errors import MissingExtraError, ReliabilityError
from reliability.model.rule_policy import Waivers

if TYPE_CHECKING:
    from reliability.backtest.standing import ObjectiveStatus
    from reliability.review.dashboard.issue import DashboardFigures


@click.command("dashboard", cls=ExperimentalCommand)
@issue_options
@click.option("--prometheus", metavar="URL", help="Prometheus that recorded the error budgets")
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Keep one issue that lists what is due, burning and waived, with links.

    It says when it was last written, and remembers by number which issues there are, so that one
    that is transferred to another repository is not opened again.

    \b
    reliability dashboard --forge github             after the other commands of the schedule
    reliability dashboard --forge folder:issues      as a file
    """
    if find_spec("numpy") is None:
        raise MissingExtraError("reliability dashboard", "history")
    ensure_all_readable(app)
    desk = IssueRun(app, "dashboard", options["forge"], options["dry_run"], options["max_changes"])
    return 0 if run(app, desk, options["prometheus"]) else 1


def run(app: App, desk: IssueRun, prometheus: str | None) -> bool:
    """Bring the dashboard to what is known now; whether that was done."""
    from reliability.forge.known import DASHBOARD
    from reliability.review.dashboard.issue import DashboardWriter

    draft = DashboardWriter(words_of(app)).issue(_figures(app, desk, prometheus))
    present = desk.present(DASHBOARD)
    done = desk.write(DASHBOARD, [draft], present, lambda _issue: "")
    desk.end()
    return done


def _figures(app: App, desk: IssueRun, prometheus: str | None) -> DashboardFigures:
    from reliability.check.context import Context
    from reliability.review.dashboard.issue import DashboardFigures
    from reliability.review.digest.period import KIND as DIGEST
    from reliability.review.slo_review.due import KIND as REVISIT
    from reliability.review.slo_review.wanted import due
    from reliability.review.tickets.wanted import KIND as TICKET

    burning, why = _burning(app, prometheus)
    waivers = [each.value.spec.waivers for each in app.catalog().governing(Waivers)]
    return DashboardFigures(
        day=app.today,
        due=tuple(due(Context(app.today, app.catalog()))),
        burning=burning,
        why=why,
        waivers=[waiver for each in waivers for waiver in each],
        reviews=desk.present(REVISIT),
        tickets=desk.present(TICKET),
        digests=desk.present(DIGEST),
        run=app.settings.github_run_url,
    )


def _burning(app: App, prometheus: str | None) -> tuple[list[ObjectiveStatus] | None, str]:
    """The SLOs whose budget is exhausted or burns too fast; or why that is not known."""
    from reliability.backtest.standing import ObjectiveStatus
    from reliability.resolve.objectives import objectives

    try:
        found = standings(app, tuple(objectives(app.catalog())), "dashboard", prometheus, None)
    except ReliabilityError as error:
        app.note(f"error budgets are not known: {error}")
        return None, str(error)
    known = [each for each in found.stands if isinstance(each, ObjectiveStatus)]
    return [each for each in known if each.remaining <= 0 or (each.burn or 0) > 1], ""
