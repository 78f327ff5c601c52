"""Runs `reliability tickets`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from reliability.cli.app import App
from reliability.cli.issues import issue_run
from reliability.errors import ForgeError, ReliabilityError, SettingsError
from reliability.providers.fired import fired_in_prometheus, on_in_alertmanager
from reliability.providers.past import open_past
from reliability.resolve.alert_labels import alert_label_names
from reliability.review.issue_run import IssueRun
from reliability.review.tickets.groups import grouped
from reliability.review.tickets.queues import open_queues

if TYPE_CHECKING:
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
    servers = request.prometheus, request.alertmanager
    with open_past(app.catalog(), app.settings.secret, *servers) as past:
        if past is None:
            raise ReliabilityError(f"no server to read alerts from; {WAY_OUT}")
        tier_label = alert_label_names(app.catalog()).tier
        fired = _fired(past, f'{tier_label}="ticket"', queues.span(request.since))
        activity = grouped(fired, app.catalog())

    if activity.foreign:
        app.note(f"{activity.foreign:,} alerts of services that this repository does not declare")
    done = queues.unread == 0
    for name in queues.present:
        try:
            done &= queues.write(name, activity.activities, has_history=past.is_prometheus)
        except ForgeError as error:
            app.note(f"{name or 'this repository'}: {error}")
            done = False

    done &= queues.remember()
    issues.end()
    return done


def _own(app: App) -> str:
    """Return the full name of this repository; `elsewhere` if it is unknown."""
    try:
        return app.settings.github_repository
    except SettingsError:
        return "elsewhere"


def _fired(past: AlertHistory, selector: str, span: TimeSpan) -> Any:
    if past.is_prometheus:
        return fired_in_prometheus(past.server, selector, span)
    return on_in_alertmanager(past.server, selector, span.end)
