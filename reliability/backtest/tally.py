"""Counts of notifications by alert, tier, receiver, team and recipient."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import groupby
from typing import Final

from reliability.alertmanager.receivers import PAGERS, notifying_parts
from reliability.alertmanager.routing import Receiver, Routing
from reliability.alertmanager.simulate.posts import FiringAlert
from reliability.alertmanager.simulate.simulation import Notification

AlertKey = tuple[str, str, str, str]
"""Service, SLO (or the name of a signal), objective, and tier."""

NIGHT_BEGINS: Final = 22
NIGHT_ENDS: Final = 6
SATURDAY: Final = 6
"""As `datetime.isoweekday` counts."""
EACH_TIME: Final = "pushover_configs"
"""Integration without incidents, so that every message pages: Pushover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationTally:
    """Notifications about firing alerts, one for each receiver and time.

    `repeats` are those after the repeat interval; `over` counts resolved notifications, which are
    in none of the other numbers. `pages` counts opened incidents: further notifications of an open
    incident do not page again. A mention is a message that names people. Night is 22:00 to 06:00
    and weekend Saturday and Sunday, in the time zone of the team.
    """

    notifications: int = 0
    repeats: int = 0
    over: int = 0
    pages: int = 0
    mentions: int = 0
    night: int = 0
    weekend: int = 0

    def __add__(self, other: NotificationTally) -> NotificationTally:
        return NotificationTally(
            notifications=self.notifications + other.notifications,
            repeats=self.repeats + other.repeats,
            over=self.over + other.over,
            pages=self.pages + other.pages,
            mentions=self.mentions + other.mentions,
            night=self.night + other.night,
            weekend=self.weekend + other.weekend,
        )


NOTHING: Final = NotificationTally()


@dataclass(frozen=True, slots=True, kw_only=True)
class SideNotifications:
    """Counts of one side.

    A notification about several alerts counts for each, so the numbers of alerts may add up to more
    than those of their tier. `targets` counts how often recipients are paged or mentioned, by
    receiver and means (`reliability/pay/alert: pages by PagerDuty`).
    """

    alerts: Mapping[AlertKey, NotificationTally]
    tiers: Mapping[str, NotificationTally]
    receivers: Mapping[str, NotificationTally]
    teams: Mapping[str, NotificationTally]
    targets: Mapping[str, int]

    def tier(self, name: str) -> NotificationTally:
        """Return the counts of a tier; all zero without notifications."""
        return self.tiers.get(name, NOTHING)


