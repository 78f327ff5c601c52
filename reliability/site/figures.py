"""Figures of the whole site: those of each objective, the notifications, reviews and waivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from reliability.backtest.burn_state import WORST_FIRST
from reliability.backtest.coverage import Coverage
from reliability.backtest.events import Event, recorded
from reliability.backtest.notified_sides import UnknownNotifications
from reliability.check.context import Context
from reliability.message import Message
from reliability.model.incidents import Incident, Incidents
from reliability.model.rule_policy import Waiver, Waivers
from reliability.model.team import Team
from reliability.rates import UNKNOWN_RATE, WeeklyRate
from reliability.resolve.objectives import Objective
from reliability.review.slo_review.due import SloReviewDue, slo_reviews
from reliability.site.days import BudgetDays
from reliability.site.measuring import SiteInputs
from reliability.site.notified import TOTALS, CountedMessages
from reliability.site.summaries import ServiceDetail, ServiceSummary, SloSummary
from reliability.timespan import TimeSpan

NO_TEAM: Final = ""
"""Team of a service without an owner."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteDeclarations:
    """What is declared about the services of a site, with the inputs of their figures."""

    inputs: SiteInputs

    @property
    def context(self) -> Context:
        """The catalog, with its indexes."""
        return self.inputs.context

    @property
    def today(self) -> date:
        """The day at whose beginning everything is measured."""
        return self.context.today

    @property
    def axis(self) -> TimeSpan:
        """Span of the replay, which is the time axis of charts."""
        return self.inputs.terms.span

    @cached_property
    def objectives(self) -> Mapping[tuple[str, str, str], Objective]:
        """Every objective by service, SLO and name."""
        return {
            (each.service, each.slo_name, each.name): each
            for of_service in self.inputs.services.values()
            for each in of_service
        }

    @cached_property
    def reviews(self) -> Mapping[tuple[str, str], SloReviewDue]:
        """The next review of each SLO, by service and name."""
        return {(slo.service, slo.name): slo for slo in slo_reviews(self.context)}

    @cached_property
    def reviews_of(self) -> Mapping[str, Sequence[SloReviewDue]]:
        """The next reviews of the SLOs of each service."""
        by_service: dict[str, list[SloReviewDue]] = {}
        for (service, _), review in self.reviews.items():
            by_service.setdefault(service, []).append(review)
        return by_service

    def team(self, service: str) -> str:
        """Return the team of a service; empty without an owner."""
        owner = self.context.ownerships.get(service)
        return owner.value.spec.team if owner else NO_TEAM

    def zone(self, service: str) -> str:
        """Return the time zone of a service's team; UTC if it is not declared."""
        team = self.context.team_of(service)
        return team.value.spec.time_zone if team else "UTC"

    @cached_property
    def incidents(self) -> Mapping[str, Sequence[Event]]:
        """The recorded incidents within the calendar, by service."""
        by_service: dict[str, list[Event]] = {}
        for event in recorded([self.context.catalog], self.inputs.shown):
            by_service.setdefault(event.service, []).append(event)
        return by_service

    @cached_property
    def records(self) -> Mapping[tuple[str, TimeSpan], Incident]:
        """What is written about each incident, by service and span."""
        return {
            (located.value.spec.service, TimeSpan(incident.start, incident.end)): incident
            for located in self.context.catalog.documents(Incidents)
            for incident in located.value.spec.incidents
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteFigures:
    """What pages about several services show, from the summaries of all services in their order."""

    inputs: SiteInputs
    services: Mapping[str, ServiceSummary]
    details: Mapping[str, ServiceDetail]
    sent: CountedMessages | UnknownNotifications

    @property
    def context(self) -> Context:
        """The catalog, with its indexes."""
        return self.inputs.context

    @property
    def today(self) -> date:
        """The day at whose beginning everything is measured."""
        return self.context.today

    @property
    def axis(self) -> TimeSpan:
        """Span of the replay, which is the time axis of charts."""
        return self.inputs.terms.span

    @cached_property
    def slos(self) -> tuple[SloSummary, ...]:
        """All objectives, by service."""
        return tuple(slo for service in self.services.values() for slo in service.slos)

    @cached_property
    def worst_first(self) -> tuple[SloSummary, ...]:
        """All objectives, in the order in which they need attention."""
        return tuple(sorted(self.slos, key=urgency))

    @cached_property
    def waivers(self) -> tuple[Waiver, ...]:
        """All waivers, the next to end first."""
        every = [
            waiver
            for located in self.context.catalog.governing(Waivers)
            for waiver in located.value.spec.waivers
        ]
        return tuple(sorted(every, key=lambda waiver: (waiver.until, waiver.service, waiver.rule)))

    @cached_property
    def teams(self) -> Mapping[str, tuple[str, ...]]:
        """The services of each team, in order of names; those without an owner last."""
        services: dict[str, list[str]] = {}
        for service in self.services.values():
            services.setdefault(service.team, []).append(service.service)
        ordered = sorted(services, key=lambda team: (team == NO_TEAM, team))
        return {team: tuple(services[team]) for team in ordered}

    def title(self, team: str) -> str:
        """Return the display name of a team, or its name."""
        located = self.context.catalog.find(Team, team)
        return (located.value.spec.display_name if located else None) or team

    def days(self, slo: SloSummary) -> BudgetDays | None:
        """Return what each day of an objective spent; None without history."""
        return self.details[slo.service].days[slo.number]

    @cached_property
    def pages_per_week(self) -> Mapping[str, WeeklyRate]:
        """The simulated pages of each team in a known week of the replay; `""` has no owner."""
        return {team: self.page_rate(services, team) for team, services in self.teams.items()}

    def page_rate(self, services: Iterable[str], team: str | None = None) -> WeeklyRate:
        """Return the simulated pages a week about services: those to a team, or to all."""
        if isinstance(self.sent, UnknownNotifications):
            return UNKNOWN_RATE
        counts = self.sent.whole if team is None else self.sent.of_team(team)
        pages = int(counts[TOTALS.index("pages")])
        return WeeklyRate.of(pages, self._replayed(services).share * self.axis.weeks)

    def known_part(self, services: Iterable[str]) -> Message | None:
        """Return how much of the replay is known, in words; None if all, or nothing of it, is."""
        covered = self._replayed(services)
        return covered.part if covered.share else None

    def _replayed(self, services: Iterable[str]) -> Coverage:
        weeks = [self.services[service].replayed_weeks for service in services]
        known = [length for length in weeks if length]
        share = sum(known) / len(known) / self.axis.weeks if known else 0.0
        return Coverage(history=share, elapsed=self.axis.length)


def urgency(slo: SloSummary) -> tuple[bool, int, float, tuple[str, str, str]]:
    """Return the key that sorts exhausted budgets first, then by burn state, then by budget."""
    remaining = 2.0 if slo.remaining is None else slo.remaining
    return not slo.is_exhausted, WORST_FIRST.index(slo.state), remaining, slo.key
