"""Makes the summary of a service from its figures and the messages about its alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from reliability.alertmanager.simulate.server import Configuration
from reliability.alertmanager.simulate.times import time_intervals
from reliability.backtest.events import Event
from reliability.backtest.notifications import CurrentMessages
from reliability.backtest.notified_sides import UnknownNotifications
from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    AlertFirings,
    EventVerdict,
    SliSummary,
)
from reliability.backtest.tally import SentMessage
from reliability.backtest.verdicts import merged
from reliability.review.slo_review.next_step import next_step
from reliability.site.day_details import LARGE_DAY
from reliability.site.days import BudgetDays
from reliability.site.documents import status_object
from reliability.site.figures import SiteDeclarations
from reliability.site.measuring import ObjectiveFigures, ServiceFigures
from reliability.site.notified import (
    Impacts,
    MessageIndex,
    counted,
    is_by_service,
    packed_counts,
    whole_weeks,
)
from reliability.site.pages.rows import SloRow
from reliability.site.summaries import (
    NO_CRITICALITY,
    AlertDetection,
    DaysSummary,
    IncidentResult,
    IncidentRow,
    IncidentSummary,
    ReviewDetail,
    ReviewSummary,
    ServiceDetail,
    ServiceSummary,
    SloSummary,
    SummarizedService,
)
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Summarizer:
    """Summarizes services; `messages` are simulated for each of them if `is_by_service`."""

    site: SiteDeclarations
    messages: CurrentMessages | UnknownNotifications
    is_by_service: bool
    weeks: tuple[date, ...]

    @classmethod
    def of(cls, site: SiteDeclarations) -> Summarizer:
        """Compile the Alertmanager configuration of a site."""
        context = site.context
        return cls(
            site=site,
            messages=_messages(site),
            is_by_service=is_by_service(context),
            weeks=whole_weeks(site.axis),
        )

    def summarized(self, service: str, figures: ServiceFigures) -> SummarizedService:
        """Return the summary of a service with its details."""
        site, objectives = self.site, figures.objectives
        verdicts = merged(verdict for one in objectives for verdict in one.replayed.verdicts)
        sent = self._sent(objectives)
        counts = counted(sent, self.weeks, impacts_of(verdicts))
        incidents = tuple(self._incidents(service, figures, verdicts, MessageIndex.of(sent)))
        owner = site.context.ownerships.get(service)
        spec = owner.value.spec if owner else None
        rows = [SloRow.of(site, one) for one in objectives]
        summary = ServiceSummary(
            service=service,
            team=site.team(service),
            zone=site.zone(service),
            criticality=spec.criticality if spec else NO_CRITICALITY,
            dependencies=tuple(spec.dependencies) if spec else (),
            slos=tuple(_slo(row, number) for number, row in enumerate(rows)),
            reviews=tuple(self._reviews(service)),
            incidents=tuple(
                IncidentSummary(service, number, row.result, row.event.span.start, row.is_recorded)
                for number, row in enumerate(incidents)
            ),
            status=b",".join(status_object(site, one) for one in objectives),
            messages=packed_counts(counts) if counts.any() else b"",
            replayed_weeks=site.axis.weeks * _coverage(objectives),
            known_weeks=tuple(self._known_weeks(objectives)),
        )
        detail = ServiceDetail(
            days=tuple(_spent(one.days) for one in objectives),
            quarters=tuple(one.quarter for one in objectives),
            step=next_step(site.inputs.services[service], site.context.catalog, spec),
            incidents=incidents,
            reviews=tuple(self._review_details(service, figures)),
            replayed=() if self.is_by_service else tuple(one.replayed for one in objectives),
        )
        return SummarizedService(summary, detail)

    def _sent(self, objectives: Sequence[ObjectiveFigures]) -> Sequence[SentMessage]:
        if isinstance(self.messages, UnknownNotifications) or not self.is_by_service:
            return ()
        return self.messages.sent(row for one in objectives for row in one.replayed.rows)

    def _known_weeks(self, objectives: Sequence[ObjectiveFigures]) -> Iterator[bool]:
        rows = [row for one in objectives for row in one.replayed.rows]
        known = [row.known_days for row in rows if isinstance(row.new, AlertFirings)]
        for monday in self.weeks:
            first = (monday - self.site.axis.start.date()).days
            yield any(all(days[first : first + 7]) for days in known)

    def _reviews(self, service: str) -> Iterator[ReviewSummary]:
        for review in self.site.reviews_of.get(service, ()):
            metadata = review.slo.value.metadata
            yield ReviewSummary(
                service=service,
                slo=review.name,
                title=metadata.display_name or review.name,
                due=review.due,
                is_due=review.is_due(self.site.today),
            )

    def _review_details(self, service: str, figures: ServiceFigures) -> Iterator[ReviewDetail]:
        evidence = {one.slo: one for one in figures.reviews}
        for review in self.site.reviews_of.get(service, ()):
            written = review.review
            yield ReviewDetail(
                agreed_by=written.agreed_by or "",
                rationale=written.rationale or "",
                path=review.slo.document.path.as_posix(),
                evidence=evidence.get(review.name),
            )

    def _incidents(
        self,
        service: str,
        figures: ServiceFigures,
        verdicts: Sequence[EventVerdict],
        messages: MessageIndex,
    ) -> Iterator[IncidentRow]:
        of_events = {_key(verdict.event): verdict for verdict in verdicts}
        derived = [verdict.event for verdict in verdicts if verdict.event.is_derived]
        for event in (*self.site.incidents.get(service, ()), *derived):
            verdict = of_events.get(_key(event))
            record = self.site.records.get((event.service, event.span))
            yield IncidentRow(
                event=event,
                is_recorded=record is not None,
                postmortem=str((record.postmortem if record else None) or ""),
                result=_result(verdict),
                spent=verdict.spent if verdict is not None and verdict.known else None,
                detection=_detection(figures.objectives, event),
                receivers=messages.receivers(service, event.span),
                zone=self.site.zone(service),
            )


def _coverage(objectives: Sequence[ObjectiveFigures]) -> float:
    """Return the mean share (0..1) of the replay in which the alerts of objectives are known."""
    known = [
        one.replayed.history.alert_coverage
        for one in objectives
        if one.replayed.rows and isinstance(one.replayed.history, SliSummary)
    ]
    return sum(known) / len(known) if known else 0.0


def _messages(site: SiteDeclarations) -> CurrentMessages | UnknownNotifications:
    """Return the simulation in the configuration that the pages of services show, if it is known.

    Validating it takes as long as all other checks of a small build.
    """
    context, span = site.context, site.axis
    if context.routes is None:
        return CurrentMessages.of(context.catalog, context.alerts, span)
    routing, config = context.routes.routing, context.routes.situation.config()
    configuration = Configuration(routing, time_intervals(config))
    return CurrentMessages.routed(context.catalog, context.alerts, span, configuration)


def incidents_without_page(site: SiteDeclarations) -> Iterator[IncidentRow]:
    """Yield the incidents of services that nothing else is declared about."""
    for service, events in site.incidents.items():
        if service in site.inputs.services:
            continue
        for event in events:
            record = site.records.get((service, event.span))
            yield IncidentRow(
                event=event,
                is_recorded=record is not None,
                postmortem=str((record.postmortem if record else None) or ""),
                result="unknown",
                spent=None,
                detection=None,
                receivers=(),
                zone=site.zone(service),
            )


def impacts_of(verdicts: Sequence[EventVerdict]) -> Impacts:
    """Return the spans of events by service."""
    spans: dict[str, list[TimeSpan]] = {}
    for verdict in verdicts:
        spans.setdefault(verdict.event.service, []).append(verdict.event.span)
    return spans


def _slo(row: SloRow, number: int) -> SloSummary:
    figures, target = row.figures, row.objective.target
    return SloSummary(
        service=figures.service,
        slo=figures.slo,
        name=figures.name,
        number=number,
        team=row.team,
        title=row.title,
        anchor=row.anchor,
        target=target,
        journey=row.objective.slo.value.review.journey or "",
        state=figures.state,
        attainment=figures.attainment,
        remaining=figures.remaining,
        part=figures.part,
        burn=figures.burn,
        is_exhausted=figures.is_exhausted,
        exhausted_in=row.exhausted_in,
        review=row.review,
        is_due=row.is_due,
        days=_days(figures.days) if figures.days is not None else None,
        is_met=figures.quarter.is_met(float(target)) if figures.quarter else None,
    )


def _days(days: BudgetDays) -> DaysSummary:
    is_known = bool(np.isfinite(days.spent).any())
    index = int(np.nanargmax(days.spent)) if is_known else 0
    return DaysSummary(
        large=int(np.count_nonzero(days.spent > LARGE_DAY)),
        unknown=int(np.count_nonzero(np.isnan(days.spent))),
        worst=days.first + timedelta(days=index) if is_known else None,
        most=float(days.spent[index]) if is_known else None,
    )


def _spent(days: BudgetDays | None) -> BudgetDays | None:
    """Return days without the budget that remained, which only pages of the service show."""
    return replace(days, remaining=np.zeros(0)) if days is not None else None


def _key(event: Event) -> tuple[str, TimeSpan, str]:
    return event.service, event.span, event.sli


def _result(verdict: EventVerdict | None) -> IncidentResult:
    return verdict.new.word if verdict is not None and verdict.known else "unknown"


def _detection(objectives: Sequence[ObjectiveFigures], event: Event) -> AlertDetection | None:
    """Return the first page during an event, or else the first ticket."""
    for tier in (ALERT_TIER, TICKET_TIER):
        fired = [
            AlertDetection(
                figures.slo, tier, max(episode.span.start - event.span.start, timedelta(0))
            )
            for figures in objectives
            if event.concerns(figures.service, figures.slo)
            for row in figures.replayed.rows
            if row.tier == tier and isinstance(row.new, AlertFirings)
            for episode in row.new.episodes
            if episode.span.start <= event.span.end and episode.span.end > event.span.start
        ]
        if fired:
            return min(fired, key=lambda one: (one.after, one.slo))
    return None
