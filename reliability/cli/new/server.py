"""The server of `reliability new`, by the options, with progress on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.asking import on_terminal
from reliability.onboarding.new.server_view import ServerRequest, ServerView, look
from reliability.onboarding.new.service_kinds import ServiceKind, service_kinds


def server_view(app: App, given: Mapping[str, Any]) -> AbstractContextManager[ServerView]:
    """Open the server that the options name or the repository declares.

    Raises:
        ReliabilityError: a named server does not answer, and no person is present to continue
            without it.
    """
    _ = app.root
    return look(
        ServerRequest(
            catalog=app.catalog(),
            service=given["service"],
            kinds=partial(_kinds, given["kind"]),
            prometheus=given["prometheus"],
            has_query=given["total"] is not None,
            is_attended=on_terminal(),
            days=given["days"],
            end=_end(app),
            secret=app.settings.secret,
            note=app.note,
        )
    )


def _kinds(wanted: str | None) -> tuple[ServiceKind, ...]:
    kinds = tuple(kind for kind in service_kinds() if wanted in (None, kind.name))
    if not kinds:
        known = ", ".join(kind.name for kind in service_kinds())
        raise click.BadParameter(f"{wanted} is none of {known}", param_hint="--kind")
    return kinds


def _end(app: App) -> datetime:
    """Return the end of --today, or this minute if it is earlier."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return min(now, datetime.combine(app.today + timedelta(days=1), time(), UTC))
