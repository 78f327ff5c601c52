"""Page of a team: its SLOs, the worst first, each with its calendar in one row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reliability.message import Message
from reliability.rates import WeeklyRate
from reliability.site.figures import SiteFigures, urgency
from reliability.site.pages.overview import page_budget
from reliability.site.pages.rows import DaysRow, DaysRows


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TeamPage:
    """The page of a team; `first` and `last` are the days at the ends of the calendar.

    `part` is the known part of the replay, in words, if it is partial.
    """

    name: str
    title: str
    services: tuple[str, ...]
    rows: tuple[DaysRow, ...]
    pages_per_week: WeeklyRate
    part: Message | None
    page_budget: float
    first: date
    last: date


def team_page(site: SiteFigures, name: str) -> TeamPage:
    """Return the page of a team."""
    services = site.teams[name]
    slos = sorted((slo for service in services for slo in site.services[service].slos), key=urgency)
    shown = DaysRows.of(site, slos)
    return TeamPage(
        name=name,
        title=site.title(name),
        services=services,
        rows=shown.rows,
        pages_per_week=site.pages_per_week[name],
        part=site.known_part(services),
        page_budget=page_budget(site),
        first=shown.first,
        last=site.today - timedelta(days=1),
    )
