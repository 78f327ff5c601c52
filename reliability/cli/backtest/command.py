"""`reliability backtest`: what the alerts would have done to people."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.extras import ensure_extra
from reliability.cli.whole import Whole

MOST_DAYS: Final = 400


@click.command("backtest")
@click.argument("names", nargs=-1, metavar="[SLO|SERVICE]...")
@click.option("--base", "revision", metavar="REV", help="Compare with the merge base of REV.")
@click.option(
    "--days",
    type=Whole(1, MOST_DAYS),
    help="How many days before --today; by default the span of policies/history.yaml.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "html"]),
    default="text",
    show_default=True,
    help="json is what `check --evidence` reads; html is one page with a timeline.",
)
@click.option(
    "--brief",
    is_flag=True,
    help="In text and markdown: how often, and what is missed; not how good and how sure it is.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the result there; stdout gets the headline.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["never", "incident-missed"]),
    default="never",
    show_default=True,
    help="Exit with 1 if an incident was caught before and is not now; "
    "without --base, if any is not caught. Exit with 5 if no alert could be replayed.",
)
@click.option(
    "--ranges",
    type=click.Choice(["left-open", "closed"]),
    default="left-open",
    show_default=True,
    help="How x[5m] is read: left-open as Prometheus 3, closed as Prometheus 2.",
)
@click.option(
    "--phase",
    type=Whole(0, 59),
    default=0,
    show_default=True,
    metavar="MINUTES",
    help="Evaluation offset within the interval",
)
@click.option(
    "--mode",
    type=click.Choice(["event", "sample"]),
    default="event",
    show_default=True,
    help="event counts by the minute; sample evaluates the compiled rules over raw samples, "
    "as Prometheus would, and signals too.",
)
@click.option(
    "--samples",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Raw samples as OpenMetrics text; without it, sample mode asks the server of "
    "policies/history.yaml.",
)
@click.option("--all", "every", is_flag=True, help="Every SLO; so it is where none is named.")
@click.option(
    "--jobs",
    type=Whole(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="How many processes replay; worth it from some hundred SLOs on.",
)
@click.option(
    "--scheduler",
    cls=ExperimentalOption,
    metavar="ADDRESS",
    help="Replay on the workers of a Dask scheduler, such as tcp://10.0.0.5:8786; they read the "
    "store at the same path.",
)
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Replay the alerts over the history of what they watch.

    Shows for each alert how often and how long it would have fired, and which incidents the
    alert tier would have caught; with --base, before and after the change.

    \b
    reliability backtest --base origin/main           before and after the change
    reliability backtest attendance --days 30         one service, the last month
    reliability backtest --fail-on incident-missed    for a job: 1 when one is missed
    """
    ensure_extra("backtest", "history")
    from reliability.cli.backtest.run import run

    return run(app, **options)
