"""Test page: one alert that takes the route of a real one, until its notifications are known.

Alertmanager flushes a new group at once if its alert began longer than `group_wait` ago
(`aggrGroup.insert` of 0.28.1, `Dispatcher.groupAlert` of 0.33.1 in dispatch/dispatch.go). So a test
page begins that long ago, in a group of its own: a label in `group_by` gets a random value, if the
alert takes the same route with it. Then no other notification is likely while it is counted.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from reliability.providers.delivery import (
    NOT_BEGUN,
    NotificationCounts,
    PageDelivery,
    ReceiverIntegration,
)
from reliability.providers.fired import TEST_PAGE
from reliability.providers.yaml_body import BodyError, parse_body
from reliability.resolve.alerts import HEARTBEAT
from reliability.resource import Resource

LABEL: Final = TEST_PAGE
"""Label of the alert; `tickets` and `digest` ignore alerts with this label."""

ALERT: Final = "ReliabilityTestPage"
KIND: Final = "an Alertmanager"

GRACE: Final = timedelta(seconds=30)
"""How long notifications that are due may take to be accepted."""

ENDS_AFTER: Final = timedelta(minutes=5)
"""How long the alert outlives its wait, if nothing can end it: this process was killed."""

BEGAN_BEFORE: Final = timedelta(seconds=2)
"""Added to `group_wait`, since the header `Date` has whole seconds."""

PEER_TIMEOUT: Final = timedelta(seconds=15)
"""Default of `--cluster.peer-timeout`: each peer of a cluster waits this long for the former."""

LOOK_EVERY: Final = 0.5


class StatusConfig(AnswerPart):
    """Configuration that an Alertmanager runs, as text."""

    original: str


class ClusterPeer(AnswerPart):
    """One Alertmanager of a cluster."""

    name: str


class ClusterStatus(AnswerPart):
    """Alertmanagers of the cluster, including this one; none without clustering."""

    peers: Annotated[list[ClusterPeer], FirstFault()] = Field(default_factory=list)


class Status(AnswerPart):
    """Response of `GET /api/v2/status`."""

    config: StatusConfig
    cluster: ClusterStatus = Field(default_factory=ClusterStatus)


class NamedReceiver(AnswerPart):
    """Receiver of a group."""

    name: str


class AlertStatus(AnswerPart):
    """What suppresses an alert in a group."""

    silencedBy: list[str] = Field(default_factory=list)  # noqa: N815 - as Alertmanager writes it
    inhibitedBy: list[str] = Field(default_factory=list)  # noqa: N815
    mutedBy: list[str] = Field(default_factory=list)  # noqa: N815


class GroupedAlert(AnswerPart):
    """An alert of a group."""

    labels: LabelSet
    status: AlertStatus


class NotifiedGroup(AnswerPart):
    """A group of alerts that one receiver is notified about."""

    receiver: NamedReceiver
    alerts: Annotated[list[GroupedAlert], FirstFault()]


STATUS: Final = TypeAdapter(Status)
GROUPS: Final = TypeAdapter(Annotated[list[NotifiedGroup], FirstFault()])


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRoute:
    """Route of a test page in the configuration that a server runs.

    `is_apart` is true if the page has a group of its own. `due` is how long its notifications wait
    at most. `clock_offset` is the server's clock minus that of this machine.
    """

    labels: Mapping[str, str]
    receivers: tuple[str, ...]
    destinations: tuple[ReceiverIntegration, ...]
    group_wait: timedelta
    due: timedelta
    is_apart: bool
    clock_offset: timedelta = timedelta(0)


def page_labels(
    compiled: Iterable[Resource], team: str, tier: str, names: AlertLabelNames
) -> dict[str, str] | None:
    """Return the labels of an alert of a team's tier, of an SLO if it has one; None without any.

    A heartbeat has a tier, too, but goes to the dead man's switch. Labels with templates are left
    out.
    """
    candidates = [
        dict(alert)
        for resource in compiled
        for alert in alerts_in(resource.body)
        if {(names.team, team), (names.tier, tier)} <= alert
        and (names.kind, HEARTBEAT) not in alert
    ]
    candidates.sort(key=lambda labels: names.slo not in labels)
    for labels in candidates:
        return {name: value for name, value in labels.items() if "{{" not in value}
    return None


def page_route(server: HttpServer, labels: Mapping[str, str], names: AlertLabelNames) -> PageRoute:
    """Return the route of an alert, with the labels of a test page that takes the same route.

    Raises:
        ProviderError: the server does not report a valid configuration.
    """
    reply = server.get("/api/v2/status")
    if not reply.is_success:
        raise reply.unexpected(KIND, f"status {reply.status_code}: {reply.words}")

    status = reply.read(STATUS, KIND)
    try:
        routing = parse(parse_body(status.config.original.encode()))
    except (BodyError, RoutingRefusedError) as error:
        raise reply.unexpected(KIND, f"its configuration: {reply.one_line(str(error))}") from error

    nodes = walk(routing.root, labels)
    own_labels, is_apart = _set_apart(routing.root, nodes, labels, names=names)
    shared = timedelta(0) if is_apart else max(node.group_interval for node in nodes)
    return PageRoute(
        labels=own_labels,
        receivers=tuple(dict.fromkeys(node.receiver for node in nodes)),
        destinations=tuple(_destinations(routing, nodes)),
        group_wait=max(node.group_wait for node in nodes),
        due=shared + PEER_TIMEOUT * max(0, len(status.cluster.peers) - 1),
        is_apart=is_apart,
        clock_offset=server.clock.offset,
    )


def declared_receivers(configuration: Resource, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the receivers of an alert in a declared configuration."""
    nodes = walk(parse(configuration.body).root, labels)
    return tuple(dict.fromkeys(node.receiver for node in nodes))


