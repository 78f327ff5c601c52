"""Quality of each alert as table cells, shared by all reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from reliability.backtest.outcome import AlertFirings, Backtest, Outcome, OutcomeRow, Replayed
from reliability.backtest.quality import Delay, Quality, quality
from reliability.backtest.report.figures import both_sides, with_most
from reliability.render.durations import minutes_text
from reliability.render.numbers import percent, whole_percent
from reliability.render.words import ENGLISH, Words, worded
from reliability.timespan import TimeSpan

QUALITY_COLUMNS: Final = (
    worded("precision"),
    worded("recall"),
    worded("detected in"),
    worded("resolved in"),
    worded("under 10 min"),
    worded("at night"),
    worded("weekend"),
    worded("spent without alert"),
)
LEGEND: Final = (
    worded("precision: share of episodes that overlap an incident or event"),
    worded("recall: share of incidents and events that an episode overlaps"),
    worded(
        "spent without alert: the most budget spent within six hours "
        "in which the alert did not fire"
    ),
)


def events_of(replayed: Replayed) -> tuple[TimeSpan, ...]:
    """Return the events that the alerts of an objective are scored against, if in the history."""
    return tuple(verdict.event.span for verdict in replayed.verdicts if verdict.known)


def quality_of(outcome: Outcome, replayed: Replayed, result: Backtest) -> Quality | None:
    """Return the quality of one side of a row, or None if it did not fire or has no history."""
    if not isinstance(outcome, AlertFirings) or not outcome.episodes:
        return None
    zone = result.zones.get(replayed.service, "UTC")
    return quality(outcome.episodes, events_of(replayed), zone)


def quality_cells(
    row: OutcomeRow, replayed: Replayed, result: Backtest, words: Words = ENGLISH
) -> list[str]:
    """Return precision, recall and delays of both sides; other figures of the new side only."""
    zone, events = result.zones.get(replayed.service, "UTC"), events_of(replayed)

    def write(fired: AlertFirings) -> Sequence[str]:
        measured = quality(fired.episodes, events, zone)
        return (
            _share(measured.precision),
            _share(measured.recall),
            _delay(measured.detection, words),
            _delay(measured.reset, words),
            _share(measured.short),
            _share(measured.night),
            _share(measured.weekend),
            _unseen(fired, words),
        )

    return both_sides(row, result, write, words, size=len(QUALITY_COLUMNS), plain={4, 5, 6})


def _unseen(fired: AlertFirings, words: Words) -> str:
    return "-" if fired.confidence is None else percent(fired.confidence.unseen, words)


def _share(share: float | None) -> str:
    return "-" if share is None else whole_percent(share)


def _delay(delay: Delay | None, words: Words) -> str:
    if delay is None:
        return "-"
    usual, longest = (
        minutes_text(duration // timedelta(minutes=1), words)
        for duration in (delay.usual, delay.longest)
    )
    return with_most(usual, longest, words)
