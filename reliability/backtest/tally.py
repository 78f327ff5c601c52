"""Counts of notifications by effect, alert, tier, receiver, team and recipient.

Both backtests count by this module, so that the same alerts have the same figures in both:

- A message is what a receiver gets about a group at one time. Its effect is the strongest of its
  parts.
- It *counts* if it does something new to people. A page counts if it opens an incident at a pager:
  further notifications of an open incident wake no one again. A ticket counts if it is the first
  notification of its group. Any other message counts, since people read each of them.
- Nights and weekends are those of messages that count: a person is woken by pages, and not by
  notifications of an open incident. They are in the time zone of the team that the alert names, and
  in UTC if no such team is known.
- A message is a repeat if none of its parts says anything new. If only some of its integrations
  repeat while others hear of it for the first time, someone gets news.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final, Generic, NamedTuple, TypeVar

from reliability.alertmanager.receivers import PAGERS, notifying_parts
from reliability.alertmanager.routing import Receiver, Routing
from reliability.alertmanager.simulate.posts import FiringAlert
from reliability.alertmanager.simulate.simulation import Notification
from reliability.backtest.effects import EffectMapping, NotificationEffect, of_receiver, strongest
from reliability.backtest.messages import OpenIncidents, messages

NIGHT_BEGINS: Final = 22
NIGHT_ENDS: Final = 6
TICKET_TIER: Final = "ticket"
SATURDAY: Final = 6
"""As `datetime.isoweekday` counts."""
EACH_TIME: Final = "pushover_configs"
"""Integration without incidents, so that every message pages: Pushover."""


class AlertKey(NamedTuple):
    """Identity of an alert: `slo` is the SLO, or the name of a signal or of a rule.

    `location` is where a rule file declares it; empty for alerts of documents.
    """

    service: str
    slo: str
    objective: str = ""
    tier: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationTally:
    """Messages about firing alerts, one for each receiver and time.

    `repeats` are those after the repeat interval; `over` counts resolved notifications, which are
    in none of the other numbers. `counted` are those that do something new to people: `pages`,
    `tickets`, and messages with any other effect. A mention is a message that names people. `night`
    (22:00 to 06:00) and `weekend` (Saturday and Sunday) are of those that count.
    """

    notifications: int = 0
    repeats: int = 0
    over: int = 0
    counted: int = 0
    pages: int = 0
    tickets: int = 0
    mentions: int = 0
    night: int = 0
    weekend: int = 0

    @classmethod
    def total(cls, counted: Mapping[NotificationTally, int]) -> NotificationTally:
        """Return the sum of tallies, each as often as it was counted."""
        return cls(
            **{
                name: sum(getattr(tally, name) * times for tally, times in counted.items())
                for name in cls.__slots__
            }
        )


NOTHING: Final = NotificationTally()


@dataclass(frozen=True, slots=True, kw_only=True)
class SideNotifications:
    """Counts of one side.

    A notification about several alerts counts for each, so the numbers of alerts may add up to more
    than those of their tier. `targets` counts how often recipients are paged or mentioned, by
    receiver and means (`reliability/pay/alert: pages by PagerDuty`). `alert_receivers` are messages
    about an alert to a receiver, and `receiver_effects` the strongest effect of its messages.
    """

    effects: Mapping[NotificationEffect, NotificationTally] = field(default_factory=dict)
    alerts: Mapping[AlertKey, NotificationTally] = field(default_factory=dict)
    tiers: Mapping[str, NotificationTally] = field(default_factory=dict)
    receivers: Mapping[str, NotificationTally] = field(default_factory=dict)
    teams: Mapping[str, NotificationTally] = field(default_factory=dict)
    targets: Mapping[str, int] = field(default_factory=dict)
    alert_receivers: Mapping[AlertKey, Mapping[str, int]] = field(default_factory=dict)
    receiver_effects: Mapping[str, NotificationEffect] = field(default_factory=dict)

    def tier(self, name: str) -> NotificationTally:
        """Return the counts of a tier; all zero without notifications."""
        return self.tiers.get(name, NOTHING)


@dataclass(frozen=True, slots=True)
class Named:
    """A simulated alert and its team; `team` is empty if its service has no owner.

    `handles` are those that a monitor of Datadog notifies; None if Alertmanager sends the alert.
    An alert without a name in its key is not counted: it only inhibits others, or shares groups.
    """

    key: AlertKey
    alert: FiringAlert
    team: str
    handles: tuple[str, ...] | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it has a key."""
        return bool(self.key.slo)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """One message to a receiver, its time in the zone of the team, and the alerts it is about.

    `called` are the means by which it pages or mentions people: `pages by PagerDuty`.
    """

    local: datetime
    receiver: str
    effect: NotificationEffect
    about: tuple[Named, ...]
    called: tuple[str, ...]
    tally: NotificationTally


Key = TypeVar("Key")


class TallyCounter(Generic[Key]):
    """Tallies by key; equal ones are counted, which is ten times as fast as adding them up."""

    def __init__(self) -> None:
        self._counted: defaultdict[Key, Counter[NotificationTally]] = defaultdict(Counter)

    def add(self, tally: NotificationTally, *keys: Key) -> None:
        """Add a tally to each key, once to a key that is there twice."""
        for key in set(keys):
            self._counted[key][tally] += 1

    @property
    def totals(self) -> dict[Key, NotificationTally]:
        """Sum of each key."""
        return {key: NotificationTally.total(of_key) for key, of_key in self._counted.items()}


