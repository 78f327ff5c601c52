"""Runs `reliability tickets`."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from reliability.cli.app import App
from reliability.cli.issues import issue_run
from reliability.errors import ForgeError, ReliabilityError, SettingsError
from reliability.providers.fired import fired_in_prometheus, on_in_alertmanager
from reliability.providers.past import open_past
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.environments.measured import measured_catalogs
from reliability.review.issue_run import IssueRun
from reliability.review.tickets.groups import grouped
from reliability.review.tickets.queues import open_queues

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reliability.providers.fired import FiredAlert
    from reliability.providers.past import AlertHistory
    from reliability.timespan import TimeSpan


WAY_OUT: Final = "pass --prometheus URL or --alertmanager URL, or name one in policies/history.yaml"


MINUTE: Final = timedelta(minutes=1)


def run(
    app: App,
    /,
    prometheus: str | None,
    alertmanager: str | None,
    since: datetime | None,
    until: datetime | None,
    **options: Any,
) -> int:
    """Update the tickets; return 0 if every queue was read and written, else 1."""
    issues = issue_run(app, "tickets", options)
    request = TicketsRequest(
        prometheus=prometheus, alertmanager=alertmanager, since=since, until=until
    )
    return 0 if update_queues(app, request, issues) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketsRequest:
    """The servers to read, and the start and the end of the period."""

    prometheus: str | None
    alertmanager: str | None
    since: datetime | None
    until: datetime | None

    def now(self, app: App) -> datetime:
        """Return --until, else the current minute, or 00:00 UTC of another --today."""
        clock = datetime.now(UTC).replace(second=0, microsecond=0)
        midnight = datetime.combine(app.today, time(), tzinfo=UTC)
        return self.until or (clock if clock.date() == app.today else midnight)


def update_queues(app: App, request: TicketsRequest, issues: IssueRun) -> bool:
    """Read the queues and what fired, write each queue; return whether all succeeded.

    Raises:
        ReliabilityError: no server is named, or it does not answer.
    """
    queues = open_queues(app.catalog(), issues, request.now(app), own=_own(app))
    with ExitStack() as closing:
        pasts = _opened(app, request, closing)
        if not pasts:
            raise ReliabilityError(f"no server to read alerts from; {WAY_OUT}")
        selector = f'{alert_label_names(app.catalog()).tier}="ticket"'
        span = queues.span(request.since)
        fired = [alert for past in pasts for alert in _fired(past, selector, span)]
        activity = grouped(fired, app.catalog())

    if activity.foreign:
        app.note(f"{activity.foreign:,} alerts of services that this repository does not declare")
    has_history = all(past.is_prometheus for past in pasts)
    done = queues.unread == 0
    for name in queues.present:
        try:
            done &= queues.write(name, activity.activities, has_history=has_history)
        except ForgeError as error:
            app.note(f"{name or 'this repository'}: {error}")
            done = False

    done &= queues.remember()
    issues.end()
    return done


def _opened(app: App, request: TicketsRequest, closing: ExitStack) -> list[AlertHistory]:
    """Open the server that the options name, or else that of each environment, each server once.

    Raises:
        ReliabilityError: a URL is not valid, its secret not set, or its host not allowed.
    """
    named = request.prometheus, request.alertmanager
    catalogs = [app.catalog()] if any(named) else measured_catalogs(app.catalog())
    opened: dict[str, AlertHistory] = {}
    for catalog in catalogs:
        past = closing.enter_context(open_past(catalog, app.settings.secret, *named))
        if past is not None:
            opened.setdefault(past.server.url, past)
    return [*opened.values()]


def _own(app: App) -> str:
    """Return the full name of this repository; `elsewhere` if it is unknown."""
    try:
        return app.settings.github_repository
    except SettingsError:
        return "elsewhere"


def _fired(past: AlertHistory, selector: str, span: TimeSpan) -> Iterable[FiredAlert]:
    if past.is_prometheus:
        return fired_in_prometheus(past.server, selector, span)
    return on_in_alertmanager(past.server, selector, span.end)
