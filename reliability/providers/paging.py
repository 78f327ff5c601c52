"""Test page: one labeled alert through the real route of a team, until its delivery is counted.

Alertmanager counts requests in `alertmanager_notification_requests_total`, and the failed ones also
in `alertmanager_notification_requests_failed_total`, by integration; by receiver as well only with
the feature `receiver-name-in-metrics` (docs/feature_flags.md of Alertmanager). An alert that ends
before `group_wait` is over is never sent, so this one ends in ten minutes, or once it is delivered.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from reliability.alert_labels import AlertLabelNames
from reliability.alertmanager.routing import (
    ALL_LABELS,
    Route,
    Routing,
    RoutingRefusedError,
    parse,
    walk,
)
from reliability.http.prometheus import AnswerPart, FirstFault, LabelSet
from reliability.http.reply import one_line
from reliability.http.server import HttpServer
from reliability.plan.alerts import NAME, alerts_in
from reliability.providers.delivery import Delivery, NotificationCounts, ReceiverIntegration
from reliability.providers.fired import TEST_PAGE
from reliability.providers.yaml_body import BodyError, parse_body
from reliability.resource import Resource

LABEL: Final = TEST_PAGE
"""Label of the alert; `tickets` and `digest` ignore alerts with this label."""

ALERT: Final = "ReliabilityTestPage"
KIND: Final = "an Alertmanager"
OWN: Final = "reliability/"
"""Prefix of the names of compiled receivers."""

ENDS_AFTER: Final = timedelta(minutes=10)
GRACE: Final = 30.0
"""Seconds after the waits of a route until a notification must be sent and counted."""

SECOND_TRY: Final = 20.0
"""Seconds after a failed notification; Alertmanager has retried several times by then."""

LOOK_EVERY: Final = 1.0


class StatusConfig(AnswerPart):
    """Configuration that an Alertmanager runs, as text."""

    original: str


class Status(AnswerPart):
    """Response of `GET /api/v2/status`."""

    config: StatusConfig


class NamedReceiver(AnswerPart):
    """Receiver of an alert."""

    name: str


class AlertStatus(AnswerPart):
    """State of an alert, and what suppresses it."""

    state: str
    silencedBy: list[str] = Field(default_factory=list)  # noqa: N815 - as Alertmanager writes it
    inhibitedBy: list[str] = Field(default_factory=list)  # noqa: N815
    mutedBy: list[str] = Field(default_factory=list)  # noqa: N815


class RoutedAlert(AnswerPart):
    """An alert with the receivers that Alertmanager's own routing tree gives it."""

    labels: LabelSet
    receivers: list[NamedReceiver]
    status: AlertStatus


STATUS: Final = TypeAdapter(Status)
ROUTED: Final = TypeAdapter(Annotated[list[RoutedAlert], FirstFault()])


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRoute:
    """Receivers of an alert in the configuration that a server runs, and when they are notified.

    `waits` is the number of seconds until the notification is due.
    """

    labels: Mapping[str, str]
    receivers: tuple[str, ...]
    destinations: tuple[ReceiverIntegration, ...]
    group_wait: timedelta
    waits: float

    @property
    def foreign(self) -> tuple[str, ...]:
        """Receivers that are not compiled from the documents of the repository."""
        return tuple(name for name in self.receivers if not name.startswith(OWN))


def page_labels(
    compiled: Iterable[Resource], team: str, names: AlertLabelNames
) -> dict[str, str] | None:
    """Return the labels of an alert of a team's alert tier; None if it has none.

    Labels by which it could inhibit other alerts are left out, and those with templates.
    """
    for resource in compiled:
        for alert in alerts_in(resource.body):
            labels = dict(alert)
            if labels.get(names.team) == team and labels.get(names.tier) == "alert":
                # The generated inhibition compares the SLO: a test with it would mute the real
                # ticket.
                left_out = {NAME, names.slo, names.objective}
                plain = {
                    key: value
                    for key, value in labels.items()
                    if key not in left_out and "{{" not in value
                }
                # A random value, so that two tests never share a group, and the answer of the API
                # is about this one.
                return {**plain, NAME: ALERT, LABEL: secrets.token_hex(4)}
    return None


