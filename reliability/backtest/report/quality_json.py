"""JSON of an alert's quality, the confidence in it, and the difference between old and new."""

from __future__ import annotations

from typing import Any

from reliability.backtest.difference import difference
from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import Backtest, Confidence, Outcome, OutcomeRow, Replayed
from reliability.backtest.quality import Delay
from reliability.backtest.report.quality import quality_of
from reliability.timespan import MINUTE, TimeSpan


def quality_keys(row: OutcomeRow, replayed: Replayed, result: Backtest) -> dict[str, Any]:
    """Return additional keys of a row."""
    return {
        "time_zone": result.zones.get(replayed.service, "UTC"),
        "old_quality": _quality(row.old, replayed, result) if result.compares else None,
        "new_quality": _quality(row.new, replayed, result),
        "difference": _difference(row) if result.compares else None,
    }


def _quality(outcome: Outcome, replayed: Replayed, result: Backtest) -> dict[str, Any] | None:
    quality = quality_of(outcome, replayed, result)
    if quality is None:
        return None

    return {
        "short_share": six_digits(quality.short),
        "night_share": six_digits(quality.night),
        "weekend_share": six_digits(quality.weekend),
        "precision": six_digits(quality.precision),
        "recall": six_digits(quality.recall),
        "detection_minutes": _delay(quality.detection),
        "reset_minutes": _delay(quality.reset),
    }


def _delay(delay: Delay | None) -> dict[str, float] | None:
    return {"median": delay.usual / MINUTE, "max": delay.longest / MINUTE} if delay else None


def _difference(row: OutcomeRow) -> dict[str, Any] | None:
    episode_difference = difference(row.old, row.new)
    if episode_difference is None:
        return None

    return {
        "lost": [interval(episode) for episode in episode_difference.lost],
        "new": [interval(episode) for episode in episode_difference.new],
        "moved": [
            {"old": interval(moved.old), "new": interval(moved.new)}
            for moved in episode_difference.moved
        ],
        "same": episode_difference.same,
    }


def confidence(measured: Confidence | None) -> dict[str, Any] | None:
    """Return the confidence in one side of a row, or None if it was not requested."""
    if measured is None:
        return None
    return {
        "evaluations": measured.evaluations,
        "near_threshold": measured.near_threshold,
        "phases": [
            {"offset_minutes": late / MINUTE, "episodes": episodes}
            for late, episodes in measured.phases
        ],
        "undetected_budget": six_digits(measured.unseen),
    }


def interval(episode: Episode) -> dict[str, Any]:
    """Return one episode."""
    return {
        **span_of(episode.span),
        "budget_spent": six_digits(episode.spent),
        "labels": dict(episode.labels),
    }


def span_of(span: TimeSpan) -> dict[str, str]:
    """Return start and end in UTC."""
    start, end = (moment.isoformat().replace("+00:00", "Z") for moment in (span.start, span.end))
    return {"start": start, "end": end}


def six_digits(number: float | None) -> float | None:
    """Return a number with six digits after the point; None if it is not known."""
    return None if number is None else round(number, 6)
