"""`reliability triage`: what makes a noise today, sorted into alert, ticket and log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.whole import Whole


@click.command("triage", cls=ExperimentalCommand)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--prometheus", metavar="URL", help="A server: its rules, and what fired.")
@click.option("--authorization", metavar="REF", help="Its Authorization header, as env:NAME.")
@click.option(
    "--days",
    type=Whole(1, 3650),
    default=30,
    show_default=True,
    help="How far back to look in Prometheus.",
)
@click.option("--channel", multiple=True, metavar="NAME", help="Only this channel of Slack.")
@click.option(
    "--worksheet",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A CSV to fill in together; what is decided there wins.",
)
@click.option(
    "--draft",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the policy that follows; files that are there stay.",
)
@click.option("--service", metavar="NAME", help="One service for all rules.")
@click.option("--team", metavar="NAME", help="The team of services that nobody answers for.")
@click.option("--top", type=Whole(1), default=40, show_default=True, help="Noises to show.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Sort what makes a noise today into alert, ticket and log.

    PATHS are rule files or folders of them, Alertmanager's configuration, an export of Slack
    (folder or ZIP), PagerDuty's incidents as CSV, Datadog's events as JSON, or any CSV with a time
    and a text; what each is, is seen by itself. Nothing leaves this machine. Ends with 1 when
    something could not be read.

    \b
    reliability triage slack-export.zip --channel errors      what the channel is made of
    reliability triage rules/ alertmanager.yml --prometheus http://localhost:9090
    reliability triage rules/ export.zip --worksheet triage.csv --draft new
    reliability triage export.zip --worksheet triage.csv --format markdown > meeting.md
    """
    from reliability.cli.triage.run import run

    return run(app, **given)