def count_notifications(messages: Iterable[SentMessage]) -> SideNotifications:
    """Count messages by effect, alert, tier, receiver, team and recipient."""
    effects = TallyCounter[NotificationEffect]()
    alerts = TallyCounter[AlertKey]()
    tiers, receivers, teams = (TallyCounter[str]() for _ in range(3))
    targets: Counter[str] = Counter()
    pairs: defaultdict[AlertKey, Counter[str]] = defaultdict(Counter)
    strengths: dict[str, NotificationEffect] = {}
    for message in messages:
        tally, receiver = message.tally, message.receiver
        receivers.add(tally, receiver)
        if tally.notifications:
            effects.add(tally, message.effect)
            known = strengths.get(receiver, message.effect)
            strengths[receiver] = strongest((known, message.effect))

        # A set, because one message can list several series of one alert.
        keys = {named.key for named in message.about}
        alerts.add(tally, *keys)
        if tally.notifications:
            for key in keys:
                pairs[key][receiver] += 1
        tiers.add(tally, *(key.tier for key in keys))
        teams.add(tally, *(named.team for named in message.about))
        targets.update(f"{receiver}: {words}" for words in message.called)

    return SideNotifications(
        effects=effects.totals,
        alerts=alerts.totals,
        tiers=tiers.totals,
        receivers=receivers.totals,
        teams=teams.totals,
        targets=dict(targets),
        alert_receivers=dict(pairs),
        receiver_effects=strengths,
    )


@dataclass(slots=True, kw_only=True)
class MessageReader:
    """Reads what notifications about some alerts do to people.

    `zones` are the time zones of teams, UTC for others; `mapping` has effects by labels, which
    override those of receivers.
    """

    alerts: Sequence[Named]
    routing: Routing
    zones: Mapping[str, tzinfo]
    mapping: EffectMapping = field(default_factory=EffectMapping)
    incidents: OpenIncidents = field(default_factory=OpenIncidents)
    callers: dict[str, tuple[Caller, ...]] = field(default_factory=dict)
    part_effects: dict[tuple[str, tuple[int, ...]], NotificationEffect] = field(
        default_factory=dict
    )

    def read(self, message: Sequence[Notification]) -> SentMessage | None:
        """Return one message, given as its parts, which have to be read in order of time.

        None if it is about no alert that is counted.
        """
        first = message[0]
        opens = [self.incidents.opens(part) for part in message]
        numbers = sorted({number for part in message for number in _about(part)})
        about = [self.alerts[number] for number in numbers if self.alerts[number].is_counted]
        if not about:
            return None
        called = [
            caller
            for part, is_new in zip(message, opens, strict=True)
            for caller in _called(part, self._callers(part.receiver), is_new)
        ]
        mapped = {self.mapping.of_labels(named.alert.labels) for named in about}
        effect = self._effect(message, mapped, about)
        local = first.at.astimezone(self.zones.get(about[0].team, UTC))
        pages = any(caller.kind in PAGERS for caller in called) or ("page" in mapped and any(opens))
        is_new = {"page": pages, "ticket": any(opens)}.get(effect, True)
        tally = (
            _tally(message, effect, called, local, is_new=is_new)
            if any(part.is_firing for part in message)
            else NotificationTally(over=1)
        )
        return SentMessage(
            local=local,
            receiver=first.receiver,
            effect=effect,
            about=tuple(about),
            called=tuple(caller.words for caller in called),
            tally=tally,
        )

    def _effect(
        self,
        message: Sequence[Notification],
        mapped: Collection[NotificationEffect | None],
        about: Iterable[Named],
    ) -> NotificationEffect:
        effects = {effect for effect in mapped if effect is not None}
        if None in mapped:
            effects.update(self._part_effect(part) for part in message)
            # Whoever gets them, `reliability tickets` keeps an issue for these.
            effects.update("ticket" for named in about if named.key.tier == TICKET_TIER)
        return strongest(effects)

    def _part_effect(self, part: Notification) -> NotificationEffect:
        key = part.receiver, part.integrations
        if key not in self.part_effects:
            receiver = self.routing.receivers[part.receiver]
            self.part_effects[key] = of_receiver(receiver, part.integrations)
        return self.part_effects[key]

    def _callers(self, receiver: str) -> tuple[Caller, ...]:
        # Of those that get a message: few of a company's receivers, if this is about one service.
        if receiver not in self.callers:
            self.callers[receiver] = tuple(_callers(self.routing.receivers[receiver]))
        return self.callers[receiver]


def sent_messages(
    notifications: Iterable[Notification], reader: MessageReader, since: datetime | None = None
) -> Iterator[SentMessage]:
    """Yield each message with its alerts; those before `since` only open groups and incidents."""
    for message in messages(notifications):
        sent = reader.read(message)
        if sent is not None and (since is None or message[0].at >= since):
            yield sent


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
    message: Sequence[Notification],
    effect: NotificationEffect,
    called: Sequence[Caller],
    local: datetime,
    *,
    is_new: bool,
) -> NotificationTally:
    return NotificationTally(
        notifications=1,
        repeats=int(all(part.reason == "repeat" for part in message if part.is_firing)),
        counted=int(is_new),
        pages=int(is_new and effect == "page"),
        tickets=int(is_new and effect == "ticket"),
        mentions=int(any(caller.kind not in PAGERS for caller in called)),
        night=int(is_new and is_night(local)),
        weekend=int(is_new and is_weekend(local)),
    )
