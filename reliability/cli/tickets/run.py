"""Runs `reliability tickets`."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from reliability.cli.app import App
from reliability.cli.issues import issue_run
from reliability.compile.prometheus.names import TARGET
from reliability.errors import ForgeError, ReliabilityError, SettingsError
from reliability.history.covered import merged
from reliability.providers.fired import fired_in_prometheus, on_in_alertmanager, unevaluated
from reliability.providers.past import open_past
from reliability.providers.recorded import recorded_statuses
from reliability.resolve.alert_labels import alert_label_names
from reliability.resolve.environments.measured import measured_catalogs
from reliability.resolve.objectives import objectives
from reliability.review.issue_run import IssueRun
from reliability.review.tickets.groups import grouped
from reliability.review.tickets.inhibited import without_inhibited
from reliability.review.tickets.queues import open_queues
from reliability.timespan import EPOCH, HOUR, TimeSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reliability.backtest.status import SloStatus
    from reliability.load.catalog import Catalog
    from reliability.providers.fired import FiredAlert
    from reliability.providers.past import AlertHistory
    from reliability.review.tickets.groups import GroupActivity, SignalGroup


WAY_OUT: Final = "pass --prometheus URL or --alertmanager URL, or name one in policies/history.yaml"


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
        opened = _opened(app, request, closing)
        pasts = {past.server.url: past for _, past in opened}.values()
        if not pasts:
            raise ReliabilityError(f"no server to read alerts from; {WAY_OUT}")
        span, tier = queues.span(request.since), alert_label_names(app.catalog()).tier
        fired = [
            alert
            for past in pasts
            for alert in without_inhibited(_fired(past, tier, span), app.catalog())
        ]
        watched = queues.watched(span)
        unknown = merged(part for past in pasts for part in _unknown(app, past, watched))
        activity = grouped(fired, app.catalog())
        budgets = dict(_budgets(opened, activity.activities, span.end))

    if activity.foreign:
        what = "alert of a service" if activity.foreign == 1 else "alerts of services"
        app.note(f"{activity.foreign:,} {what} that this repository does not declare")
    hours = sum((part.length for part in unknown), timedelta(0)) / HOUR
    if hours >= 1:
        app.note(f"no rule was evaluated in {hours:.1f} h, which do not count as without firing")
    unknown = (TimeSpan(EPOCH, watched.start), *unknown)
    queues = replace(queues, bounds=replace(queues.bounds, unknown=unknown))
    has_history = all(past.is_prometheus for past in pasts)
    done = queues.unread == 0
    for name in queues.present:
        try:
            done &= queues.write(name, activity.activities, budgets, has_history=has_history)
        except ForgeError as error:
            app.note(f"{name or 'this repository'}: {error}")
            done = False

    done &= queues.remember()
    issues.end()
    return done


def _opened(
    app: App, request: TicketsRequest, closing: ExitStack
) -> list[tuple[Catalog, AlertHistory]]:
    """Open the server that the options name, or else that of each environment.

    Raises:
        ReliabilityError: a URL is not valid, its secret not set, or its host not allowed.
    """
    named = request.prometheus, request.alertmanager
    catalogs = [app.catalog()] if any(named) else measured_catalogs(app.catalog())
    opened = [
        (catalog, closing.enter_context(open_past(catalog, app.settings.secret, *named)))
        for catalog in catalogs
    ]
    return [(catalog, past) for catalog, past in opened if past is not None]


def _budgets(
    opened: Iterable[tuple[Catalog, AlertHistory]],
    activities: Sequence[GroupActivity],
    now: datetime,
) -> Iterator[tuple[SignalGroup, SloStatus]]:
    """Yield the status of the objective that each group is about, from the recording rules."""
    for catalog, past in opened:
        pairs = [
            (objective, each.group)
            for objective in objectives(catalog)
            for each in activities
            if each.is_about(objective)
        ]
        if past.is_prometheus and pairs:
            wanted = [objective for objective, _ in pairs]
            statuses = recorded_statuses(past.server, wanted, now, past=None)
            yield from zip((group for _, group in pairs), statuses, strict=True)


def _unknown(app: App, past: AlertHistory, span: TimeSpan) -> tuple[TimeSpan, ...]:
    """Return the parts of a span in which a Prometheus evaluated no rule, as far as it shows."""
    recorded = TARGET if any(objectives(app.catalog())) else "up"
    return unevaluated(past.server, ("ALERTS", recorded), span) if past.is_prometheus else ()


def _own(app: App) -> str:
    """Return the full name of this repository; `elsewhere` if it is unknown."""
    try:
        return app.settings.github_repository
    except SettingsError:
        return "elsewhere"


def _fired(past: AlertHistory, tier: str, span: TimeSpan) -> Iterable[FiredAlert]:
    """Return alerts of the ticket tier, of a Prometheus also those that may inhibit them."""
    if past.is_prometheus:
        return fired_in_prometheus(past.server, f'{tier}=~"alert|ticket"', span)
    return on_in_alertmanager(past.server, f'{tier}="ticket"', span.end)
