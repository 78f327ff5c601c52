"""`reliability triage`: existing alerts and notifications, sorted into alert, ticket and log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.options import Whole, draft_options, format_option, pager_options


@click.command("triage", cls=ExperimentalCommand)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--prometheus", metavar="URL", help="Prometheus server: its rules, and alerts that fired"
)
@click.option("--authorization", metavar="REF", help="Its Authorization header, as env:NAME")
@pager_options
@click.option(
    "--days",
    type=Whole(1, 3650),
    default=30,
    show_default=True,
    help="Days to look back in Prometheus and PagerDuty",
)
@click.option("--channel", multiple=True, metavar="NAME", help="Read only this Slack channel")
@click.option(
    "--worksheet",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="CSV worksheet; its decisions override the proposals",
)
@click.option(
    "--draft",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write draft policies; existing files are not changed",
)
@draft_options
@click.option("--top", type=Whole(1), default=40, show_default=True, help="Alerts to show")
@format_option("text", "markdown", "json")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Sort existing alerts and notifications into alert, ticket and log.

    PATHS are rule files or folders of them, an Alertmanager configuration, a Slack export (folder
    or ZIP), PagerDuty incidents as CSV, Datadog events as JSON, or any CSV with a time and a text
    column; formats are detected. --pager reads incidents from PagerDuty itself. All data stays on
    this machine. Exits with 1 if something cannot be read.

    \b
    reliability triage slack-export.zip --channel errors      what a channel consists of
    reliability triage rules/ alertmanager.yml --prometheus http://localhost:9090
    reliability triage rules/ --pager https://api.pagerduty.com --pager-token env:PAGERDUTY_TOKEN
    reliability triage rules/ export.zip --worksheet triage.csv --draft new
    reliability triage export.zip --worksheet triage.csv --format markdown > meeting.md
    """
    from reliability.cli.triage.run import run

    return run(app, **given)
