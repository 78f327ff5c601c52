"""Notification statistics and on-call load: messages of the replay by team, week and hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from reliability.backtest.notified_sides import UnknownNotifications
from reliability.message import Message
from reliability.model.kind import TIERS
from reliability.rates import WeeklyRate
from reliability.site.charts import columns
from reliability.site.figures import SiteFigures
from reliability.site.notified import (
    LATEST,
    CountedMessages,
    TeamMessages,
    Tier,
    no_counts,
    whole_weeks,
)
from reliability.site.pages.overview import page_budget
from reliability.site.real_pages import RealLoads, RealPages, real_loads

LISTED: Final = 100
"""Largest number of teams on a page, those with the most pages first."""


@dataclass(frozen=True, slots=True)
class WeekCounts:
    """The messages of one week, from its Monday, in the order of the tiers.

    `number` is its place among the weeks, and `is_known` whether all of it has history.
    """

    number: int
    monday: date
    is_known: bool
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierColumns:
    """The weeks of one tier as a chart of columns; `trend` is per week, before and now."""

    tier: Tier
    path: str
    total: int
    most: int
    trend: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSection:
    """One team, or all teams together, on a page about messages."""

    messages: TeamMessages
    tiers: tuple[TierColumns, ...]
    weeks: tuple[WeekCounts, ...]
    pages_per_week: WeeklyRate

    @property
    def with_incident(self) -> float | None:
        """Share of messages during an incident or a significant event."""
        total = self.messages.total
        return self.messages.with_incident / total if total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesPage:
    """Sections of all teams, the first for all together; `unknown` says why there are none.

    `has_history` is whether any SLO has history: without it, no alert could have fired. `part` is
    the known part of the replay, in words, if it is partial.
    """

    sections: tuple[TeamSection, ...]
    more: int
    unknown: str
    page_budget: float
    days: int
    has_history: bool
    part: Message | None
    real: RealLoads | None = None


def messages_page(site: SiteFigures, received: RealPages | None = None) -> MessagesPage:
    """Return the sections of a page about messages, with real pages if there are any."""
    whole, *others = team_messages(site)
    zones = {one.team: one.zone for one in others}
    real = real_loads(site, received, zones) if received is not None else None
    others.sort(key=lambda one: (-one.pages, -one.total, one.team))
    unknown = site.sent.reason if isinstance(site.sent, UnknownNotifications) else ""
    return MessagesPage(
        sections=tuple(_section(site, one) for one in (whole, *others[:LISTED])),
        more=max(len(others) - LISTED, 0),
        unknown=unknown,
        page_budget=page_budget(site),
        days=round(site.axis.weeks * 7),
        has_history=any(slo.days is not None for slo in site.slos),
        part=site.known_part(site.services),
        real=real,
    )


def team_messages(site: SiteFigures) -> tuple[TeamMessages, ...]:
    """Return the messages of all teams together, and then of each team with an owner's name."""
    sent = site.sent
    if isinstance(sent, UnknownNotifications):
        weeks = whole_weeks(site.axis)
        nothing = no_counts(weeks)
        sent = CountedMessages(weeks=weeks, whole=nothing, teams={}, index=None)
    zones = {one.team: one.zone for one in site.services.values()}
    return (
        TeamMessages.of("", "UTC", sent.weeks, sent.whole),
        *(
            TeamMessages.of(team, zones[team], sent.weeks, sent.of_team(team))
            for team in site.teams
            if team
        ),
    )


def _section(site: SiteFigures, messages: TeamMessages) -> TeamSection:
    whole = site.page_rate(site.services)
    known = _known_weeks(site, messages)
    counts = zip(*(messages.counts[tier] for tier in TIERS), strict=True)
    weeks = zip(range(len(known)), messages.weeks, known, counts, strict=True)
    return TeamSection(
        messages=messages,
        tiers=tuple(
            TierColumns(
                tier=tier,
                path=columns(messages.counts[tier]),
                total=sum(messages.counts[tier]),
                most=max(messages.counts[tier], default=0),
                trend=messages.trend(tier) if all(known[-2 * LATEST :]) else None,
            )
            for tier in TIERS
        ),
        weeks=tuple(WeekCounts(*week) for week in weeks),
        pages_per_week=site.pages_per_week[messages.team] if messages.team else whole,
    )


def _known_weeks(site: SiteFigures, messages: TeamMessages) -> tuple[bool, ...]:
    """Return which weeks any service of a team knows as a whole."""
    services = site.teams[messages.team] if messages.team else site.services
    known = [site.services[service].known_weeks for service in services]
    return tuple(any(weeks) for weeks in zip(*known, strict=True)) or (False,) * len(messages.weeks)
