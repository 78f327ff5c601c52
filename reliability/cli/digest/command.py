"""`reliability digest`: one issue a period for the retrospective."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.extras import ensure_extra
from reliability.cli.issue_options import issue_options
from reliability.cli.past import past_options


@click.command("digest", cls=ExperimentalCommand)
@issue_options
@past_options
@click.option(
    "--period",
    "length",
    type=click.Choice(["week", "month"]),
    default="week",
    show_default=True,
    help="What one digest is about: the last whole one before --today.",
)
@click.option("--no-drift", is_flag=True, help="Do not read the targets.")
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Sum a week up for the retrospective: what fired, what it was worth, what is left to do.

    Counts tickets and logs with the noisiest first, pages and how many came while users were hurt,
    with their trend; budgets, drift, waivers that end, signals that never fire.

    \b
    reliability digest --forge folder:digests       last week, as a file
    reliability digest --forge github --no-drift    without asking the targets
    """
    ensure_extra("digest", "history")
    from reliability.cli.digest.run import run

    return run(app, **options)
