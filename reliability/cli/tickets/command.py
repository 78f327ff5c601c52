"""`reliability tickets`: issues about alerts of the ticket tier, in the team's queue."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.experimental import ExperimentalCommand
from reliability.cli.options import alert_server_options, issue_options


def read_moment(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> datetime | None:
    """Read a date, or a time such as 2026-11-25T09:00Z, in whole minutes."""
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
@alert_server_options
@click.option(
    "--since",
    metavar="TIME",
    callback=read_moment,
    help="Start of the period [default: the last run, which the tickets record]",
)
@click.option(
    "--until",
    metavar="TIME",
    callback=read_moment,
    help="End of the period [default: now]",
)
@click.pass_obj
def command(app: App, /, **options: Any) -> int:
    """Open an issue for each ticket-tier signal that fired.

    Issues go to the queue that the team's file names. While an issue is open, it counts further
    alerts; it is closed with a comment after a quiet period, and reopened if the signal fires
    again.

    \b
    reliability tickets --forge folder:queue                 as files
    reliability tickets --forge github --since 2026-11-24    since a date
    """
    from reliability.cli.tickets.run import run

    return run(app, **options)
