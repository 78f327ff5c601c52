"""`reliability import`: existing rules, SLOs and owners as service directories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.options import draft_options, format_option


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--from", "only", metavar="FORMAT", help="Read PATHS in this format only")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Repository to write to, by default --root; created if missing",
)
@draft_options
@click.option(
    "--plain-labels",
    is_flag=True,
    help="Keep the plain alert labels even if an alert may lose a label",
)
@click.option(
    "--environment-label",
    metavar="LABEL",
    help="Label whose values become environments: env, environment, stage, cluster",
)
@click.option("--all-messages", is_flag=True, help="List all messages that share a reason")
@click.option("--dry-run", is_flag=True, help="Write nothing")
@click.option("--diff", is_flag=True, help="Show the changes as a diff and write nothing")
@format_option("text", "json")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Import existing rules, SLOs, owners and Alertmanager configuration.

    Reads rule files, Alertmanager configurations, Backstage catalogs, CODEOWNERS and SLOs of other
    tools, from files or folders; formats are detected. Reports, line by line, what is not imported
    and what a person has to decide. Existing files are never overwritten. Checks and builds the
    result. Exits with 1 if a file exists with other content, or if something cannot be read or
    built.

    \b
    reliability import rules/                       rule files become signals and SLOs
    reliability import alertmanager.yml catalog/    teams, channels and owners
    reliability import rules/ --diff                show the changes only
    """
    from reliability.cli.import_.run import run

    return run(app, **given)
