"""Page of a service: its SLOs with charts, alerts and recipients, incidents, owner, hierarchy."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from typing import get_args

import numpy as np

from reliability.arrays import runs
from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import AlertFirings, EventVerdict
from reliability.history.series import NoHistory
from reliability.model.ownership import Level, Ownership
from reliability.model.team import Team
from reliability.resolve.alerts import DeclaredAlert
from reliability.review.pull_request.notified import NotifiedRecipient, SideRoutes
from reliability.review.slo_review.next_step import NextStep, next_step
from reliability.site.charts import (
    AxisSpan,
    AxisTick,
    QuarterBlock,
    axis_ticks,
    bar,
    burn_down,
    quarter_blocks,
)
from reliability.site.days import PastPeriod
from reliability.site.declared import DeclaredPast, DeclaredThen, Missing
from reliability.site.figures import SiteDeclarations
from reliability.site.measuring import ObjectiveFigures
from reliability.site.pages.rows import SloRow
from reliability.timespan import DAY, TimeSpan


@dataclass(frozen=True, slots=True)
class FiringBar:
    """One episode of an alert on the time axis."""

    place: AxisSpan
    episode: Episode


@dataclass(frozen=True, slots=True)
class TierTimeline:
    """The episodes of one tier; `unknown` is the reason why there are none, or empty.

    `gaps` are the days without history.
    """

    tier: str
    bars: tuple[FiringBar, ...]
    unknown: str
    gaps: tuple[AxisSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentBar:
    """An incident, or a significant event, beside the budget: its verdict and its place."""

    place: AxisSpan
    verdict: EventVerdict


@dataclass(frozen=True, slots=True)
class WeekRemaining:
    """The share of the error budget that remained at the end of a day; NaN if unknown."""

    day: str
    remaining: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """One alert: its tier, its runbook, and whom it notifies; None if that is not known."""

    alert: DeclaredAlert
    recipients: tuple[NotifiedRecipient, ...] | None


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """An SLO period, and what was declared at its end."""

    period: PastPeriod
    then: DeclaredThen | Missing

    @property
    def is_met(self) -> bool | None:
        """Whether the target of that time was met; None if target or attainment is not known."""
        if not isinstance(self.then, DeclaredThen):
            return None
        return self.period.is_met(float(self.then.target))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SloSection:
    """One objective on the page of its service.

    `line` is the burn-down over the time axis, as a path of `width` days; `points` are its values
    in percent, null if unknown, and `start` is the end of the first day, in seconds since 1970.
    """

    row: SloRow
    line: str
    start: int
    points: tuple[float | None, ...]
    width: int
    weeks: tuple[WeekRemaining, ...]
    timelines: tuple[TierTimeline, ...]
    incidents: tuple[IncidentBar, ...]
    calendar: tuple[QuarterBlock, ...]
    periods: tuple[PeriodRow, ...]


@dataclass(frozen=True, slots=True)
class HierarchyLevel:
    """A level of the Service Reliability Hierarchy: its state, `undeclared`, and its evidence."""

    level: Level
    state: str
    evidence: str | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ServicePage:
    """The page of a service; `team` is None if no document describes the owning team.

    `known` are the names of all services, which have pages.
    """

    service: str
    owner: Ownership | None
    team: Team | None
    zone: str
    sections: tuple[SloSection, ...]
    ticks: tuple[AxisTick, ...]
    alerts: tuple[AlertLine, ...]
    hierarchy: tuple[HierarchyLevel, ...]
    step: NextStep | None
    dependents: tuple[str, ...]
    known: Container[str]


@dataclass(frozen=True, eq=False, kw_only=True)
class ServicePages:
    """Indexes that the pages of all services share."""

    site: SiteDeclarations
    past: DeclaredPast
    routes: SideRoutes
    alerts: Mapping[str, Sequence[DeclaredAlert]]
    dependents: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, site: SiteDeclarations, past: DeclaredPast) -> ServicePages:
        """Index alerts by service, and services by those that they depend on."""
        alerts: dict[str, list[DeclaredAlert]] = {}
        for alert in site.context.alerts:
            alerts.setdefault(alert.service, []).append(alert)
        dependents: dict[str, list[str]] = {}
        for service, owner in site.context.ownerships.items():
            for name in owner.value.spec.dependencies:
                dependents.setdefault(name, []).append(service)
        return cls(
            site=site,
            past=past,
            routes=SideRoutes.of(site.context),
            alerts=alerts,
            dependents=dependents,
        )

    def page(self, service: str, measured: Sequence[ObjectiveFigures]) -> ServicePage:
        """Return the page of a service."""
        site, context = self.site, self.site.context
        located = context.ownerships.get(service)
        owner = located.value if located else None
        team = context.catalog.find(Team, owner.spec.team) if owner else None
        sections = tuple(self._sections(measured))
        objectives = site.inputs.services[service]
        return ServicePage(
            service=service,
            owner=owner,
            team=team.value if team else None,
            zone=team.value.spec.time_zone if team else "UTC",
            sections=sections,
            ticks=axis_ticks(site.axis),
            alerts=tuple(self._alerts(service)),
            hierarchy=tuple(_hierarchy(owner)) if owner else (),
            step=next_step(objectives, context.catalog, owner.spec if owner else None),
            dependents=tuple(sorted(self.dependents.get(service, ()))),
            known=site.inputs.services.keys(),
        )

    def _sections(self, measured: Sequence[ObjectiveFigures]) -> Iterator[SloSection]:
        now = self.site.inputs.at
        for figures in measured:
            row = SloRow.of(self.site, figures)
            width = self.site.axis.length // DAY
            days = figures.days
            yield SloSection(
                row=row,
                line=burn_down(days.remaining[-width:]) if days is not None else "",
                start=int((self.site.axis.start + DAY).timestamp()),
                points=_percent(days.remaining[-width:].tolist()) if days is not None else (),
                width=width,
                weeks=tuple(self._weeks(row)),
                timelines=tuple(self._timelines(row)),
                incidents=tuple(
                    IncidentBar(bar(verdict.event.span, self.site.axis), verdict)
                    for verdict in figures.replayed.verdicts
                ),
                calendar=quarter_blocks(days, {detail.day for detail in figures.details})
                if days is not None
                else (),
                periods=tuple(
                    PeriodRow(period, self.past.at(row.objective, min(period.span.end, now)))
                    for period in figures.periods
                ),
            )

    def _weeks(self, row: SloRow) -> Iterator[WeekRemaining]:
        days = row.figures.days
        if days is None:
            return
        width = self.site.axis.length // DAY
        remaining = days.remaining.tolist()
        last = len(remaining) - 1
        for number in range(last, last - width, -7):
            day = days.first + timedelta(days=number)
            yield WeekRemaining(day.isoformat(), remaining[number])

    def _timelines(self, row: SloRow) -> Iterator[TierTimeline]:
        for outcome in row.figures.replayed.rows:
            match outcome.new:
                case AlertFirings(episodes=episodes):
                    bars = (FiringBar(bar(one.span, self.site.axis), one) for one in episodes)
                    gaps = tuple(self._gaps(outcome.known_days))
                    yield TierTimeline(outcome.tier, tuple(bars), "", gaps)
                case NoHistory(reason=reason):
                    yield TierTimeline(outcome.tier, (), reason)
                case _:
                    continue

    def _gaps(self, known_days: Sequence[bool]) -> Iterator[AxisSpan]:
        axis = self.site.axis
        for first, last in runs(~np.array(known_days, dtype=np.bool_)):
            yield bar(TimeSpan(axis.start + first * DAY, axis.start + last * DAY), axis)

    def _alerts(self, service: str) -> Iterator[AlertLine]:
        for alert in self.alerts.get(service, ()):
            yield AlertLine(alert=alert, recipients=self.routes.reached(alert))


def _percent(shares: Sequence[float]) -> tuple[float | None, ...]:
    return tuple(round(share * 100, 1) if isfinite(share) else None for share in shares)


def _hierarchy(owner: Ownership) -> Iterator[HierarchyLevel]:
    levels: tuple[Level, ...] = get_args(Level)
    for level in levels:
        declared = owner.spec.hierarchy.get(level)
        if declared is None:
            yield HierarchyLevel(level, "undeclared", None)
        else:
            yield HierarchyLevel(level, declared.state, declared.evidence)
