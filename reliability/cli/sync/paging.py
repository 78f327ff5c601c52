"""`reliability sync --test-page TEAM`: send one alert through the real route after confirmation."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import click

from reliability.cli.app import App
from reliability.cli.targets import selected
from reliability.errors import ReliabilityError
from reliability.model.targets import AlertmanagerTarget
from reliability.providers.http import open_server
from reliability.providers.paging import LABEL, Pager, page_labels, page_route
from reliability.render.durations import seconds_text
from reliability.resolve.alert_labels import alert_label_names

if TYPE_CHECKING:
    from reliability.cli.sync.options import SyncRequest
    from reliability.http.server import HttpServer
    from reliability.providers.delivery import Delivery
    from reliability.providers.paging import PageRoute

YES: Final = "yes"
COUNTED_BY_RECEIVER: Final = "counted by Alertmanager for each receiver and integration"
COUNTED_BY_INTEGRATION: Final = (
    "counted by Alertmanager for each integration, so that another notification of the same kind "
    "may have been counted; --enable-feature=receiver-name-in-metrics counts for each receiver"
)


def page_team(app: App, request: SyncRequest, team: str) -> int:
    """Show the route of a page, confirm, send it, report delivery and return the exit code.

    Raises:
        ReliabilityError: no Alertmanager is a target, or nothing pages the team.
    """
    selection = selected(app, request.names, "text", request.environments)
    targets = [target for target in selection.targets if isinstance(target, AlertmanagerTarget)]
    if not targets:
        raise ReliabilityError("--test-page: no target of policies/targets.yaml is an Alertmanager")

    labels = page_labels(selection.compiled, team, alert_label_names(app.catalog()))
    if labels is None:
        raise ReliabilityError(f"--test-page {team}: it has no alert in the alert tier")

    with ExitStack() as closing:
        server = _server(app, targets[0], selection.spec.allowed_hosts, closing=closing)
        route = page_route(server, labels)
        _show(app, server, route)
        if not route.destinations:
            app.say(
                "the receiver has no integration, so nobody would be notified; nothing was sent"
            )
            return 1
        if request.dry_run or not (request.yes or _is_confirmed(team)):
            app.note("nothing was sent")
            return 0 if request.dry_run else 1
        delivery = Pager(server=server, route=route, team=team, tell=app.note).page()

    _report(app, delivery)
    return 0 if delivery.is_complete else 1


def _server(
    app: App, target: AlertmanagerTarget, hosts: tuple[str, ...], closing: ExitStack
) -> HttpServer:
    secret = app.settings.secret(target.authorization) if target.authorization else None
    server = open_server(target, secret, hosts, writable=True)
    closing.callback(server.client.close)
    return server


def _show(app: App, server: HttpServer, route: PageRoute) -> None:
    """Print the alert and its route before anything is sent."""
    labels = ", ".join(
        f"{name}={value}" for name, value in sorted(route.labels.items()) if name != LABEL
    )
    app.say(f"{server.target}: {route.labels['alertname']} with {labels}")
    for name in route.receivers:
        kinds = [
            destination.integration
            for destination in route.destinations
            if destination.receiver == name
        ]
        app.say(f"  to the receiver {name}: {', '.join(kinds) or 'no integration'}")

    for name in route.foreign:
        app.say(f"  {name} is not in Alertmanager yet; sync the routes first")
    app.say(f"  after group_wait, {seconds_text(route.group_wait)}")


def _is_confirmed(team: str) -> bool:
    """Ask for confirmation, because the page may wake a person."""
    click.echo(
        f"\nSend this alert to {team}? It pages the on-call engineer. Only {YES!r} is accepted.",
        err=True,
    )
    answer: str = click.prompt(">", default="no", show_default=False, prompt_suffix=" ", err=True)
    return answer.strip() == YES


def _report(app: App, delivery: Delivery) -> None:
    for destination in delivery.delivered:
        app.say(f"delivered: {destination}")
    for destination in delivery.failed:
        app.say(f"failed: {destination}; the reason is in Alertmanager's log")
    for destination in delivery.missing:
        app.say(f"no notification in time: {destination}")
    if delivery.suppressed:
        app.say(f"suppressed by {delivery.suppressed}, so no notification is sent")
    app.say(COUNTED_BY_RECEIVER if delivery.by_receiver else COUNTED_BY_INTEGRATION)