@dataclass(frozen=True, slots=True)
class Named:
    """A simulated alert and its team; `team` is empty if its service has no owner.

    `handles` are those that a monitor of Datadog notifies; None if Alertmanager sends the alert.
    """

    key: AlertKey
    alert: FiringAlert
    team: str
    handles: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One message to a receiver, its time in the zone of the team, and the alerts it is about.

    `called` are the means by which it pages or mentions people: `pages by PagerDuty`.
    """

    local: datetime
    receiver: str
    about: tuple[Named, ...]
    called: tuple[str, ...]
    tally: NotificationTally


Incident = tuple[str, tuple[int, ...], frozenset[tuple[str, str]]]


@dataclass(slots=True)
class OpenIncidents:
    """Incidents that are open at receivers."""

    keys: set[Incident] = field(default_factory=set)

    def opens(self, message: Notification) -> bool:
        """Update whether a group has an open incident; return whether this message opens it.

        A pager that gets no resolved notifications has incidents that people close, so each first
        notification of a group opens one.
        """
        incident = (
            message.receiver,
            message.integrations,
            frozenset(message.group.items()),
        )
        is_open = incident in self.keys
        if not message.is_firing:
            self.keys.discard(incident)
        elif message.sends_resolved:
            self.keys.add(incident)

        return message.is_firing and message.reason == "first" and not is_open


@dataclass(slots=True, kw_only=True)
class TallyBuilder:
    """Counts under construction."""

    alerts: defaultdict[AlertKey, NotificationTally] = field(
        default_factory=lambda: defaultdict(NotificationTally)
    )
    tiers: defaultdict[str, NotificationTally] = field(
        default_factory=lambda: defaultdict(NotificationTally)
    )
    receivers: defaultdict[str, NotificationTally] = field(
        default_factory=lambda: defaultdict(NotificationTally)
    )
    teams: defaultdict[str, NotificationTally] = field(
        default_factory=lambda: defaultdict(NotificationTally)
    )
    targets: Counter[str] = field(default_factory=Counter)

    def add(self, receiver: str, about: Sequence[Named], tally: NotificationTally) -> None:
        """Count one notification for its receiver, alerts, tiers and teams."""
        self.receivers[receiver] += tally
        # A set, because one message can list several series of one alert.
        for key in {named.key for named in about}:
            self.alerts[key] += tally
        for tier in {named.key[3] for named in about}:
            self.tiers[tier] += tally
        for team in {named.team for named in about}:
            self.teams[team] += tally


def count_notifications(messages: Iterable[SentMessage]) -> SideNotifications:
    """Count messages by alert, tier, receiver, team and recipient."""
    counts = TallyBuilder()
    for message in messages:
        counts.add(message.receiver, message.about, message.tally)
        counts.targets.update(f"{message.receiver}: {words}" for words in message.called)

    return SideNotifications(
        alerts=counts.alerts,
        tiers=counts.tiers,
        receivers=counts.receivers,
        teams=counts.teams,
        targets=counts.targets,
    )


def sent_messages(
    notifications: Iterable[Notification],
    alerts: Sequence[Named],
    routing: Routing,
    zones: Mapping[str, tzinfo],
) -> Iterator[SentMessage]:
    """Yield each message with its alerts; `zones` are the time zones of teams, UTC for others."""
    # Of those that get a message: few of the receivers of a company, if this is about one service.
    callers: dict[str, tuple[Caller, ...]] = {}
    incidents = OpenIncidents()
    for message in messages(notifications):
        first = message[0]
        if first.receiver not in callers:
            callers[first.receiver] = tuple(_callers(routing.receivers[first.receiver]))
        about = [
            alerts[n] for n in sorted({n for notification in message for n in _about(notification)})
        ]
        called = [
            caller
            for notification in message
            for caller in _called(
                notification, callers[notification.receiver], incidents.opens(notification)
            )
        ]
        local = first.at.astimezone(zones.get(about[0].team, UTC))
        yield SentMessage(
            local=local,
            receiver=first.receiver,
            about=tuple(about),
            called=tuple(caller.words for caller in called),
            tally=_tally(first, called, local),
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """An integration that pages or mentions people: its index, its effect, and its kind."""

    place: int
    words: str
    kind: str


def _callers(receiver: Receiver) -> Iterator[Caller]:
    integrations: defaultdict[str, list[int]] = defaultdict(list)
    for place, (kind, _) in enumerate(receiver.integrations):
        integrations[kind].append(place)
    for part in notifying_parts(receiver):
        kind, index = str(part.pointer[0]), int(part.pointer[1])
        yield Caller(integrations[kind][index], part.words, kind)


def messages(notifications: Iterable[Notification]) -> Iterator[list[Notification]]:
    """Yield the notifications that a receiver gets for a group at one time, as one message."""
    # The simulation splits the integrations of a receiver by `send_resolved`, as Alertmanager's log
    # does; for people it is one message.
    for _, parts in groupby(notifications, lambda sent: (sent.at, sent.receiver, id(sent.group))):
        yield list(parts)


def is_night(local: datetime) -> bool:
    """Return whether a local time is from 22:00 to 06:00."""
    return local.hour >= NIGHT_BEGINS or local.hour < NIGHT_ENDS


def is_weekend(local: datetime) -> bool:
    """Return whether a local time is on a Saturday or Sunday."""
    return local.isoweekday() >= SATURDAY


def _about(notification: Notification) -> tuple[int, ...]:
    return notification.firing or notification.over


def _called(notification: Notification, callers: Iterable[Caller], opens: bool) -> Iterator[Caller]:
    for caller in callers if notification.is_firing else ():
        is_notified = opens or caller.kind not in PAGERS or caller.kind == EACH_TIME
        if caller.place in notification.integrations and is_notified:
            yield caller


def _tally(
    notification: Notification, called: Sequence[Caller], local: datetime
) -> NotificationTally:
    if not notification.is_firing:
        return NotificationTally(over=1)
    return NotificationTally(
        notifications=1,
        repeats=int(notification.reason == "repeat"),
        pages=int(any(caller.kind in PAGERS for caller in called)),
        mentions=int(any(caller.kind not in PAGERS for caller in called)),
        night=int(is_night(local)),
        weekend=int(is_weekend(local)),
    )
