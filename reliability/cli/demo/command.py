"""`reliability demo`: the whole loop on built-in data, one screen after the other."""

from __future__ import annotations

from pathlib import Path

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.extras import ensure_extra


@click.command("demo")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where to put the repository: a new or empty folder; by default a temporary one.",
)
@click.option(
    "--live",
    cls=ExperimentalOption,
    is_flag=True,
    help="Sync to a real Prometheus and Alertmanager, and burn.",
)
@click.option(
    "--servers",
    cls=ExperimentalOption,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="For --live: the folder with prometheus and alertmanager; by default they are looked "
    "for in RELIABILITY_SERVERS, then on the PATH.",
)
@click.pass_obj
def command(app: App, folder: Path | None, live: bool, servers: Path | None) -> int:
    """Walk through the whole loop on built-in data, with real commands and real results.

    Needs no server and no network, and leaves nothing but the folder that it names.

    \b
    reliability demo                              needs no server and no network
    reliability demo --folder /tmp/reliability    keeps what it made there
    reliability demo --live                       with a real Prometheus and Alertmanager
    """
    ensure_extra("demo", "history")
    from reliability.cli.demo.run import run

    return run(app, folder=folder, live=live, servers=servers)
