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
