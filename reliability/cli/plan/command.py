"""`reliability plan`: what would change in each target."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.options import format_option
from reliability.cli.plan_options import (
    PLAN_FORMATS,
    allow_option,
    brief_option,
    decision_options,
    detailed_exitcode_option,
    full_option,
    sync_target_option,
    target_environment_option,
)


@click.command("plan")
@sync_target_option()
@target_environment_option()
@decision_options
@allow_option("Show the plan as if it was allowed to exceed its limits")
@format_option(*PLAN_FORMATS)
@brief_option()
@full_option()
@click.option(
    "--base", "revision", metavar="REV", help="Begin with what the documents change since REV"
)
@detailed_exitcode_option("are changes")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Show what would change in each sync target, with the diff of each object.

    Writes nothing. Exits with 1 if sync would refuse or skip a part of the plan, or if one of
    several targets cannot be read; with 2 if no target or a document cannot be read.

    \b
    reliability plan                                         all targets of policies/targets.yaml
    reliability plan --sync-target files --format markdown   one target, for a pull request
    reliability plan --environment staging                   the targets of one environment
    reliability plan --base origin/main                      first what the documents change
    reliability plan --only rules/shop                       one object
    reliability plan --detailed-exitcode                     0 no changes, 4 changes
    """
    from reliability.cli.plan.run import PlanRequest, run

    return run(app, PlanRequest.of(given))
