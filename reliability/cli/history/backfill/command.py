"""`reliability history backfill`: write past recordings of the rules into a Prometheus."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.environments import environment_option
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.extras import ensure_extra
from reliability.cli.options import days_option, names_argument, out_option
from reliability.cli.plan_options import sync_target_option


@click.command("backfill", cls=ExperimentalCommand)
@names_argument()
@sync_target_option(
    "targets", "Backfill only this Prometheus of policies/targets.yaml [default: all of them]"
)
@click.option("--prometheus", metavar="URL", help="Backfill this Prometheus instead")
@click.option(
    "--data-dir",
    "folders",
    multiple=True,
    metavar="[NAME=]FOLDER",
    help="Data directory of the server; without it, print the commands to run",
)
@days_option("Days to backfill [default: the period of each SLO]")
@out_option("Directory for the files of the commands [default: .reliability/backfill]", "FOLDER")
@click.option(
    "--promtool", metavar="PROGRAM", help="promtool to run [default: the one on the PATH]"
)
@environment_option("Environment to backfill, or one of its servers", default="")
@click.pass_obj
def backfill_command(app: App, /, **options: Any) -> int:
    """Write the recordings of error budgets for the time before the rules ran.

    Evaluates the rules of each SLO over the raw samples that the server still has. Writes no
    alerts, nothing where recordings exist, and nothing into the head block. Each replica is
    backfilled from its own samples.

    \b
    reliability history backfill                                     print the commands
    reliability history backfill --data-dir /var/lib/prometheus/data
    reliability history backfill --data-dir p1=/data/p1 --data-dir p2=/data/p2
    """
    ensure_extra("history backfill", "store")
    from reliability.cli.history.backfill.run import run

    return run(app, **options)
