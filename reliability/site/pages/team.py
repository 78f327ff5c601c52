"""Page of a team: its SLOs, the worst first, each with its calendar in one row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from reliability.model.team import Team
from reliability.site.figures import SiteFigures, urgency
from reliability.site.pages.overview import page_budget
from reliability.site.pages.rows import SloRow


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TeamPage:
    """The page of a team; `first` and `last` are the days at the ends of the calendar."""

    name: str
    title: str
    services: tuple[str, ...]
    rows: tuple[SloRow, ...]
    pages_per_week: float
    page_budget: float
    first: date
    last: date


def team_page(site: SiteFigures, name: str) -> TeamPage:
    """Return the page of a team."""
    located = site.context.catalog.find(Team, name)
    services = site.teams[name]
    of_team = sorted(
        (figures for service in services for figures in site.measured[service]), key=urgency
    )
    return TeamPage(
        name=name,
        title=(located.value.spec.display_name if located else None) or name,
        services=services,
        rows=tuple(SloRow.of(site, figures) for figures in of_team),
        pages_per_week=site.pages_per_week.get(name, 0.0),
        page_budget=page_budget(site),
        first=site.inputs.shown.start.date(),
        last=site.today - timedelta(days=1),
    )
