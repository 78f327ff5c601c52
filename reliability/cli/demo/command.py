"""`reliability demo`: the whole workflow on built-in data, step by step."""

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
    help="New or empty folder for the repository; by default a temporary one",
)
@click.option(
    "--live",
    cls=ExperimentalOption,
    is_flag=True,
    help="Sync to a real Prometheus and Alertmanager, and spend error budget",
)
@click.option(
    "--servers",
    cls=ExperimentalOption,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder with prometheus and alertmanager; by default RELIABILITY_SERVERS, then PATH",
)
@click.pass_obj
def command(app: App, folder: Path | None, live: bool, servers: Path | None) -> int:
    """Walk through the whole workflow on built-in data, with real commands and results.

    Needs no server and no network, and writes only to its own folder.

    \b
    reliability demo                              needs no server and no network
    reliability demo --folder /tmp/reliability    in a folder of your choice
    reliability demo --live                       with a real Prometheus and Alertmanager
    """
    ensure_extra("demo", "history")
    from reliability.cli.demo.run import run

    return run(app, folder=folder, live=live, servers=servers)
