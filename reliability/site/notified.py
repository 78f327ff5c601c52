"""Messages that the replayed alerts would have sent, by service, team, week and hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reliability.alertmanager.routing import ALL_LABELS
from reliability.backtest.tally import SentMessage
from reliability.check.context import Context
from reliability.compile.alertmanager.receivers import RECEIVER_PREFIX
from reliability.model.kind import TIERS
from reliability.resolve.alert_labels import alert_label_names
from reliability.timespan import WEEK, TimeSpan

Tier = Literal["alert", "ticket", "log"]
HOURS: Final = 24
WEEKDAYS: Final = 7
LATEST: Final = 4
"""Number of weeks that a trend compares with as many before."""
TOTALS: Final = ("total", "with_incident", "pages", "night", "weekend")
Counts: TypeAlias = NDArray[np.int64]
"""Counts of messages: `TOTALS`, then weekdays and hours, then the weeks of each tier."""
PACKED: Final = np.dtype("<i4")
Impacts: TypeAlias = Mapping[str, Sequence[TimeSpan]]
"""Spans of incidents and significant events by service."""


def is_by_service(context: Context) -> bool:
    """Return whether no group and no inhibition has alerts of several services.

    The messages about a service then depend on no other one. Otherwise all alerts are simulated
    together.
    """
    if context.routes is None:
        return False
    label = alert_label_names(context.catalog).service
    reached = (route for alike in context.routes.alike for route in alike.routes.values())
    return all(label in rule.equal for rule in context.routes.routing.inhibitions) and all(
        label in route.newer_group_by or ALL_LABELS in route.newer_group_by for route in reached
    )


@dataclass(frozen=True, slots=True, eq=False)
class MessageIndex:
    """Messages about firing alerts by service, in order of time."""

    services: Mapping[str, Sequence[SentMessage]]

    @classmethod
    def of(cls, messages: Iterable[SentMessage]) -> MessageIndex:
        """Index messages, without those that only say what is resolved."""
        services: defaultdict[str, list[SentMessage]] = defaultdict(list)
        for message in messages:
            if message.tally.notifications:
                for service in {named.key.service for named in message.about}:
                    services[service].append(message)
        return cls(services)

    def receivers(self, service: str, span: TimeSpan) -> tuple[str, ...]:
        """Return who got a message about a service during a span: `team/tier`, or a receiver."""
        names = [
            message.receiver.removeprefix(RECEIVER_PREFIX)
            for message in self.services.get(service, ())
            if span.start <= message.local <= span.end
        ]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMessages:
    """Messages to the receivers of one team, or of all teams if `team` is empty.

    `weeks` are the Mondays of the replay's whole weeks, by the clocks of the team; `counts` has the
    messages of each tier in each of them. `total` counts all messages of the replay, and
    `with_incident` those during an incident or a significant event. `hours` has the pages of each
    weekday (from Monday) and hour.
    """

    team: str
    zone: str
    weeks: tuple[date, ...]
    counts: Mapping[Tier, tuple[int, ...]]
    total: int
    with_incident: int
    pages: int
    night: int
    weekend: int
    hours: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, team: str, zone: str, weeks: tuple[date, ...], counts: Counts) -> TeamMessages:
        """Return the messages that were counted for a team."""
        totals = counts[: len(TOTALS)].tolist()
        hours = counts[len(TOTALS) :][: WEEKDAYS * HOURS].reshape(WEEKDAYS, HOURS).tolist()
        of_tiers = counts[len(TOTALS) + WEEKDAYS * HOURS :].reshape(len(TIERS), len(weeks))
        return cls(
            team=team,
            zone=zone,
            weeks=weeks,
            counts={tier: tuple(of.tolist()) for tier, of in zip(TIERS, of_tiers, strict=True)},
            hours=tuple(map(tuple, hours)),
            **dict(zip(TOTALS, totals, strict=True)),
        )

    def trend(self, tier: Tier) -> tuple[float, float] | None:
        """Return messages per week before and in the latest weeks; None if there are too few."""
        counts = self.counts[tier]
        if len(counts) < 2 * LATEST:
            return None
        before, now = counts[-2 * LATEST : -LATEST], counts[-LATEST:]
        return sum(before) / LATEST, sum(now) / LATEST


def whole_weeks(span: TimeSpan) -> tuple[date, ...]:
    """Return the Mondays of the weeks that lie within a replay, which ends at midnight UTC."""
    first = week_of(span.start.astimezone(UTC).date() + timedelta(days=6))
    end = span.end.astimezone(UTC).date()
    return tuple(first + number * WEEK for number in range((end - first) // WEEK))


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def no_counts(weeks: Sequence[date]) -> Counts:
    """Return counts of no message."""
    return np.zeros(len(TOTALS) + WEEKDAYS * HOURS + len(TIERS) * len(weeks), dtype=np.int64)


def counted(messages: Iterable[SentMessage], weeks: Sequence[date], impacts: Impacts) -> Counts:
    """Count messages about firing alerts."""
    numbers = {week: number for number, week in enumerate(weeks)}
    counts = no_counts(weeks)
    hours = counts[len(TOTALS) :]
    of_tiers = hours[WEEKDAYS * HOURS :]
    for message in messages:
        tally = message.tally
        if not tally.notifications:
            continue
        is_page = bool(tally.pages)
        touches = _touches(message, impacts)
        counts[: len(TOTALS)] += (
            *(1, touches, tally.pages),
            *(tally.night * is_page, tally.weekend * is_page),
        )
        hours[message.local.weekday() * HOURS + message.local.hour] += tally.pages
        week = numbers.get(week_of(message.local.date()))
        if week is not None:
            for tier in {named.key.tier for named in message.about}.intersection(TIERS):
                of_tiers[TIERS.index(tier) * len(weeks) + week] += 1
    return counts


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CountedMessages:
    """Counts of the messages to each team, and of all; a team without a message has none.

    A message about alerts of several teams counts once for each. `index` is None if the rows of
    incidents have their receivers.
    """

    weeks: tuple[date, ...]
    whole: Counts
    teams: Mapping[str, Counts]
    index: MessageIndex | None

    @classmethod
    def of(
        cls, messages: Iterable[SentMessage], weeks: tuple[date, ...], impacts: Impacts
    ) -> CountedMessages:
        """Count messages about alerts that may be of several services."""
        sent = [message for message in messages if message.tally.notifications]
        by_team: defaultdict[str, list[SentMessage]] = defaultdict(list)
        for message in sent:
            for team in {named.team for named in message.about}:
                by_team[team].append(message)
        return cls(
            weeks=weeks,
            whole=counted(sent, weeks, impacts),
            teams={team: counted(of, weeks, impacts) for team, of in by_team.items()},
            index=MessageIndex.of(sent),
        )

    @classmethod
    def summed(
        cls, services: Iterable[tuple[str, bytes]], weeks: tuple[date, ...]
    ) -> CountedMessages:
        """Add the counts of services, each with its team, from `packed_counts`."""
        by_team: dict[str, list[bytes]] = {}
        for team, content in services:
            if content:
                by_team.setdefault(team, []).append(content)
        size = len(no_counts(weeks))
        teams = {team: _sum(b"".join(contents), size) for team, contents in by_team.items()}
        whole = sum(teams.values(), no_counts(weeks))
        return cls(weeks=weeks, whole=whole, teams=teams, index=None)

    def of_team(self, team: str) -> Counts:
        """Return the counts of a team."""
        return self.teams.get(team, no_counts(self.weeks))


def packed_counts(counts: Counts) -> bytes:
    """Return the places and values of counts other than zero, which are a tenth of them."""
    places = np.flatnonzero(counts)
    return np.column_stack((places, counts[places])).astype(PACKED).tobytes()


def _sum(content: bytes, size: int) -> Counts:
    pairs = np.frombuffer(content, dtype=PACKED).reshape(-1, 2)
    return np.bincount(pairs[:, 0], weights=pairs[:, 1], minlength=size).astype(np.int64)


def _touches(message: SentMessage, impacts: Impacts) -> bool:
    """Return whether a message was sent during an incident of a service that it is about."""
    at: datetime = message.local
    services = {named.key.service for named in message.about}
    return any(
        span.start <= at <= span.end for service in services for span in impacts.get(service, ())
    )
