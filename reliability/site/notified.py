"""Messages that the replayed alerts would have sent, by service, team, week and hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from reliability.backtest.tally import SentMessage
from reliability.compile.alertmanager.receivers import RECEIVER_PREFIX
from reliability.site.figures import SiteFigures, week_of
from reliability.timespan import WEEK, TimeSpan

Tier = Literal["alert", "ticket", "log"]
TIERS: Final[tuple[Tier, ...]] = ("alert", "ticket", "log")
HOURS: Final = 24
LATEST: Final = 4
"""Number of weeks that a trend compares with as many before."""


@dataclass(frozen=True, slots=True, eq=False)
class MessageIndex:
    """Messages about firing alerts by service, in order of time."""

    services: Mapping[str, Sequence[SentMessage]]

    @classmethod
    def of(cls, site: SiteFigures) -> MessageIndex:
        """Index the messages of a site."""
        services: defaultdict[str, list[SentMessage]] = defaultdict(list)
        for message in site.messages:
            for service in {named.key[0] for named in message.about}:
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

    def trend(self, tier: Tier) -> tuple[float, float] | None:
        """Return messages per week before and in the latest weeks; None if there are too few."""
        counts = self.counts[tier]
        if len(counts) < 2 * LATEST:
            return None
        before, now = counts[-2 * LATEST : -LATEST], counts[-LATEST:]
        return sum(before) / LATEST, sum(now) / LATEST


def team_messages(site: SiteFigures) -> tuple[TeamMessages, ...]:
    """Return the messages of all teams together, and then of each team with an owner's name."""
    impacts = _impacts(site)
    by_team: defaultdict[str, list[SentMessage]] = defaultdict(list)
    for message in site.messages:
        for team in {named.team for named in message.about}:
            by_team[team].append(message)
    zones = {site.team(service): zone for service, zone in site.result.zones.items()}
    teams = [team for team in site.teams if team]
    return (
        _of_team(site, "", site.messages, impacts, zone="UTC"),
        *(
            _of_team(site, team, by_team[team], impacts, zone=zones.get(team, "UTC"))
            for team in teams
        ),
    )


def whole_weeks(site: SiteFigures) -> tuple[date, ...]:
    """Return the Mondays of the weeks that lie within the replay."""
    first = week_of(site.axis.start.astimezone(UTC).date() + timedelta(days=6))
    return tuple(
        first + number * WEEK
        for number in range(site.axis.length // WEEK + 1)
        if first + (number + 1) * WEEK <= site.today
    )


def _of_team(
    site: SiteFigures,
    team: str,
    messages: Sequence[SentMessage],
    impacts: Mapping[str, Sequence[TimeSpan]],
    zone: str,
) -> TeamMessages:
    weeks = whole_weeks(site)
    counts = {tier: [0] * len(weeks) for tier in TIERS}
    hours = [[0] * HOURS for _ in range(7)]
    for message in messages:
        pages = message.tally.pages
        hours[message.local.weekday()][message.local.hour] += pages
        week = week_of(message.local.date())
        for tier in TIERS:
            if week in weeks and any(named.key[3] == tier for named in message.about):
                counts[tier][weeks.index(week)] += 1

    paging = [message for message in messages if message.tally.pages]
    return TeamMessages(
        team=team,
        zone=zone,
        weeks=weeks,
        counts={tier: tuple(numbers) for tier, numbers in counts.items()},
        total=len(messages),
        with_incident=sum(_touches(message, impacts) for message in messages),
        pages=sum(message.tally.pages for message in messages),
        night=sum(message.tally.night for message in paging),
        weekend=sum(message.tally.weekend for message in paging),
        hours=tuple(map(tuple, hours)),
    )


def _impacts(site: SiteFigures) -> Mapping[str, Sequence[TimeSpan]]:
    spans: defaultdict[str, list[TimeSpan]] = defaultdict(list)
    for verdict in site.result.verdicts:
        spans[verdict.event.service].append(verdict.event.span)
    return spans


def _touches(message: SentMessage, impacts: Mapping[str, Sequence[TimeSpan]]) -> bool:
    """Return whether a message was sent during an incident of a service that it is about."""
    at: datetime = message.local
    services = {named.key[0] for named in message.about}
    return any(
        span.start <= at <= span.end for service in services for span in impacts.get(service, ())
    )
