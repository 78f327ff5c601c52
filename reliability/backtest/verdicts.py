"""Which incidents and significant events the alerts of each side caught."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from reliability.backtest.events import Event, significant
from reliability.backtest.firing import Terms
from reliability.backtest.outcome import (
    PAGES,
    TICKETS,
    UNSEEN,
    Detection,
    Fired,
    Outcome,
    Row,
    Verdict,
)
from reliability.backtest.replay import Side
from reliability.history.series import Series
from reliability.history.timespan import TimeSpan


def verdicts_of(
    base: Side, rows: tuple[Row, ...], incidents: Iterable[Event], terms: Terms
) -> Iterator[Verdict]:
    """Verdicts on recorded incidents of the objective's service, else on significant events.

    `base` is the side whose objective says what the budget is, for both sides alike.
    """
    service, slo = base.objective.service, base.objective.slo_name
    of_service = [each for each in incidents if each.service == service]
    found = [each for each in of_service if each.concerns(service, slo)]
    if not of_service and any(row.tier == PAGES for row in rows):
        found = list(_significant(base, terms))
    for event in found:
        yield Verdict(
            event,
            slo,
            _spent(base, event.span),
            _is_known(base, event.span),
            _detection(((row.tier, row.old) for row in rows), event.span),
            _detection(((row.tier, row.new) for row in rows), event.span),
        )


def merged(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """One verdict for each event, in the order of time: caught by any SLO, at its worst cost."""
    ordered = sorted(verdicts, key=lambda each: (each.event.span, each.event.service, each.slo))
    return tuple(
        _merge(list(of_event)) for _, of_event in groupby(ordered, lambda each: _identity(each))
    )


def _identity(verdict: Verdict) -> tuple[TimeSpan, str, str]:
    alone = "" if verdict.event.kind == "incident" else verdict.slo
    return verdict.event.span, verdict.event.service, alone


def _merge(verdicts: list[Verdict]) -> Verdict:
    worst = max(verdicts, key=lambda each: each.spent)
    old, new = UNSEEN, UNSEEN
    for each in verdicts:
        old, new = old | each.old, new | each.new
    known = any(each.known for each in verdicts)
    return Verdict(worst.event, worst.slo, worst.spent, known, old, new)


def _significant(base: Side, terms: Terms) -> Iterator[Event]:
    objective = base.objective
    least = max((alert.minimum_failures for alert in objective.alerts), default=0)
    for lane in base.lanes:
        spans = significant(lane.series, lane.budget, objective.period, terms.span, max(least, 1))
        for span in spans:
            slos = frozenset((objective.slo_name,))
            yield Event("significant event", objective.service, span, _name(lane.series), slos)


def _name(series: Series) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(series.labels.items()))


def _spent(base: Side, span: TimeSpan) -> float:
    return max((lane.budget.spent(lane.series, span) for lane in base.lanes), default=0.0)


def _is_known(base: Side, span: TimeSpan) -> bool:
    return any(bool(lane.series.known[lane.series.part(span)].any()) for lane in base.lanes)


def _detection(outcomes: Iterable[tuple[str, Outcome]], span: TimeSpan) -> Detection:
    fired = [(tier, outcome) for tier, outcome in outcomes if isinstance(outcome, Fired)]
    return Detection(
        paged=any(tier == PAGES and _touches(outcome, span) for tier, outcome in fired),
        ticketed=any(tier == TICKETS and _touches(outcome, span) for tier, outcome in fired),
    )


def _touches(outcome: Fired, span: TimeSpan) -> bool:
    """Whether an episode overlaps; one that begins at the very end still saw it."""
    return any(
        each.span.start <= span.end and each.span.end > span.start for each in outcome.episodes
    )
