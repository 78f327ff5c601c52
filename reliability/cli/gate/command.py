"""`reliability gate`: whether the error budget lets changes of a service through."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.environments import environment_option
from reliability.cli.extras import ensure_extra
from reliability.cli.options import status_options


@click.command("gate")
@click.argument("service", metavar="SERVICE")
@status_options
@environment_option()
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Tell a deployment pipeline what the error-budget policy says about a service.

    Exits with 0 if changes may go on, with 1 if a spent error budget freezes changes, and with
    5 if a budget is not known. Each environment is decided separately, and the exit code is that
    of the worst answer: 1, then 5, then 0.

    \b
    reliability gate attendance                  in a pipeline, before the deployment
    reliability gate attendance --format json    with the figures
    reliability gate attendance --environment production
    """
    ensure_extra("gate", "history")
    from reliability.cli.gate.run import run

    return run(app, **options)
