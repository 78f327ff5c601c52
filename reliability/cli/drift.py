"""`reliability drift`: what was changed behind our back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from reliability.cli.app import App

if TYPE_CHECKING:
    from reliability.model.targets import Target
    from reliability.plan.plan import Plan
    from reliability.plan.report import Report
    from reliability.sync import Provider

FORMATS = ("text", "json", "markdown")


@click.command("drift")
@click.option("--target", "names", multiple=True, metavar="NAME", help="Only this one; repeatable.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--detailed-exitcode", is_flag=True, help="End with 0: no drift, 1: error, 2: drift.")
@click.pass_obj
def command(app: App, names: Sequence[str], form: str, detailed_exitcode: bool) -> int:
    """Show what somebody else changed of ours, field by field, and write nothing.

    Also shows what a server stores as we wrote it and does not run. Ends with 2 when a target
    cannot be read.

    \b
    reliability drift                        what somebody changed behind our back
    reliability drift --detailed-exitcode    for a job: 0 none, 2 drift
    """
    from reliability.cli.targets import for_each_target, select
    from reliability.plan.render import DRIFT_FORMATS

    reports = for_each_target(app, select(app, names), _act, writable=False)
    app.say(DRIFT_FORMATS[form](reports))
    return exit_code(reports, detailed=detailed_exitcode)


def _act(_target: Target, _provider: Provider, planned: Plan) -> Report:
    from reliability.plan.report import Planned

    return Planned(planned.only_drift)


def exit_code(reports: Sequence[Report], *, detailed: bool) -> int:
    """2 where a target was not read, else 0; detailed: 1 for that, 2 where there is drift."""
    from reliability.plan.report import is_read, settled

    if not all(map(is_read, reports)):
        return 1 if detailed else 2
    return 2 if detailed and not settled(reports) else 0
