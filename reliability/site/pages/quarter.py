"""The last quarter on paper: for each team what was met and missed, why, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from reliability.review.slo_review.next_step import NextStep
from reliability.site.days import PastPeriod
from reliability.site.figures import SiteFigures
from reliability.site.summaries import IncidentRow, SloSummary
from reliability.timespan import TimeSpan

QuarterResult = Literal["missed", "unknown", "met"]


@dataclass(frozen=True, slots=True, eq=False)
class QuarterRow:
    """One SLO over the quarter."""

    slo: SloSummary
    period: PastPeriod | None

    @property
    def result(self) -> QuarterResult:
        """Whether the target was met over the whole quarter."""
        return quarter_result(self.slo)


@dataclass(frozen=True, slots=True)
class ServiceStep:
    """The next step of a service in the reliability hierarchy."""

    service: str
    step: NextStep


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TeamQuarter:
    """The quarter of a team in one line: its SLOs by result, and its incidents by cost."""

    team: str
    title: str
    results: Mapping[QuarterResult, int]
    incidents: tuple[IncidentRow, ...]

    def count(self, result: QuarterResult) -> int:
        """Return the number of SLOs with a result."""
        return self.results.get(result, 0)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TeamQuarterPage:
    """The quarter of a team: all of its SLOs, and the next steps of its services."""

    summary: TeamQuarter
    year: int
    number: int
    span: TimeSpan
    rows: tuple[QuarterRow, ...]
    steps: tuple[ServiceStep, ...]


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


def team_quarter_page(site: SiteFigures, summary: TeamQuarter) -> TeamQuarterPage:
    """Return the page about the last quarter of a team."""
    span = site.inputs.quarter
    services = site.teams[summary.team]
    rows = [
        QuarterRow(slo, site.details[service].quarters[slo.number])
        for service in services
        for slo in site.services[service].slos
    ]
    rows.sort(key=lambda one: (("missed", "unknown", "met").index(one.result), one.slo.key))
    year, number = _named(span)
    return TeamQuarterPage(
        summary=summary,
        year=year,
        number=number,
        span=TimeSpan(span.start, span.end - timedelta(days=1)),
        rows=tuple(rows),
        steps=tuple(_steps(site, services)),
    )


def quarter_result(slo: SloSummary) -> QuarterResult:
    """Return whether the target was met over the whole quarter."""
    return "unknown" if slo.is_met is None else "met" if slo.is_met else "missed"


def _named(span: TimeSpan) -> tuple[int, int]:
    return span.start.year, span.start.month // 3 + 1


def _team(
    site: SiteFigures, team: str, incidents: Mapping[str, Sequence[IncidentRow]]
) -> TeamQuarter:
    services = site.teams[team]
    costs = [
        row
        for service in services
        for row in incidents.get(service, ())
        if row.event.span.overlap(site.inputs.quarter)
    ]
    costs.sort(key=lambda row: (-(row.spent or 0.0), row.event.span.start))
    return TeamQuarter(
        team=team,
        title=site.title(team),
        results=Counter(
            quarter_result(slo) for service in services for slo in site.services[service].slos
        ),
        incidents=tuple(costs),
    )


def _steps(site: SiteFigures, services: Sequence[str]) -> Iterator[ServiceStep]:
    for service in services:
        step = site.details[service].step
        if step is not None:
            yield ServiceStep(service, step)
