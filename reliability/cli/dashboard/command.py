"""`reliability dashboard`: one issue that lists what is due, burning, drifted and waived."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.extras import ensure_extra
from reliability.cli.options import issue_options
from reliability.cli.plan_options import detailed_exitcode_option


@click.command("dashboard", cls=ExperimentalCommand)
@issue_options
@click.option("--prometheus", metavar="URL", help="Prometheus that recorded the error budgets")
@click.option("--no-drift", is_flag=True, help="Do not read the sync targets")
@detailed_exitcode_option("is drift that the dashboard did not have")
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Keep one issue that lists what is due, burning, drifted and waived, with links.

    The issue shows when it was last updated. It records the number of each issue, so that an
    issue that was transferred to another repository is not opened again.

    \b
    reliability dashboard --forge github             after the other scheduled commands
    reliability dashboard --forge folder:issues      as a file
    """
    ensure_extra("dashboard", "history")
    from reliability.cli.dashboard.run import run

    return run(app, **options)
