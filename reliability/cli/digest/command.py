"""`reliability digest`: one issue per period for the retrospective."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.environments import environment_option
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.extras import ensure_extra
from reliability.cli.options import alert_server_options, issue_options


@click.command("digest", cls=ExperimentalCommand)
@issue_options
@alert_server_options
@click.option(
    "--period",
    "length",
    type=click.Choice(["week", "month"]),
    default="week",
    show_default=True,
    help="Period of the digest: the last complete one before --today",
)
@environment_option("Only this environment, or one of its servers; repeatable")
@click.option("--no-drift", is_flag=True, help="Do not read the sync targets")
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Summarize a week for the retrospective, as an issue.

    Lists tickets and logs, the most frequent first; pages, and how many of them came with user
    impact; trends, error budgets, drift, expiring waivers, and signals that never fire.

    \b
    reliability digest --forge folder:digests       last week, as a file
    reliability digest --forge github --no-drift    without reading the sync targets
    """
    ensure_extra("digest", "history")
    from reliability.cli.digest.run import run

    return run(app, **options)
