"""`reliability suggest`: suggest a target from measured history."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.environments import environment_option
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.extras import ensure_extra
from reliability.cli.options import format_option, history_days_option
from reliability.scalars import DECIMAL


def _read_target(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> Decimal | None:
    target = Decimal(-1) if text is not None else None
    if text is not None and DECIMAL.fullmatch(text):
        target = Decimal(text)
    if target is not None and not 0 < target < 1:
        raise click.BadParameter(f"{text} is not a ratio between 0 and 1, such as 0.999")
    return target


@click.command("suggest", cls=ExperimentalCommand)
@click.argument("slo", metavar="SLO|SERVICE")
@click.option("--objective", metavar="NAME", help="Objective, if the SLO has several")
@history_days_option()
@click.option("--windows", metavar="SET", help="Try only this set of burn-rate windows")
@format_option("text", "json", "markdown")
@click.option(
    "--all", "every", is_flag=True, help="Show all targets that were tried, not only round ones"
)
@click.option("--apply", is_flag=True, help="Write target and rationale to the SLO's file")
@click.option(
    "--target",
    metavar="RATIO",
    callback=_read_target,
    help="With --apply: write this target, one of those tried, instead of the suggested one",
)
@environment_option()
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Try about forty targets and every set of windows over the history of an SLO.

    Shows for each how often it was met, how many notifications it would have sent per month,
    and which incidents would have paged. Suggests one, with the reasons, for each environment. A
    service stands for its SLO if it has only one.

    \b
    reliability suggest attendance-clock-in            round targets and the suggestion
    reliability suggest attendance-clock-in --all      all targets that were tried
    reliability suggest attendance-clock-in --apply    write the suggestion to the file
    """
    ensure_extra("suggest", "history")
    from reliability.cli.suggest.run import run

    return run(app, **options)
