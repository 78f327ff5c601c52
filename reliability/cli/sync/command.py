"""`reliability sync`: apply the plan to each sync target."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.options import forge_option, format_option
from reliability.cli.plan_options import (
    PLAN_FORMATS,
    allow_option,
    brief_option,
    decision_options,
    sync_target_option,
    target_environment_option,
)


@click.command("sync")
@sync_target_option()
@target_environment_option()
@decision_options
@click.option("--yes", is_flag=True, help="Apply without asking")
@click.option("--dry-run", is_flag=True, help="Do everything except write")
@click.option(
    "--no-wait", is_flag=True, help="Verify the reload without waiting for rule evaluations"
)
@click.option(
    "--out-of-order", is_flag=True, help="Do not wait for the environments before it (`after`)"
)
@allow_option("Allow exactly this plan to exceed its limits")
@format_option(*PLAN_FORMATS)
@click.option(
    "--test-page",
    cls=ExperimentalOption,
    metavar="TEAM[/TIER]",
    help="Send one test alert to the team's pager instead of syncing",
)
@brief_option()
@forge_option("Keep a comment about the result on the merged pull request there")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Apply the plan to each sync target, within its limits, after confirmation.

    Changes only objects that carry this repository's mark. Objects that were changed outside
    the repository stay as they are unless the target has `onDrift: overwrite`. Exits with 1 if
    something was not applied; run it again then. The targets of an environment wait until those
    of the environment before it (`after`) are in the desired state.

    \b
    reliability sync --dry-run                  everything except writing
    reliability sync                            show the plan, ask, apply it
    reliability sync --yes                      apply without asking, for a job
    reliability sync --environment staging      the targets of one environment
    reliability sync --allow files:9c1d02       allow this plan to exceed its limits
    reliability sync --overwrite rules/shop     overwrite an object changed outside
    reliability sync --test-page payroll        send one alert through the real route
    reliability sync --yes --forge github       also comment on the merged pull request
    """
    from reliability.cli.sync.run import run

    return run(app, **given)
