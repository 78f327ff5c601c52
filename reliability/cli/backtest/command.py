"""`reliability backtest`: what the alerts would have done to people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.extras import ensure_extra
from reliability.cli.options import (
    Whole,
    format_option,
    history_days_option,
    jobs_option,
    names_argument,
)


@click.command("backtest")
@names_argument()
@click.option(
    "--base", "revision", metavar="REV", help="Compare with the merge base of REV and HEAD"
)
@history_days_option()
@format_option(
    "text",
    "json",
    "markdown",
    "html",
    help_text="Output format; json is for `check --evidence`, html is a page with a timeline",
)
@click.option(
    "--brief",
    is_flag=True,
    help="Text and Markdown: omit alert quality and confidence",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the result to this file; print only the headline",
)
@click.option(
    "--fail-on",
    type=click.Choice(["never", "incident-missed"]),
    default="never",
    show_default=True,
    help="Exit with 1 if an incident is newly missed (without --base: missed), with 5 if nothing"
    " could be replayed",
)
@click.option(
    "--ranges",
    type=click.Choice(["left-open", "closed"]),
    default="left-open",
    show_default=True,
    help="Range selectors: left-open as in Prometheus 3, closed as in Prometheus 2",
)
@click.option(
    "--phase",
    type=Whole(0, 59),
    default=0,
    show_default=True,
    metavar="MINUTES",
    help="Evaluation offset within the interval, in minutes",
)
@click.option(
    "--mode",
    type=click.Choice(["event", "sample"]),
    default="event",
    show_default=True,
    help="event: replay SLOs from counts per minute; sample: evaluate all rules over raw samples",
)
@click.option(
    "--samples",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Raw samples in OpenMetrics text [default: the server of policies/history.yaml]",
)
@click.option("--all", "every", is_flag=True, help="Replay all SLOs (the default if none is named)")
@jobs_option("a few hundred SLOs")
@click.option(
    "--scheduler",
    cls=ExperimentalOption,
    metavar="ADDRESS",
    help="Replay on the workers of this Dask scheduler, which read the store at the same path",
)
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Replay alerts over the history of their SLIs.

    Shows how often and how long each alert would have fired, and which incidents the alert tier
    would have caught; with --base, before and after the change.

    \b
    reliability backtest --base origin/main           before and after the change
    reliability backtest attendance --days 30         one service, the last 30 days
    reliability backtest --fail-on incident-missed    for a job: 1 if an incident is missed
    """
    ensure_extra("backtest", "history")
    from reliability.cli.backtest.run import run

    return run(app, **options)
