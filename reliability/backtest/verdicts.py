"""Verdicts on which incidents and significant events each side's alerts caught."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    UNSEEN,
    AlertFirings,
    Detection,
    EventVerdict,
    Outcome,
    OutcomeRow,
)
from reliability.backtest.replay import ObjectiveSide
from reliability.backtest.significant import significant
from reliability.backtest.slis import sli_identity
from reliability.history.series import Series
from reliability.timespan import TimeSpan


def verdicts_of(
    base: ObjectiveSide,
    rows: tuple[OutcomeRow, ...],
    incidents: Iterable[Event],
    terms: ReplayTerms,
    known: TimeSpan | None = None,
) -> Iterator[EventVerdict]:
    """Yield verdicts on recorded incidents of the service, or else on significant events.

    `base` is the side whose objective defines the budget for both sides. `known` is the part of the
    span in which alerts are known, None for all of it: an event that begins before is not scored.
    """
    service, slo = base.objective.service, base.objective.slo_name
    of_service = [incident for incident in incidents if incident.service == service]
    events = [incident for incident in of_service if incident.concerns(service, slo)]
    # A service that records incidents is scored by them alone; derived events would count the same
    # outage twice. Significance is about pages, so it needs a tier that pages.
    if not of_service and any(row.tier == ALERT_TIER for row in rows):
        events = list(_significant(base, terms))

    since = known.start if known is not None and known != terms.span else None
    for event in events:
        has_history = _is_known(base, event.span)
        yield EventVerdict(
            event=event,
            slo=slo,
            spent=_spent(base, event.span) if has_history else None,
            known=has_history and (since is None or event.span.start >= since),
            old=_detection(((row.tier, row.old) for row in rows), event.span),
            new=_detection(((row.tier, row.new) for row in rows), event.span),
        )


def merged(verdicts: Iterable[EventVerdict]) -> tuple[EventVerdict, ...]:
    """Return one verdict per event, in order of time: caught by any SLO, at its highest cost.

    Significant events of several SLOs on one SLI are one event if they overlap.
    """
    ordered = sorted(verdicts, key=lambda each: (_source(each), each.event.span, each.slo))
    event_verdicts: list[EventVerdict] = []
    for _, of_source in groupby(ordered, _source):
        event_verdicts.extend(_merge(list(of_event)) for of_event in _of_one_event(of_source))
    return tuple(
        sorted(event_verdicts, key=lambda each: (each.event.span, each.event.service, each.slo))
    )


def _source(verdict: EventVerdict) -> tuple[str, str, str, str]:
    event = verdict.event
    if event.is_derived:
        return event.service, event.kind, event.sli, event.name
    return event.service, event.kind, f"{event.span.start} {event.span.end}", ""


def _of_one_event(verdicts: Iterable[EventVerdict]) -> Iterator[list[EventVerdict]]:
    """Yield verdicts of one source in order of time, grouped by overlapping events."""
    together: list[EventVerdict] = []
    until: datetime | None = None
    for verdict in verdicts:
        if until is not None and verdict.event.span.start >= until:
            yield together
            together, until = [], None
        together.append(verdict)
        # A short event inside of a long one must not end the group early.
        until = max(until or verdict.event.span.end, verdict.event.span.end)

    if together:
        yield together


def _merge(verdicts: list[EventVerdict]) -> EventVerdict:
    # One outage spends the budgets of several SLOs; the largest share is its cost, not the sum.
    worst = max(verdicts, key=lambda each: -1.0 if each.spent is None else each.spent)
    old, new = UNSEEN, UNSEEN
    for verdict in verdicts:
        old, new = old | verdict.old, new | verdict.new
    known = any(verdict.known for verdict in verdicts)
    start = min(verdict.event.span.start for verdict in verdicts)
    end = max(verdict.event.span.end for verdict in verdicts)
    slos = frozenset[str]().union(*(verdict.event.slos for verdict in verdicts))
    event = replace(worst.event, span=TimeSpan(start, end), slos=slos)

    return EventVerdict(
        event=event, slo=worst.slo, spent=worst.spent, known=known, old=old, new=new
    )


def _significant(base: ObjectiveSide, terms: ReplayTerms) -> Iterator[Event]:
    objective = base.objective
    # An alert that waits for so many failures must not be blamed for an event with fewer.
    least = max((alert.minimum_failures for alert in objective.alerts), default=0)
    identity = sli_identity(objective)

    for group in base.groups:
        spans = significant(
            group.series, group.budget, objective.period, span=terms.span, least=max(least, 1)
        )
        for span in spans:
            yield Event(
                kind="significant event",
                service=objective.service,
                span=span,
                name=_name(group.series),
                slos=frozenset((objective.slo_name,)),
                sli=identity,
            )


def _name(series: Series) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(series.labels.items()))


def _spent(base: ObjectiveSide, span: TimeSpan) -> float:
    return max((group.budget.spent(group.series, span) for group in base.groups), default=0.0)


def _is_known(base: ObjectiveSide, span: TimeSpan) -> bool:
    return any(bool(group.series.known[group.series.part(span)].any()) for group in base.groups)


def _detection(outcomes: Iterable[tuple[str, Outcome]], span: TimeSpan) -> Detection:
    fired = [
        tier
        for tier, outcome in outcomes
        if isinstance(outcome, AlertFirings)
        and any(touches(episode.span, span) for episode in outcome.episodes)
    ]
    return Detection(paged=ALERT_TIER in fired, ticketed=TICKET_TIER in fired)


def touches(episode: TimeSpan, event: TimeSpan) -> bool:
    """Return whether an episode overlaps an event; one that begins at its end still counts."""
    return episode.start <= event.end and episode.end > event.start
