"""`reliability drift`: what was changed outside the repository."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reliability.cli.app import App

FORMATS = ("text", "json", "markdown")


@click.command("drift")
@click.option(
    "--sync-target", "names", multiple=True, metavar="NAME", help="Only this one; repeatable."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--brief", is_flag=True, help="One line for each object, without its diff.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 4 if there is drift.")
@click.pass_obj
def command(app: App, names: Sequence[str], form: str, brief: bool, detailed_exitcode: bool) -> int:
    """Show what was changed outside the repository, with the diff of each object.

    Also shows what a server stores as it was written and does not run. Writes nothing. Exits with 1
    if a target of several cannot be read; with 2 if none can be read, or a document of the
    repository cannot.

    \b
    reliability drift                        what was changed outside the repository
    reliability drift --detailed-exitcode    for a job: 0 none, 4 drift
    """
    from reliability.cli.drift.run import run

    return run(app, names=names, form=form, brief=brief, detailed_exitcode=detailed_exitcode)