def page_route(server: HttpServer, labels: Mapping[str, str]) -> PageRoute:
    """Return the route of an alert in the configuration that a server runs.

    Raises:
        ProviderError: the server does not report a valid configuration.
    """
    reply = server.get("/api/v2/status")
    if not reply.is_success:
        raise reply.unexpected(KIND, f"status {reply.status_code}: {reply.words}")

    try:
        routing = parse(parse_body(reply.read(STATUS, KIND).config.original.encode()))
    except (BodyError, RoutingRefusedError) as error:
        raise reply.unexpected(KIND, f"its configuration: {one_line(str(error))}") from error

    nodes = walk(routing.root, labels)
    return PageRoute(
        labels=labels,
        receivers=tuple(dict.fromkeys(node.receiver for node in nodes)),
        destinations=tuple(_destinations(routing, nodes)),
        group_wait=max(node.group_wait for node in nodes),
        waits=max(map(_waits, nodes)),
    )


def _destinations(routing: Routing, nodes: Iterable[Route]) -> Iterator[ReceiverIntegration]:
    for name in dict.fromkeys(node.receiver for node in nodes):
        receiver = routing.receivers.get(name)
        for kind, _ in receiver.integrations if receiver else ():
            yield ReceiverIntegration(name, kind.removesuffix("_configs"))


def _waits(node: Route) -> float:
    """Return the seconds until a notification.

    The alert may join an existing group, which is notified only after its `group_interval`.
    """
    # The name and the test label are unique, so with either in `group_by` nothing shares the group.
    is_own_group = {NAME, LABEL, ALL_LABELS} & set(node.group_by)
    wait = node.group_wait if is_own_group else max(node.group_wait, node.group_interval)
    return wait.total_seconds()


@dataclass(slots=True, kw_only=True)
class Pager:
    """Sender of the alert, which waits for its notifications and ends it."""

    server: HttpServer
    route: PageRoute
    team: str
    tell: Callable[[str], None]
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    def page(self) -> Delivery:
        """Send the alert, and wait for its delivery; it is ended even after an error.

        Raises:
            ProviderError: the server does not answer, or does not count notifications.
        """
        # Before the alert is sent: a notification can be counted before the answer to the POST
        # arrives.
        before = NotificationCounts.of(self.server)
        self._send(self.began + ENDS_AFTER)
        try:
            return self._watched(before)
        finally:
            # An alert that nobody ends would repeat until `endsAt`, at the pager of a person.
            self._send(datetime.now(UTC))

    def _send(self, ends: datetime) -> None:
        alert = {
            "labels": dict(self.route.labels),
            "annotations": {
                "summary": f"Test page for {self.team}: nothing is broken",
                "description": "Sent by `reliability sync --test-page`. It ends by itself.",
            },
            "startsAt": self.began.isoformat(),
            "endsAt": ends.isoformat(),
        }

        reply = self.server.post("/api/v2/alerts", json.dumps([alert]).encode())
        if not reply.is_success:
            raise reply.unexpected(KIND, f"status {reply.status_code}: {reply.words}")

    def _watched(self, before: NotificationCounts) -> Delivery:
        patience = self.route.waits + GRACE
        waited, noted = 0.0, 0.0
        first_failure: float | None = None

        while True:
            delivery = NotificationCounts.of(self.server).since(before, self.route.destinations)
            suppressed = self._suppressed()
            # A suppressed alert sends nothing, so waiting for its notification would only end at
            # the time limit.
            if delivery.is_complete or suppressed:
                return replace(delivery, suppressed=suppressed)
            if delivery.failed and first_failure is None:
                first_failure = waited
            is_failed = first_failure is not None and waited > first_failure + SECOND_TRY
            if waited >= patience or (is_failed and not delivery.missing):
                return delivery
            if waited >= noted:
                self.tell(f"{self.server.target}: waiting up to {patience - waited:.0f} s")
                noted += 15
            self.server.pause(LOOK_EVERY)
            waited += LOOK_EVERY

    def _suppressed(self) -> str:
        """Return what suppresses the alert (silence, inhibition, time interval), else empty."""
        mark = self.route.labels[LABEL]
        reply = self.server.get("/api/v2/alerts", {"filter": f'{LABEL}="{mark}"'})
        if not reply.is_success:
            raise reply.unexpected(KIND, f"status {reply.status_code}: {reply.words}")

        for alert in reply.read(ROUTED, KIND):
            if alert.labels.get(LABEL) == mark and alert.status.state == "suppressed":
                causes = {
                    "silence": alert.status.silencedBy,
                    "inhibition by": alert.status.inhibitedBy,
                    "time interval": alert.status.mutedBy,
                }
                named = [f"{kind} {one_line(ids[0])}" for kind, ids in causes.items() if ids]
                return ", ".join(named) or "Alertmanager"

        return ""
