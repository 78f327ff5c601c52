"""`reliability status`: the error budget of every SLO."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reliability.check.context import Context
from reliability.cli.app import App
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
@click.pass_obj
def command(
    app: App, /, names: tuple[str, ...], form: str, prometheus: str | None, origin: str | None
) -> int:
    """Show attainment, remaining error budget, burn rate and next review of each SLO.

    Reasons for unknown figures are below the table.

    \b
    reliability status                                    all SLOs, from stored history
    reliability status attendance                         one service
    reliability status --prometheus http://localhost:9090
    """
    ensure_extra("status", "history")
    from reliability.review.gate import table

    note_unreadable(app, "SLOs may be missing: some documents cannot be read")
    statuses = slo_statuses(
        app, _objectives(app, names), "status", prometheus=prometheus, origin=origin
    )
    due = {
        (slo.service, slo.name): slo.due
        for slo in slo_reviews(Context(today=app.today, catalog=app.catalog()))
    }
    lines = [
        table.GateTableRow(
            status, due[status.objective.service, status.objective.slo_name], app.today
        )
        for status in statuses.objectives
    ]
    app.say({"text": table.text, "json": table.document}[form](lines, statuses.source))
    return 0


def _objectives(app: App, names: tuple[str, ...]) -> list[Objective]:
    from reliability.resolve.objectives import objectives

    check_names(names, [app.catalog()])
    asked = frozenset(names)
    return [
        objective
        for objective in objectives(app.catalog())
        if not asked or asked & {objective.service, objective.slo_name}
    ]
