"""`reliability init`: the first files of a repository, in an empty folder or an existing one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from reliability.cli.app import App
from reliability.cli.options import format_option

EXAMPLE: Final = "git+https://HOST/OWNER/NAME.git@COMMIT"


FOLDER: Final = click.Path(file_okay=False, path_type=Path)


@click.command("init")
@click.option(
    "--github/--no-github",
    default=None,
    help="Write workflows and forms for GitHub; the default if a Git remote is on GitHub",
)
@click.option("--solo", is_flag=True, help="One person: record approvals without asking others")
@click.option("--team", metavar="NAME", help="Owning team, a file in policies/teams")
@click.option("--member", metavar="@NAME", help="Member of the team")
@click.option("--slack", metavar="#CHANNEL", help="Slack channel for alerts")
@click.option(
    "--pagerduty/--no-pagerduty", default=None, help="Page the on-call engineer with PagerDuty"
)
@click.option("--prometheus", metavar="URL", help="Prometheus server to read SLI history from")
@click.option(
    "--rules-folder",
    type=FOLDER,
    metavar="DIR",
    help="Rule folder of Prometheus that sync writes to",
)
@click.option(
    "--alertmanager",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Live configuration to take over; its secrets move to files",
)
@click.option("--alertmanager-url", metavar="URL", help="URL of that Alertmanager, for sync")
@click.option(
    "--secrets",
    type=FOLDER,
    metavar="DIR",
    help="Folder for secret files; by default secrets next to FILE",
)
@click.option(
    "--environment-label",
    metavar="LABEL",
    help="Label of rule files whose values become environments: env, stage",
)
@click.option("--runbook-base", metavar="URL", help="URL prefix of runbook paths")
@click.option("--install-from", metavar="SOURCE", help=f"Source that workflows install: {EXAMPLE}")
@format_option("text", "json")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Write policies/, services/, hooks and workflows of a new repository.

    Detects tools from configuration files, the Git remote and names of environment variables, and
    asks for the rest on a terminal. Existing files are not changed; another run writes only the
    missing ones. Exits with 1 if workflows were requested and could not be written.

    \b
    reliability init                            in an empty folder or an existing repository
    reliability init --solo                     for one person
    reliability init --github                   with workflows, for any remote
    reliability init --prometheus http://localhost:9090 --team shop --slack '#shop-alerts'
    reliability init --alertmanager /etc/alertmanager/alertmanager.yml
    """
    from reliability.cli.init.run import run

    return run(app, **given)
