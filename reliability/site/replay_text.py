"""Firing alerts and verdicts of a replay as text, which is kept with the sums of an SLI."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.outcome import AlertFirings, Detection, EventVerdict
from reliability.resolve.objectives import Objective
from reliability.timespan import TimeSpan


def replay_text(firings: Mapping[str, AlertFirings], verdicts: Sequence[EventVerdict]) -> str:
    """Return the outcomes by tier, and the verdicts, as JSON; numbers keep all digits."""
    values = {
        "firings": [
            {
                "tier": tier,
                "seconds": outcome.time.total_seconds(),
                "weeks": outcome.known_weeks,
                "episodes": [
                    (*_span(episode.span), dict(episode.labels), episode.spent)
                    for episode in outcome.episodes
                ],
            }
            for tier, outcome in firings.items()
        ],
        "verdicts": [_verdict(verdict) for verdict in verdicts],
    }
    return json.dumps(values, separators=(",", ":"))


def replay_of_text(
    text: str, objective: Objective
) -> tuple[dict[str, AlertFirings], list[EventVerdict]]:
    """Return the outcomes by tier, and the verdicts, of an objective."""
    values = json.loads(text)
    firings = {
        row["tier"]: AlertFirings(
            tuple(
                Episode(_time_span(start, end), labels, spent)
                for start, end, labels, spent in row["episodes"]
            ),
            timedelta(seconds=row["seconds"]),
            row["weeks"],
        )
        for row in values["firings"]
    }
    return firings, [_read_verdict(one, objective) for one in values["verdicts"]]


def _verdict(verdict: EventVerdict) -> dict[str, Any]:
    event = verdict.event
    return {
        "kind": event.kind,
        "span": _span(event.span),
        "name": event.name,
        "slos": sorted(event.slos),
        "sli": event.sli,
        "spent": verdict.spent,
        "known": verdict.known,
        "old": _detection(verdict.old),
        "new": _detection(verdict.new),
    }


def _read_verdict(values: Mapping[str, Any], objective: Objective) -> EventVerdict:
    event = Event(
        kind=values["kind"],
        service=objective.service,
        span=_time_span(*values["span"]),
        name=values["name"],
        slos=frozenset(values["slos"]),
        sli=values["sli"],
    )
    return EventVerdict(
        event=event,
        slo=objective.slo_name,
        spent=values["spent"],
        known=values["known"],
        old=Detection(*values["old"]),
        new=Detection(*values["new"]),
    )


def _span(span: TimeSpan) -> tuple[str, str]:
    return span.start.isoformat(), span.end.isoformat()


def _time_span(start: str, end: str) -> TimeSpan:
    return TimeSpan(datetime.fromisoformat(start), datetime.fromisoformat(end))


def _detection(detection: Detection) -> tuple[bool, bool]:
    return detection.paged, detection.ticketed