def _set_apart(
    root: Route, nodes: Sequence[Route], labels: Mapping[str, str], names: AlertLabelNames
) -> tuple[Mapping[str, str], bool]:
    """Return labels with random values that take the same route, and whether each group is new.

    The name says that it is a test. The SLO gets another value, too, since the real page of an SLO
    inhibits its ticket.
    """
    mark = secrets.token_hex(4)
    apart, changed = {**labels, LABEL: mark}, {LABEL, ALL_LABELS}
    others = [name for node in nodes for name in node.group_by]
    for name in dict.fromkeys([NAME, *({names.slo} & {*labels}), *others]):
        tried = {**apart, name: f"{ALERT}-{mark}"}
        is_needed = name in (NAME, names.slo) or not _are_apart(nodes, changed)
        if is_needed and walk(root, tried) == tuple(nodes):
            apart, changed = tried, {*changed, name}
    return apart, _are_apart(nodes, changed)


def _are_apart(nodes: Iterable[Route], changed: set[str]) -> bool:
    # An empty list is inherited by 0.28 and not by 0.33, so both lists count.
    return all(changed & {*node.group_by} & {*node.newer_group_by} for node in nodes)


def _destinations(routing: Routing, nodes: Iterable[Route]) -> Iterator[ReceiverIntegration]:
    for name in dict.fromkeys(node.receiver for node in nodes):
        receiver = routing.receivers.get(name)
        for kind, _ in receiver.integrations if receiver else ():
            yield ReceiverIntegration(name, kind.removesuffix("_configs"))


@dataclass(slots=True, kw_only=True)
class Pager:
    """Sender of the alert, which waits for its notifications and ends it."""

    server: HttpServer
    route: PageRoute
    team: str
    tell: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.began = self._now() - self.route.group_wait - BEGAN_BEFORE

    def page(self) -> Mapping[ReceiverIntegration, PageDelivery]:
        """Send the alert, and wait for its delivery; it is ended even after an error.

        Raises:
            ProviderError: the server does not answer, or does not count notifications.
        """
        before, sent = NotificationCounts.of(self.server), self.clock()
        self._send(self._now() + self.route.due + GRACE + ENDS_AFTER)
        try:
            return self._watched(before, sent)
        finally:
            # An alert that nobody ends would repeat until `endsAt`, at the pager of a person.
            self._send(self._now())

    def _now(self) -> datetime:
        """Return the time of the server, which decides when the alert begins and ends."""
        return datetime.now(UTC) + self.route.clock_offset

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

    def _watched(
        self, before: NotificationCounts, sent: float
    ) -> Mapping[ReceiverIntegration, PageDelivery]:
        due = self.route.due.total_seconds()
        longest, noted = due + GRACE.total_seconds(), 0.0
        final: dict[ReceiverIntegration, PageDelivery] = {}
        while True:
            self.server.pause(LOOK_EVERY)
            groups = self._groups()
            counts = NotificationCounts.of(self.server)
            waited = self.clock() - sent

            sendable = [to for to in self.route.destinations if groups.get(to.receiver) == ""]
            now = {to: _not_sent(groups.get(to.receiver)) for to in self.route.destinations}
            now.update(counts.deliveries(before, sendable, waited))
            # Before all of it is due, a notification that was counted may be another one.
            if waited >= due or not sendable:
                new = {to: item for to, item in now.items() if item.is_final and to not in final}
                final.update(new)
            if waited >= longest or final.keys() == now.keys():
                return {**now, **final}
            if waited >= noted + 5:
                self.tell(f"{self.server.target}: waiting up to {longest - waited:.0f} s")
                noted = waited + 10

    def _groups(self) -> Mapping[str, str]:
        """Return what suppresses the alert for each receiver that has it, else an empty text."""
        mark = self.route.labels[LABEL]
        reply = self.server.get("/api/v2/alerts/groups", {"filter": f'{LABEL}="{mark}"'})
        if not reply.is_success:
            raise reply.unexpected(KIND, f"status {reply.status_code}: {reply.words}")
        return {
            group.receiver.name: _causes(alert.status)
            for group in reply.read(GROUPS, KIND)
            for alert in group.alerts
            if alert.labels.get(LABEL) == mark
        }


def _causes(status: AlertStatus) -> str:
    causes = {
        "silence": status.silencedBy,
        "inhibition by": status.inhibitedBy,
        "time interval": status.mutedBy,
    }
    return ", ".join(f"{kind} {one_line(ids[0])}" for kind, ids in causes.items() if ids)


def _not_sent(suppressed_by: str | None) -> PageDelivery:
    if not suppressed_by:
        return PageDelivery("not sent", NOT_BEGUN)
    return PageDelivery("not sent", f"suppressed by {suppressed_by}", is_final=True)
