"""Figures of the whole site: those of each objective, the notifications, reviews and waivers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from reliability.backtest.notifications import sent_now
from reliability.backtest.outcome import Backtest, UnknownNotifications
from reliability.backtest.tally import SentMessage
from reliability.check.context import Context
from reliability.model.rule_policy import Waiver, Waivers
from reliability.resolve.objectives import Objective
from reliability.review.slo_review.due import SloReviewDue, slo_reviews
from reliability.site.burn_state import WORST_FIRST
from reliability.site.due_reviews import ReviewEvidenceSummary
from reliability.site.measuring import ObjectiveFigures, ServiceFigures, SiteInputs
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
    def waivers(self) -> tuple[Waiver, ...]:
        """All waivers, the next to end first."""
        every = [
            waiver
            for located in self.context.catalog.governing(Waivers)
            for waiver in located.value.spec.waivers
        ]
        return tuple(sorted(every, key=lambda waiver: (waiver.until, waiver.service, waiver.rule)))

    def team(self, service: str) -> str:
        """Return the team of a service; empty without an owner."""
        owner = self.context.ownerships.get(service)
        return owner.value.spec.team if owner else NO_TEAM

    @cached_property
    def teams(self) -> Mapping[str, tuple[str, ...]]:
        """The services of each team, in order of names; those without an owner last."""
        services: dict[str, list[str]] = {}
        for service in self.inputs.services:
            services.setdefault(self.team(service), []).append(service)
        ordered = sorted(services, key=lambda team: (team == NO_TEAM, team))
        return {team: tuple(services[team]) for team in ordered}


@dataclass(frozen=True, eq=False, kw_only=True)
class SiteFigures(SiteDeclarations):
    """What pages about several services show.

    Figures of services are brief. `sent` is empty of messages only if no alert fired.
    """

    measured: Mapping[str, Sequence[ObjectiveFigures]]
    evidence: Mapping[tuple[str, str], ReviewEvidenceSummary]
    result: Backtest
    sent: list[SentMessage] | UnknownNotifications

    @classmethod
    def of(cls, inputs: SiteInputs, services: Mapping[str, ServiceFigures]) -> SiteFigures:
        """Simulate the notifications about the alerts of all services, which are in order."""
        replayed = [one.replayed for figures in services.values() for one in figures.objectives]
        result = inputs.scope.result(
            replayed, inputs.source.description, is_synthetic=inputs.source.is_made_up
        )
        return cls(
            inputs=inputs,
            measured={name: figures.objectives for name, figures in services.items()},
            evidence={one.key: one for figures in services.values() for one in figures.reviews},
            result=result,
            sent=sent_now(result, inputs.context.catalog),
        )

    @cached_property
    def every(self) -> tuple[ObjectiveFigures, ...]:
        """Figures of all objectives, by service."""
        return tuple(figures for of_service in self.measured.values() for figures in of_service)

    @cached_property
    def worst_first(self) -> tuple[ObjectiveFigures, ...]:
        """Figures of all objectives, in the order in which they need attention."""
        return tuple(sorted(self.every, key=urgency))

    @cached_property
    def messages(self) -> tuple[SentMessage, ...]:
        """Messages about firing alerts, in order of time; none if they are not known."""
        sent = () if isinstance(self.sent, UnknownNotifications) else self.sent
        return tuple(message for message in sent if message.tally.notifications)

    @cached_property
    def pages_per_week(self) -> Mapping[str, float]:
        """The simulated pages of each team per week of the replay."""
        pages: Counter[str] = Counter()
        for message in self.messages:
            for team in {named.team for named in message.about}:
                pages[team] += message.tally.pages
        return {team: count / self.axis.weeks for team, count in pages.items()}


def urgency(figures: ObjectiveFigures) -> tuple[bool, int, float, tuple[str, str, str]]:
    """Return the key that sorts exhausted budgets first, then by burn state, then by budget."""
    remaining = 2.0 if figures.remaining is None else figures.remaining
    return not figures.is_exhausted, WORST_FIRST.index(figures.state), remaining, figures.key


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())
