"""`reliability drift`: show changes made outside the repository."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reliability.cli.app import App
from reliability.cli.options import format_option
from reliability.cli.plan_options import (
    PLAN_FORMATS,
    brief_option,
    detailed_exitcode_option,
    sync_target_option,
    target_environment_option,
)


@click.command("drift")
@sync_target_option()
@target_environment_option()
@format_option(*PLAN_FORMATS)
@brief_option()
@detailed_exitcode_option("is drift")
@click.pass_obj
def command(
    app: App,
    /,
    names: Sequence[str],
    environments: Sequence[str],
    form: str,
    brief: bool,
    detailed_exitcode: bool,
) -> int:
    """Show changes made outside the repository, with the diff of each object.

    Also shows what a server has stored but does not run or cannot evaluate. Writes nothing. Exits
    with 1 if one of several targets cannot be read; with 2 if no target or a document cannot be
    read.

    \b
    reliability drift                        show the changes
    reliability drift --detailed-exitcode    for a job: 0 no drift, 4 drift
    """
    from reliability.cli.drift.run import run

    return run(
        app,
        names=names,
        environments=environments,
        form=form,
        brief=brief,
        detailed_exitcode=detailed_exitcode,
    )
