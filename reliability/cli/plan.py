"""`reliability plan`: what would change in each target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from reliability.cli.app import App

if TYPE_CHECKING:
    from reliability.model.targets import Target
    from reliability.plan.plan import Plan
    from reliability.plan.report import Report
    from reliability.sync import Provider

FORMATS = ("text", "json", "markdown")


@click.command("plan")
@click.option("--target", "names", multiple=True, metavar="NAME", help="Only this one; repeatable.")
@click.option(
    "--allow",
    multiple=True,
    metavar="TARGET:DIGEST",
    help="Show the plan as it is with this allowance.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--detailed-exitcode", is_flag=True, help="End with 0: nothing to do, 1: error, 2: changes."
)
@click.pass_obj
def command(
    app: App, names: Sequence[str], allow: Sequence[str], form: str, detailed_exitcode: bool
) -> int:
    """Show what would change in each target, and write nothing.

    Ends with 1 when a plan goes over its limits, with 2 when a target cannot be read.

    \b
    reliability plan                                     every target of policies/targets.yaml
    reliability plan --target files --format markdown    one, for a pull request
    reliability plan --detailed-exitcode                 0 nothing to do, 2 changes
    """
    from reliability.cli.targets import WOULD_BE_DELETED, for_each_target, select
    from reliability.plan.limits import allowances
    from reliability.plan.render import FORMATS as RENDERERS

    selection = select(app, names)
    allowed = allowances(allow, [target.name for target in selection.targets])
    reports = for_each_target(app, selection, partial(_act, allowed), writable=False)
    if selection.missing:
        app.note(f"`reliability sync` would refuse: {selection.missing}; {WOULD_BE_DELETED}")
    app.say(RENDERERS[form](reports))
    return exit_code(reports, detailed=detailed_exitcode)


def _act(allowed: Mapping[str, str], target: Target, _provider: Provider, planned: Plan) -> Report:
    from reliability.cli.targets import within_limits

    return within_limits(target, planned, allowed.get(target.name))


def exit_code(reports: Sequence[Report], *, detailed: bool) -> int:
    """2 where a target was not read, 1 where a plan is over its limits, else 0.

    Detailed: 1 for both of these, 2 where there is something to do, else 0.
    """
    from reliability.plan.report import Unreached, Unsafe, settled

    if any(isinstance(report, Unreached) for report in reports):
        return 1 if detailed else 2
    if any(isinstance(report, Unsafe) for report in reports):
        return 1
    return 2 if detailed and not settled(reports) else 0
