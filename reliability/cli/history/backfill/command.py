"""`reliability history backfill`: write what the rules would have recorded into a Prometheus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.extras import ensure_extra


@click.command("backfill", cls=ExperimentalCommand)
@click.argument("names", nargs=-1, metavar="[SLO|SERVICE]...")
@click.option(
    "--sync-target",
    "targets",
    multiple=True,
    metavar="NAME",
    help="Backfill only this Prometheus of policies/targets.yaml [default: all of them]",
)
@click.option("--prometheus", metavar="URL", help="Backfill this Prometheus instead")
@click.option(
    "--data-dir",
    "folders",
    multiple=True,
    metavar="[NAME=]FOLDER",
    help="Data directory of the server; without it, print the commands to run",
)
@click.option(
    "--days",
    type=click.IntRange(1, 400),
    help="Days to backfill [default: the period of each SLO]",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Directory for the files of the commands [default: .reliability/backfill]",
)
@click.option(
    "--promtool", metavar="PROGRAM", help="promtool to run [default: the one on the PATH]"
)
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
