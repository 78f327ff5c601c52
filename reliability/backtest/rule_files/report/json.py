"""A backtest of rule files as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Final

from reliability.backtest.outcome import AlertFirings, NoAlert
from reliability.backtest.rule_files.replaying import Firings
from reliability.backtest.rule_files.report.figures import NONE, headline, receivers_of
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest, SideReceived
from reliability.render.display import inert_json

VERSION: Final = 1


def text(result: RuleBacktest) -> str:
    """The whole result."""
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
        "alerts": [_row(number, row, result) for number, row in enumerate(result.rows)],
        "notifications": {
            "old": _side(result.received[0]) if result.compares else None,
            "new": _side(result.received[1]),
        },
        "incidents": None
        if result.verdicts is None
        else [
            {
                "name": verdict.name,
                "start": verdict.span.start.isoformat(),
                "end": verdict.span.end.isoformat(),
                "matched_by_labels": verdict.is_matched,
                "paged_old": verdict.old or None,
                "paged_new": verdict.new or None,
            }
            for verdict in result.verdicts
        ],
        "skipped": result.skipped,
        "notes": list(result.notes),
        "problems": [f"{problem.at.text}: {problem.message}" for problem in result.problems],
    }
    return inert_json(json.dumps(values, indent=2))


def _row(number: int, row: AlertRow, result: RuleBacktest) -> dict[str, object]:
    rule = row.change.newest.rule
    return {
        "alert": rule.name,
        "labels": dict(rule.labels),
        "location": rule.location.text,
        "changed": [*row.change.aspects, *(["route"] if row.is_routed_otherwise else [])],
        "reach": {"old": row.reach[0] if row.change.old else None, "new": row.reach[1]},
        "evaluated_from": row.way or None,
        "recordings_computed": row.computes,
        "may_differ": row.differs or None,
        "not_evaluated_here": row.not_here or None,
        "unknown": row.unknown or None,
        "old": _outcome(row.old),
        "new": _outcome(row.new),
        "notifications": {
            "old": asdict(result.received[0].alerts.get(number, NONE)),
            "new": asdict(result.received[1].alerts.get(number, NONE)),
        },
        "by_receiver": {
            name: {"old": old if result.compares else None, "new": new}
            for name, old, new in receivers_of(number, result)
        },
    }


def _outcome(outcome: Firings) -> dict[str, object] | None:
    match outcome:
        case AlertFirings():
            return {
                "minutes": outcome.minutes,
                "episodes": [
                    {
                        "start": episode.span.start.isoformat(),
                        "end": episode.span.end.isoformat(),
                        "labels": dict(episode.labels),
                    }
                    for episode in outcome.episodes
                ],
            }
        case NoAlert():
            return None
        case _:
            return {"unknown": outcome.reason}


def _side(side: SideReceived) -> dict[str, object]:
    return {
        "by_reach": {reach: asdict(tally) for reach, tally in sorted(side.reaches.items())},
        "by_receiver": {name: asdict(tally) for name, tally in sorted(side.receivers.items())},
    }
