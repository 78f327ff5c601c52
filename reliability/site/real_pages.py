"""Pages that on-call engineers got, as a pager has them, by team, hour and person.

Names of people are kept only if the notification policy allows it (`onCallNames`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reliability.backtest.tally import is_night, is_weekend
from reliability.model.notification import NotificationPolicy
from reliability.render.times import zone_named
from reliability.site.figures import NO_TEAM, SiteFigures
from reliability.site.notified import HOURS

LISTED: Final = 50
"""Largest number of people of a team on the page, those with the most pages first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RealPage:
    """One page as a pager has it; `team` and `service` may be empty or unknown names."""

    at: datetime
    team: str
    service: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RealPages:
    """The pages of a pager, and the names of the files and servers that they are from."""

    sources: tuple[str, ...]
    pages: tuple[RealPage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLoad:
    """The real pages of one person."""

    name: str
    pages: int
    night: int
    weekend: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RealLoad:
    """The real pages of one team; `hours` has those of each weekday (from Monday) and hour.

    `people` is empty unless the policy allows names.
    """

    pages: int
    per_week: float
    night: int
    weekend: int
    hours: tuple[tuple[int, ...], ...]
    people: tuple[PersonLoad, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RealLoads:
    """Real pages in the span of the replay, by team; `unassigned` are those of no known team."""

    sources: tuple[str, ...]
    total: int
    unassigned: int
    has_names: bool
    teams: Mapping[str, RealLoad]


def allows_names(policy: NotificationPolicy | None) -> bool:
    """Return whether the policy allows names of people on pages."""
    return policy is not None and policy.spec.on_call_names


def real_loads(site: SiteFigures, received: RealPages, zones: Mapping[str, str]) -> RealLoads:
    """Return the real pages of each team; `zones` has the time zone of each."""
    has_names = allows_names(site.context.notification)
    named = _teams_by_name(site)
    of_team: dict[str, list[RealPage]] = {team: [] for team in site.teams}
    of_team.setdefault(NO_TEAM, [])
    for page in received.pages:
        if site.axis.start <= page.at < site.axis.end:
            of_team[_team(site, page, named)].append(page)
    return RealLoads(
        sources=received.sources,
        total=sum(map(len, of_team.values())),
        unassigned=len(of_team[NO_TEAM]),
        has_names=has_names,
        teams={
            team: _load(pages, zones.get(team, "UTC"), site.axis.weeks, has_names=has_names)
            for team, pages in of_team.items()
            if team != NO_TEAM
        },
    )


def _teams_by_name(site: SiteFigures) -> Mapping[str, str]:
    """Return teams by their names and titles in lower case."""
    named: dict[str, str] = {}
    for team in site.teams:
        if team != NO_TEAM:
            named.setdefault(site.title(team).casefold(), team)
            named[team.casefold()] = team
    return named


def _team(site: SiteFigures, page: RealPage, named: Mapping[str, str]) -> str:
    """Return the team of a page: by its name, that of its service, or the service's owner."""
    if page.service in site.services:
        return site.services[page.service].team
    names = (page.team.casefold(), page.service.casefold())
    return next((named[name] for name in names if name in named), NO_TEAM)


def _load(pages: Sequence[RealPage], zone: str, weeks: float, *, has_names: bool) -> RealLoad:
    local = [page.at.astimezone(zone_named(zone)) for page in pages]
    hours = [[0] * HOURS for _ in range(7)]
    for at in local:
        hours[at.weekday()][at.hour] += 1
    return RealLoad(
        pages=len(local),
        per_week=len(local) / weeks,
        night=sum(map(is_night, local)),
        weekend=sum(map(is_weekend, local)),
        hours=tuple(map(tuple, hours)),
        people=_people(pages, local) if has_names else (),
    )


def _people(pages: Sequence[RealPage], local: Sequence[datetime]) -> tuple[PersonLoad, ...]:
    counts: dict[str, Counter[str]] = {}
    for page, at in zip(pages, local, strict=True):
        for name in dict.fromkeys(page.people):
            of_person = counts.setdefault(name, Counter())
            of_person["pages"] += 1
            of_person["night"] += is_night(at)
            of_person["weekend"] += is_weekend(at)
    people = [
        PersonLoad(
            name=name,
            pages=of_person["pages"],
            night=of_person["night"],
            weekend=of_person["weekend"],
        )
        for name, of_person in counts.items()
    ]
    return tuple(sorted(people, key=lambda person: (-person.pages, person.name))[:LISTED])
