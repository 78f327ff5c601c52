"""`reliability init`: what a repository begins with, in an empty folder or in one that is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from reliability.cli.app import App

EXAMPLE: Final = "git+https://HOST/OWNER/NAME.git@COMMIT"


FOLDER: Final = click.Path(file_okay=False, path_type=Path)


@click.command("init")
@click.option(
    "--github/--no-github",
    default=None,
    help="Workflows, the action they use, forms for issues and changes; "
    "by default where a Git remote is on GitHub.",
)
@click.option("--solo", is_flag=True, help="One person: agreement is recorded, nobody else asked.")
@click.option("--team", metavar="NAME", help="Who answers; a file of policies/teams.")
@click.option("--member", metavar="@NAME", help="A member of the team.")
@click.option("--slack", metavar="#CHANNEL", help="Where the team is told of alerts.")
@click.option(
    "--pagerduty/--no-pagerduty", default=None, help="Whether PagerDuty wakes who is on call."
)
@click.option("--prometheus", metavar="URL", help="Where the past of SLIs comes from.")
@click.option(
    "--rules-folder", type=FOLDER, metavar="DIR", help="Prometheus' folder for rules, for sync."
)
@click.option(
    "--alertmanager",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A live configuration to take over; its secrets go to files.",
)
@click.option("--alertmanager-url", metavar="URL", help="The Alertmanager of that file, for sync.")
@click.option(
    "--secrets", type=FOLDER, metavar="DIR", help="Its secret files; by default secrets beside it."
)
@click.option("--runbook-base", metavar="URL", help="The address before a runbook's path.")
@click.option("--install-from", metavar="SOURCE", help=f"What workflows install: {EXAMPLE}.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Write policies/, services/, hooks and workflows of a new repository.

    Looks at configuration files, the Git remote and the names of variables to see which tools
    there are, and asks for the rest at a terminal. A file that is there stays as it is; running it
    again writes only what is missing. Exits with 1 if workflows were asked for and could not be
    written.

    \b
    reliability init                            in an empty folder, or beside what you have
    reliability init --solo                     for one person
    reliability init --github                   with workflows, whatever the remote is
    reliability init --prometheus http://localhost:9090 --team shop --slack '#shop-alerts'
    reliability init --alertmanager /etc/alertmanager/alertmanager.yml
    """
    from reliability.cli.init.run import run

    return run(app, **given)
