"""`reliability plan`: what would change in each target."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.decisions import Decisions, decision_options

FORMATS = ("text", "json", "markdown")


@click.command("plan")
@click.option(
    "--sync-target", "names", multiple=True, metavar="NAME", help="Only this one; repeatable."
)
@decision_options
@click.option(
    "--allow",
    multiple=True,
    metavar="NAME:DIGEST",
    help="Show the plan as it is with this allowance.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--brief", is_flag=True, help="One line for each object, without its diff.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 4 if there are changes.")
@click.pass_obj
def command(
    app: App,
    /,
    names: Sequence[str],
    allow: Sequence[str],
    form: str,
    brief: bool,
    detailed_exitcode: bool,
    **decided: Any,
) -> int:
    """Show what would change in each target, with the diff of each object, and write nothing.

    Exits with 1 if a sync would refuse or leave out a part of it, or if a target of several cannot
    be read; with 2 if none can be read, or a document of the repository cannot.

    \b
    reliability plan                                         every target of policies/targets.yaml
    reliability plan --sync-target files --format markdown   one, for a pull request
    reliability plan --only rules/shop                       one object
    reliability plan --detailed-exitcode                     0 nothing to do, 4 changes
    """
    from reliability.cli.targets import ensure_plannable, read_targets, select, shown
    from reliability.plan.limits import allowances
    from reliability.plan.render import render
    from reliability.plan.report import exit_code

    selection = select(app, names)
    ensure_plannable(app, selection, form)
    allowed = allowances(allow, [target.name for target in selection.targets])
    with ExitStack() as closing:
        targets = read_targets(app, selection, Decisions(**decided), closing, writable=False)
        reports = [shown(each, allowed.get(each.name)) for each in targets]
    app.say(render(reports, form, brief=brief))
    return exit_code(reports, detailed=detailed_exitcode)
