"""`reliability dashboard`: one issue that lists what is due, burning and waived."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.extras import ensure_extra
from reliability.cli.issue_options import issue_options


@click.command("dashboard", cls=ExperimentalCommand)
@issue_options
@click.option("--prometheus", metavar="URL", help="Prometheus that recorded the error budgets")
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Keep one issue that lists what is due, burning and waived, with links.

    It says when it was last written, and remembers by number which issues there are, so that one
    that is transferred to another repository is not opened again.

    \b
    reliability dashboard --forge github             after the other commands of the schedule
    reliability dashboard --forge folder:issues      as a file
    """
    ensure_extra("dashboard", "history")
    from reliability.cli.dashboard.run import run

    return run(app, **options)
