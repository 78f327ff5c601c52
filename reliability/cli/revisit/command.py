"""`reliability revisit`: an issue for each SLO whose review is due."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.environments import environment_option
from reliability.cli.experimental import ExperimentalOption
from reliability.cli.extras import ensure_extra
from reliability.cli.options import issue_options


@click.command("revisit")
@issue_options
@environment_option(
    "Only the figures of this environment, or of one of its servers; repeatable",
    cls=ExperimentalOption,
)
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Open an issue for each SLO whose review is due, with what was measured.

    Open issues are updated on Mondays, and closed with a comment when `reliability/reviewed`
    has a new date. Provisional SLOs have a shorter review cadence.

    \b
    reliability revisit --forge folder:reviews --dry-run    show what would be opened
    reliability revisit --forge github                      in a job of GitHub Actions
    """
    ensure_extra("revisit", "history")
    from reliability.cli.revisit.run import run

    return run(app, **options)
