"""`reliability tickets`: what ticket-tier signals did becomes issues in the team's queue."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.issue_options import issue_options
from reliability.cli.past import past_options


def read_moment(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> datetime | None:
    """A moment such as 2026-11-25T09:00Z, in whole minutes."""
    if text is None:
        return None
    from reliability.scalars import ScalarError, read_day, read_moment

    try:
        is_day = ":" not in text
        moment = datetime.combine(read_day(text), time()) if is_day else read_moment(text)
    except ScalarError as error:
        raise click.BadParameter(f"{error}; write it as 2026-11-25T09:00Z") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(second=0, microsecond=0)


@click.command("tickets", cls=ExperimentalCommand)
@issue_options
@past_options
@click.option(
    "--since",
    metavar="TIME",
    callback=read_moment,
    help="Look from here on; by default from the last run on, as the tickets remember it.",
)
@click.option(
    "--until",
    metavar="TIME",
    callback=read_moment,
    help="The moment to take for now; by default the clock's.",
)
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Make issues of what ticket-tier signals did, one for each signal of a service.

    They go to the queue that the team's file names, count as long as they are open, are closed
    with a word once nothing fired for a while, and opened again when it comes back.

    \b
    reliability tickets --forge folder:queue                 as files
    reliability tickets --forge github --since 2026-11-24    since a day
    """
    from reliability.cli.tickets.run import run

    return run(app, **options)
