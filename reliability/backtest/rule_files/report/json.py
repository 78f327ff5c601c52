"""A backtest of rule files as JSON."""

from __future__ import annotations

import json
from typing import Final

from reliability.backtest.headline import headline
from reliability.backtest.outcome import AlertFirings, NoAlert, Outcome
from reliability.backtest.report.json import counts_json, notifications, verdict_json
from reliability.backtest.report.notified import receivers_of
from reliability.backtest.report.quality_json import interval
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest
from reliability.backtest.tally import NOTHING
from reliability.history.series import NoHistory
from reliability.render.display import inert_json

VERSION: Final = 1


def text(result: RuleBacktest) -> str:
    """Return the whole result."""
    changed, new, removed, unchanged = result.rules
    values = {
        "version": VERSION,
        "headline": headline(result),
        "start": result.span.start.isoformat(),
        "end": result.span.end.isoformat(),
        "known_since": result.known.start.isoformat(),
        "known_until": result.known.end.isoformat(),
        "source": result.source,
        "base": result.base or None,
        "routes": result.routes or None,
        "rules": {"changed": changed, "new": new, "removed": removed, "unchanged": unchanged},
        "alerts": [_row(row, result) for row in result.rows],
        "notifications": notifications(result),
        "incidents": None
        if not result.has_incidents
        else [
            {
                **verdict_json(verdict, result.compares),
                "matched_by_labels": verdict.event.is_matched,
                "alert_old": verdict.old.by or None,
                "alert_new": verdict.new.by or None,
            }
            for verdict in result.verdicts
        ],
        "skipped": result.skipped,
        "notes": list(result.notes),
        "problems": [f"{problem.at.text}: {problem.message}" for problem in result.problems],
    }
    return inert_json(json.dumps(values, indent=2))


def _row(row: AlertRow, result: RuleBacktest) -> dict[str, object]:
    rule = row.change.newest.rule
    old, new = row.effects
    sides = result.notifications.simulated or ()
    outcomes = (row.old if result.compares else None, row.new)
    notified = {
        name: None
        if outcome is None or isinstance(outcome, NoHistory)
        else counts_json(side.alerts.get(row.key, NOTHING))
        for name, outcome, side in zip(("old", "new"), outcomes, sides, strict=False)
    }
    return {
        "alert": rule.name,
        "name": row.slo,
        "labels": dict(rule.labels),
        "location": row.key.location,
        "changed": [*row.change.aspects, *(["route"] if row.is_rerouted else [])],
        "reach": {"old": old if row.change.old else None, "new": new},
        "evaluated_from": row.evaluated_from or None,
        "recordings_computed": row.computes_recordings,
        "may_differ": row.may_differ_because or None,
        "not_evaluated_here": row.evaluated_by_server_because or None,
        "unknown": row.unknown or None,
        "old": _outcome(row.old),
        "new": _outcome(row.new),
        "notifications": notified,
        "by_receiver": {
            name: {"old": old if result.compares else None, "new": new}
            for name, old, new in receivers_of(row.key, result)
        },
    }


def _outcome(outcome: Outcome) -> dict[str, object] | None:
    match outcome:
        case AlertFirings():
            intervals = [interval(episode) for episode in outcome.episodes]
            return {"minutes": outcome.minutes, "episodes": intervals}
        case NoAlert():
            return None
        case _:
            return {"unknown": outcome.reason}
