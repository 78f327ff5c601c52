"""`reliability sync --test-page TEAM`: send one alert through the real route after confirmation."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import click

from reliability.cli.app import App
from reliability.cli.targets import selected
from reliability.errors import ReliabilityError
from reliability.model.targets import AlertmanagerTarget
from reliability.providers import has_external_routes
from reliability.providers.http import open_server
from reliability.providers.paging import (
    LABEL,
    Pager,
    declared_receivers,
    page_labels,
    page_route,
)
from reliability.render.durations import seconds_text
from reliability.resolve.alert_labels import alert_label_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reliability.cli.sync.options import SyncRequest
    from reliability.http.server import HttpServer
    from reliability.providers.delivery import PageDelivery, ReceiverIntegration
    from reliability.providers.paging import PageRoute

YES: Final = "yes"
NOT_KNOWN: Final = 5
NO_ALERT: Final = (
    "--test-page {page}: {team} has no SLO and no signal in the {tier} tier; a heartbeat goes to "
    "the dead man's switch, and notifies nobody"
)
AGAIN: Final = (
    "send it again when less is notified, or start Alertmanager with "
    "--enable-feature=receiver-name-in-metrics, which counts for each receiver"
)


def page_team(app: App, request: SyncRequest, page: str) -> int:
    """Show the route of a page, confirm, send it, report delivery and return the exit code.

    `page` is a team, or a team and a tier: `payroll/ticket`.

    Raises:
        ReliabilityError: no Alertmanager is a target, or the team has no alert in the tier.
    """
    team, _, tier = page.partition("/")
    tier = tier or "alert"
    selection = selected(app, request.names, "text", request.environments)
    targets = [target for target in selection.targets if isinstance(target, AlertmanagerTarget)]
    if not targets:
        raise ReliabilityError("--test-page: no target of policies/targets.yaml is an Alertmanager")

    names = alert_label_names(app.catalog())
    labels = page_labels(selection.compiled, team, tier, names)
    if labels is None:
        raise ReliabilityError(NO_ALERT.format(page=page, team=team, tier=tier))

    with ExitStack() as closing:
        server = _server(app, targets[0], selection.spec.allowed_hosts, closing=closing)
        route = page_route(server, labels, names)
        _show(app, server, route)
        configuration = None if has_external_routes(targets[0]) else selection.configuration
        declared = declared_receivers(configuration, labels) if configuration else route.receivers
        if (obstacle := _obstacle(route, declared)) is not None:
            app.say(f"{obstacle}; nothing was sent")
            return 1
        if request.dry_run or not (request.yes or _is_confirmed(team, tier)):
            app.note("nothing was sent")
            return 0 if request.dry_run else 1
        deliveries = Pager(server=server, route=route, team=team, tell=app.note).page()

    _report(app, deliveries)
    return _exit_code(deliveries.values())


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
    app.say(f"{server.target}: a test page with {labels}")
    for name in route.receivers:
        kinds = [
            destination.integration
            for destination in route.destinations
            if destination.receiver == name
        ]
        app.say(f"  to the receiver {name}: {', '.join(kinds) or 'no integration'}")

    when = f"within {seconds_text(route.due)}" if route.due > timedelta(0) else "at once"
    group = "a group of its own" if route.is_apart else "a group that other alerts may share"
    app.say(f"  {when}, in {group}")


def _obstacle(route: PageRoute, declared: tuple[str, ...]) -> str | None:
    """Return why a test would say nothing about the team's pages; None if it would."""
    if set(declared) != set(route.receivers):
        return (
            f"this repository declares the route to {', '.join(declared)}, and Alertmanager does "
            "not run it; run `reliability sync` first"
        )
    if not route.destinations:
        return "the receiver has no integration, so nobody would be notified"
    return None


def _is_confirmed(team: str, tier: str) -> bool:
    """Ask for confirmation, because the page may wake a person."""
    effect = " It pages the on-call engineer." if tier == "alert" else ""
    click.echo(f"\nSend this alert to {team}?{effect} Only {YES!r} is accepted.", err=True)
    answer: str = click.prompt(">", default="no", show_default=False, prompt_suffix=" ", err=True)
    return answer.strip() == YES


def _report(app: App, deliveries: Mapping[ReceiverIntegration, PageDelivery]) -> None:
    for destination, delivery in deliveries.items():
        reason = f": {delivery.reason}" if delivery.reason else ""
        app.say(f"{delivery.state}: {destination}{reason}")
    if any(delivery.state == "not known" for delivery in deliveries.values()):
        app.say(f"= help: {AGAIN}")


def _exit_code(deliveries: Iterable[PageDelivery]) -> int:
    states = {delivery.state for delivery in deliveries}
    if states & {"failed", "not sent"}:
        return 1
    return NOT_KNOWN if "not known" in states else 0
