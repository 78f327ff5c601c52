"""`reliability plan`: what would change in each target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.decisions import decision_options

FORMATS = ("text", "json", "markdown")


@click.command("plan")
@click.option(
    "--sync-target",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this sync target; repeatable",
)
@decision_options
@click.option(
    "--allow",
    multiple=True,
    metavar="NAME:DIGEST",
    help="Show the plan as if it was allowed to exceed its limits",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--brief", is_flag=True, help="One line per object, without diffs")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 4 if there are changes")
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
    """Show what would change in each sync target, with the diff of each object.

    Writes nothing. Exits with 1 if sync would refuse or skip a part of the plan, or if one of
    several targets cannot be read; with 2 if no target or a document cannot be read.

    \b
    reliability plan                                         all targets of policies/targets.yaml
    reliability plan --sync-target files --format markdown   one target, for a pull request
    reliability plan --only rules/shop                       one object
    reliability plan --detailed-exitcode                     0 no changes, 4 changes
    """
    from reliability.cli.plan.run import run

    return run(
        app,
        names=names,
        allow=allow,
        form=form,
        brief=brief,
        detailed_exitcode=detailed_exitcode,
        **decided,
    )
