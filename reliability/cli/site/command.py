"""`reliability site`: static pages about every SLO."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.environments import environment_option
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.extras import ensure_extra
from reliability.cli.options import Whole, jobs_option, pager_options

TWO_YEARS = 728
LONGEST = 1_096


@click.command("site", cls=ExperimentalCommand)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    required=True,
    help="Write the pages into this folder; it is empty, or holds a site",
)
@click.option(
    "--days",
    type=Whole(7, LONGEST),
    default=TWO_YEARS,
    show_default=True,
    help="Days of the calendar, up to --today; at least the span of policies/history.yaml",
)
@click.option(
    "--public",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write pages for customers instead: only the SLOs and words of this file",
)
@click.option(
    "--pager-export",
    "pager_exports",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    multiple=True,
    help="Show real pages too: incidents of PagerDuty as CSV; repeatable",
)
@pager_options
@environment_option("Environment, or one of its servers, in a folder of its own; repeatable")
@jobs_option("a few hundred SLOs")
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Write static pages: what needs attention, SLOs, budgets by day, alerts and incidents.

    The pages need no server and no other host. Figures come from the stored history, up to 00:00
    UTC of the current day. Files that do not change are not written again.

    \b
    reliability site --out public             then open public/index.html
    reliability site --out public --jobs 2    a few hundred SLOs
    reliability site --out public --pager-export incidents.csv    beside the replay
    reliability site --out public --pager https://api.pagerduty.com --pager-token env:TOKEN
    reliability site --out status --public status.yaml    for customers
    """
    ensure_extra("site", "site")
    from reliability.cli.site.run import run

    return run(app, **options)
