"""Incidents: cost in budget, detection, notified receivers and follow-up; missed ones first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from reliability.backtest.events import Event, recorded
from reliability.backtest.outcome import ALERT_TIER, TICKET_TIER, AlertFirings, EventVerdict
from reliability.model.incidents import Incident, Incidents
from reliability.site.figures import SiteFigures
from reliability.site.notified import MessageIndex
from reliability.timespan import TimeSpan

Result = Literal["missed", "ticket only", "caught", "unknown"]
ORDER: Final[tuple[Result, ...]] = ("missed", "ticket only", "caught", "unknown")
LISTED: Final = 300
"""Largest number of incidents on the page."""


@dataclass(frozen=True, slots=True)
class AlertDetection:
    """The first alert during an incident: its SLO, tier, and how long after the start it fired."""

    slo: str
    tier: str
    after: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An incident or significant event. `spent` is None outside of the replayed time.

    `record` is what is written about it, None for a derived event; `receivers` got messages about
    its service while it lasted.
    """

    event: Event
    record: Incident | None
    result: Result
    spent: float | None
    detection: AlertDetection | None
    receivers: tuple[str, ...]
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentsPage:
    """All incidents, the missed ones first, each result with the latest first."""

    rows: tuple[IncidentRow, ...]
    more: int
    recorded: int
    counts: dict[Result, int]


def incidents_page(site: SiteFigures, messages: MessageIndex) -> IncidentsPage:
    """Return the incidents within the calendar, and the significant events of the replay."""
    rows = sorted(_rows(site, messages), key=lambda row: row.event.span.start, reverse=True)
    rows.sort(key=lambda row: ORDER.index(row.result))
    results = [row.result for row in rows]
    return IncidentsPage(
        rows=tuple(rows[:LISTED]),
        more=max(len(rows) - LISTED, 0),
        recorded=sum(row.record is not None for row in rows),
        counts={result: results.count(result) for result in ORDER},
    )


def _rows(site: SiteFigures, messages: MessageIndex) -> Iterator[IncidentRow]:
    verdicts = {_key(verdict.event): verdict for verdict in site.result.verdicts}
    records = dict(_records(site))
    events = [*recorded([site.context.catalog], site.inputs.shown)]
    events += [verdict.event for verdict in site.result.verdicts if verdict.event.is_derived]
    for event in events:
        verdict = verdicts.get(_key(event))
        yield IncidentRow(
            event=event,
            record=records.get((event.service, event.span)),
            result=_result(verdict),
            spent=verdict.spent if verdict is not None and verdict.known else None,
            detection=_detection(site, event),
            receivers=messages.receivers(event.service, event.span),
            zone=site.result.zones.get(event.service, "UTC"),
        )


def _key(event: Event) -> tuple[str, TimeSpan, str]:
    return event.service, event.span, event.sli


def _records(site: SiteFigures) -> Iterator[tuple[tuple[str, TimeSpan], Incident]]:
    for located in site.context.catalog.documents(Incidents):
        for incident in located.value.spec.incidents:
            span = TimeSpan(incident.start, incident.end)
            yield (located.value.spec.service, span), incident


def _result(verdict: EventVerdict | None) -> Result:
    return verdict.new.word if verdict is not None and verdict.known else "unknown"


def _detection(site: SiteFigures, event: Event) -> AlertDetection | None:
    """Return the first page during an event, or else the first ticket."""
    for tier in (ALERT_TIER, TICKET_TIER):
        fired = [
            AlertDetection(
                figures.slo, tier, max(episode.span.start - event.span.start, timedelta(0))
            )
            for figures in site.measured.get(event.service, ())
            if event.concerns(figures.service, figures.slo)
            for row in figures.replayed.rows
            if row.tier == tier and isinstance(row.new, AlertFirings)
            for episode in row.new.episodes
            if episode.span.start <= event.span.end and episode.span.end > event.span.start
        ]
        if fired:
            return min(fired, key=lambda one: (one.after, one.slo))
    return None
