"""Backtest as JSON; docs/guides/backtest.md describes the keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from reliability.backtest.headline import headline
from reliability.backtest.notified_sides import UnknownNotifications
from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    AlertFirings,
    Backtest,
    EventVerdict,
    NoAlert,
    Outcome,
    OutcomeRow,
    Replayed,
    SliSummary,
    TierTotals,
)
from reliability.backtest.report.quality_json import (
    confidence,
    interval,
    quality_keys,
    six_digits,
    span_of,
)
from reliability.backtest.tally import AlertKey, NotificationTally, SideNotifications
from reliability.history.series import NoHistory
from reliability.render.display import inert_json
from reliability.resolve.alerts import BURN

VERSION: Final = 2
"""Version of the JSON format."""


def text(*results: Backtest) -> str:
    """Return the document as indented text; of several environments, all of them in a list."""
    every = [document(result) for result in results]
    values = every[0] if len(every) == 1 else {"version": VERSION, "environments": every}
    return inert_json(json.dumps(values, indent=2, ensure_ascii=False))


def document(result: Backtest) -> dict[str, Any]:
    """Return the document as values."""
    return {
        "version": VERSION,
        **({"environment": result.environment} if result.environment else {}),
        "mode": result.mode,
        "source": result.source,
        "synthetic": result.is_synthetic,
        "span": {**span_of(result.span), "days": result.span.length / timedelta(days=1)},
        "coverage": six_digits(result.coverage),
        "ranges": result.terms.ranges.value,
        "phase_minutes": result.terms.phase // timedelta(minutes=1),
        "base": result.base or None,
        "headline": headline(result),
        "slos": [
            _row(row, objective, result)
            for objective in result.objectives
            for row in objective.rows
        ],
        "objectives": [_objective(objective) for objective in result.objectives],
        "totals": {tier: _totals(result, tier) for tier in (ALERT_TIER, TICKET_TIER)},
        "incidents": [verdict_json(verdict, result.compares) for verdict in result.scored],
        "incidents_without_history": [
            verdict_json(verdict, result.compares)
            for verdict in result.verdicts
            if not verdict.known
        ],
        **(_sampled(result) if result.mode == "sample" else {}),
        "notifications": notifications(result),
    }


def _sampled(result: Backtest) -> dict[str, Any]:
    """Return the keys that only sample mode has."""
    deviation = result.deviation
    return {
        "event_mode": {
            "evaluations": deviation.evaluations,
            "differing": deviation.differing,
            "episodes": deviation.by_events,
            "episodes_by_samples": deviation.by_samples,
        },
        "signals": [
            {
                "service": row.service,
                "alert": row.name,
                "slo": row.slo or None,
                "objective": row.objective or None,
                "tier": row.tier,
                "old": _outcome(row.old) if result.compares else None,
                "new": _outcome(row.new),
                "evaluated_by": row.evaluated_by or None,
            }
            for row in result.signals
        ],
    }


def _row(row: OutcomeRow, replayed: Replayed, result: Backtest) -> dict[str, Any]:
    return {
        "service": row.service,
        "slo": row.slo,
        "objective": row.objective,
        "alert": BURN,
        "tier": row.tier,
        "old": _outcome(row.old) if result.compares else None,
        "new": _outcome(row.new),
        **quality_keys(row, replayed, result),
    }


def _outcome(outcome: Outcome) -> dict[str, Any] | None:
    match outcome:
        case NoAlert():
            return None
        case NoHistory(reason):
            return {"no_history": reason}
        case AlertFirings():
            return {
                "episodes": len(outcome.episodes),
                "minutes": outcome.minutes,
                "per_week": six_digits(outcome.per_week.value),
                "intervals": [interval(episode) for episode in outcome.episodes],
                "confidence": confidence(outcome.confidence),
            }


def _objective(replayed: Replayed) -> dict[str, Any]:
    known = replayed.history if isinstance(replayed.history, SliSummary) else None
    return {
        "service": replayed.service,
        "slo": replayed.slo,
        "objective": replayed.objective,
        "target": float(replayed.target),
        "coverage": six_digits(known.coverage) if known else 0.0,
        "events": known.events if known else None,
        "attainment": known.attainment if known else None,
        "partial": known.part is not None if known else None,
        "no_history": replayed.history.reason if isinstance(replayed.history, NoHistory) else None,
        "query_changed": replayed.query_changed,
        "budget_by_day": [None if day is None else six_digits(day) for day in known.days]
        if known
        else [],
        "digest": replayed.digest,
        "monitors": list(replayed.monitors),
    }


def _totals(result: Backtest, tier: str) -> dict[str, Any]:
    old = _sum(result.old(tier)) if result.compares else None
    return {"old": old, "new": _sum(result.new(tier))}


def _sum(totals: TierTotals) -> dict[str, Any] | None:
    if totals.per_week.value is None:
        return None
    return {
        "episodes": totals.episodes,
        "minutes": totals.minutes,
        "per_week": six_digits(totals.per_week.value),
    }


def verdict_json(verdict: EventVerdict, compares: bool) -> dict[str, Any]:
    """Return one event, and which alerts detected it."""
    event = verdict.event
    return {
        **span_of(event.span),
        "kind": event.kind,
        "name": event.name,
        "service": event.service,
        "slo": verdict.slo,
        "slos": sorted(event.slos),
        "budget_spent": six_digits(verdict.spent),
        "old": verdict.old.word if compares and verdict.known else None,
        "new": verdict.new.word if verdict.known else None,
        "old_ticket": verdict.old.ticketed if compares and verdict.known else None,
        "new_ticket": verdict.new.ticketed if verdict.known else None,
    }


def notifications(result: Backtest) -> dict[str, Any]:
    """Return the notifications of both sides; `old` is null if there is no comparison."""
    return {
        "old": _side(result.notifications.old) if result.compares else None,
        "new": _side(result.notifications.new),
    }


def _side(side: SideNotifications | UnknownNotifications) -> dict[str, Any]:
    match side:
        case UnknownNotifications(reason):
            return {"not_simulated": reason}
        case SideNotifications():
            return {
                "effects": _tallies(side.effects),
                "tiers": _tallies(side.tiers),
                "alerts": [_alert(*alert) for alert in sorted(side.alerts.items())],
                "receivers": _tallies(side.receivers),
                "teams": _tallies(side.teams),
                "recipients": dict(sorted(side.targets.items())),
            }


def _tallies(tallies: Mapping[Any, NotificationTally]) -> dict[str, Any]:
    return {name: counts_json(tally) for name, tally in sorted(tallies.items())}


def _alert(key: AlertKey, tally: NotificationTally) -> dict[str, Any]:
    named = {name: value for name, value in key._asdict().items() if value or name != "location"}
    return {**named, **counts_json(tally)}


def counts_json(tally: NotificationTally) -> dict[str, int]:
    """Return the counts of a tally; `resolved` is the number of resolved notifications."""
    return {
        "resolved" if name == "over" else name: getattr(tally, name) for name in tally.__slots__
    }
