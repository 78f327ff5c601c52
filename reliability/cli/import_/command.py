"""`reliability import`: what a team has today as service directories, with nothing dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reliability.cli.app import App


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--from", "only", metavar="FORMAT", help="Read PATHS as this format only.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The repository to write to, by default --root; it need not exist.",
)
@click.option("--service", metavar="NAME", help="One service for all rules.")
@click.option("--team", metavar="NAME", help="The team of services that nobody answers for.")
@click.option(
    "--plain-labels",
    is_flag=True,
    help="Keep the plain alert labels even if an alert may lose a label.",
)
@click.option("--all-messages", is_flag=True, help="List all messages that share a reason")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@click.option("--diff", is_flag=True, help="Show what would be written, and write nothing.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Turn what a team has today into service directories.

    Reads rule files, Alertmanager's configuration, Backstage catalogs, CODEOWNERS and the SLOs of
    other tools, in files or folders; the format is seen by itself. Whatever is not carried over,
    and whatever only people can decide, is said line by line. A file that is there is never
    overwritten. What was written is read and built again. Exits with 1 if a file was in the way,
    or if something cannot be read or built.

    \b
    reliability import rules/                       rule files become signals and SLOs
    reliability import alertmanager.yml catalog/    teams, channels and owners
    reliability import rules/ --diff                look first
    """
    from reliability.cli.import_.run import run

    return run(app, **given)
