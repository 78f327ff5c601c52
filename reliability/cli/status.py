"""`reliability status`: the error budget of every SLO."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reliability.check.context import Context
from reliability.cli.app import App
from reliability.cli.extras import ensure_extra
from reliability.cli.names import check_names
from reliability.cli.readable import note_unreadable
from reliability.cli.standings import standing_options, standings
from reliability.review.slo_review.due import promises

if TYPE_CHECKING:
    from reliability.resolve.objectives import Objective


@click.command("status")
@click.argument("names", nargs=-1, metavar="[SLO|SERVICE]...")
@standing_options
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
    found = standings(app, _objectives(app, names), "status", prometheus=prometheus, origin=origin)
    due = {
        (each.service, each.name): each.due
        for each in promises(Context(today=app.today, catalog=app.catalog()))
    }
    lines = [
        table.GateTableRow(each, due[each.objective.service, each.objective.slo_name], app.today)
        for each in found.stands
    ]
    app.say({"text": table.text, "json": table.document}[form](lines, found.source))
    return 0


def _objectives(app: App, names: tuple[str, ...]) -> list[Objective]:
    from reliability.resolve.objectives import objectives

    check_names(names, [app.catalog()])
    asked = frozenset(names)
    return [
        each
        for each in objectives(app.catalog())
        if not asked or asked & {each.service, each.slo_name}
    ]
