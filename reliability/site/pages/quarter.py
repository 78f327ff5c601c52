"""The last quarter on paper: for each team what was met and missed, why, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from reliability.model.team import Team
from reliability.review.slo_review.next_step import NextStep, next_step
from reliability.site.days import PastPeriod
from reliability.site.figures import SiteFigures
from reliability.site.pages.incidents import IncidentRow
from reliability.site.pages.rows import SloRow
from reliability.timespan import TimeSpan

QuarterResult = Literal["missed", "unknown", "met"]


@dataclass(frozen=True, slots=True, eq=False)
class QuarterRow:
    """One SLO over the quarter: missed, met or unknown."""

    row: SloRow
    period: PastPeriod | None

    @property
    def result(self) -> QuarterResult:
        """Whether the target was met over the whole quarter."""
        met = self.period.is_met(float(self.row.objective.target)) if self.period else None
        return "unknown" if met is None else "met" if met else "missed"


@dataclass(frozen=True, slots=True)
class ServiceStep:
    """The next step of a service in the reliability hierarchy."""

    service: str
    step: NextStep


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TeamQuarter:
    """The quarter of a team, its incidents by cost, and the next steps of its services."""

    team: str
    title: str
    year: int
    number: int
    span: TimeSpan
    rows: tuple[QuarterRow, ...]
    incidents: tuple[IncidentRow, ...]
    steps: tuple[ServiceStep, ...]

    def count(self, result: QuarterResult) -> int:
        """Return the number of SLOs with a result."""
        return sum(row.result == result for row in self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class QuarterPage:
    """All teams in the last quarter."""

    year: int
    number: int
    teams: tuple[TeamQuarter, ...]


def quarter_page(site: SiteFigures, incidents: Sequence[IncidentRow]) -> QuarterPage:
    """Return the last quarter of all teams; `incidents` are those of the site."""
    by_service: dict[str, list[IncidentRow]] = {}
    for row in incidents:
        by_service.setdefault(row.event.service, []).append(row)
    teams = tuple(_team(site, team, by_service) for team in site.teams if team)
    year, number = _named(site.inputs.quarter)
    return QuarterPage(year, number, teams)


def _named(span: TimeSpan) -> tuple[int, int]:
    return span.start.year, (span.start.month + 2) // 3


def _team(
    site: SiteFigures, team: str, incidents: Mapping[str, Sequence[IncidentRow]]
) -> TeamQuarter:
    span = site.inputs.quarter
    services = site.teams[team]
    located = site.context.catalog.find(Team, team)
    rows = [
        QuarterRow(SloRow.of(site, figures), figures.quarter)
        for service in services
        for figures in site.measured[service]
    ]
    rows.sort(key=lambda one: (("missed", "unknown", "met").index(one.result), one.row.figures.key))
    costs = [
        row
        for service in services
        for row in incidents.get(service, ())
        if row.event.span.overlap(span)
    ]
    costs.sort(key=lambda row: (-(row.spent or 0.0), row.event.span.start))
    year, number = _named(span)
    return TeamQuarter(
        team=team,
        title=(located.value.spec.display_name if located else None) or team,
        year=year,
        number=number,
        span=TimeSpan(span.start, span.end - timedelta(days=1)),
        rows=tuple(rows),
        incidents=tuple(costs),
        steps=tuple(_steps(site, services)),
    )


def _steps(site: SiteFigures, services: Sequence[str]) -> Iterator[ServiceStep]:
    for service in services:
        owner = site.context.ownerships.get(service)
        step = next_step(
            site.inputs.services[service],
            site.context.catalog,
            owner.value.spec if owner else None,
        )
        if step is not None:
            yield ServiceStep(service, step)
