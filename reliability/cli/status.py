"""`reliability status`: the error budget of every SLO."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reliability.check.context import Context
from reliability.cli.app import App
from reliability.cli.environments import apps_in, environment_option
from reliability.cli.extras import ensure_extra
from reliability.cli.names import check_names
from reliability.cli.options import names_argument, status_options
from reliability.cli.readable import note_unreadable
from reliability.cli.statuses import slo_statuses
from reliability.review.slo_review.due import slo_reviews

if TYPE_CHECKING:
    from reliability.resolve.objectives import Objective


@click.command("status")
@names_argument()
@status_options
@environment_option()
@click.pass_obj
def command(
    app: App,
    /,
    names: tuple[str, ...],
    form: str,
    prometheus: str | None,
    origin: str | None,
    environments: tuple[str, ...],
) -> int:
    """Show attainment, remaining error budget, burn rate and next review of each SLO.

    Reasons for unknown figures are below the table. An SLO has a row for each environment.

    \b
    reliability status                                    all SLOs, from stored history
    reliability status attendance                         one service
    reliability status --prometheus http://localhost:9090
    """
    ensure_extra("status", "history")
    from reliability.review.gate import table

    note_unreadable(app, "SLOs may be missing: some documents cannot be read")
    check_names(names, [app.catalog()])
    measured = [
        slo_statuses(each, _objectives(each, names), prometheus=prometheus, origin=origin)
        for each in apps_in(app, environments)
    ]
    due = {
        (slo.service, slo.name): slo.due
        for slo in slo_reviews(Context(today=app.today, catalog=app.catalog()))
    }
    lines = [
        table.GateTableRow(
            status, due[status.objective.service, status.objective.slo_name], app.today
        )
        for statuses in measured
        for status in statuses.objectives
    ]
    sources = dict.fromkeys(statuses.source for statuses in measured if statuses.is_used)
    if form == "json":
        app.say(table.document(lines, *sources))
    else:
        app.say(table.text(lines, *sources, view=app.view))
    return 0


def _objectives(app: App, names: tuple[str, ...]) -> list[Objective]:
    from reliability.resolve.objectives import objectives

    asked = frozenset(names)
    return [
        objective
        for objective in objectives(app.catalog())
        if not asked or asked & {objective.service, objective.slo_name}
    ]
