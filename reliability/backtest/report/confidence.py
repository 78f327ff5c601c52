"""Confidence in a result, as lines that all reports share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reliability.backtest.outcome import AlertFirings, Backtest, Confidence, OutcomeRow
from reliability.render.durations import seconds_text
from reliability.render.words import ENGLISH, Words


def confidence_lines(result: Backtest, words: Words = ENGLISH) -> Iterator[str]:
    """Yield evaluations near a threshold, and episodes at other offsets, if measured."""
    measured = [
        (row, row.new, row.new.confidence)
        for row in result.rows
        if isinstance(row.new, AlertFirings) and row.new.confidence is not None
    ]
    if not measured:
        return

    whole = sum((confidence for _, _, confidence in measured), Confidence())
    near, evaluations = f"{whole.near_threshold:,}", f"{whole.evaluations:,}"
    is_exact = result.mode == "sample"
    if is_exact:
        yield words(
            "near a threshold: {near} of {all} evaluations would change with one failure more or "
            "less, or with values a billionth larger or smaller",
            near=near,
            all=evaluations,
        )
    else:
        yield words(
            "near a threshold: {near} of {all} evaluations would change with one failure more or "
            "less",
            near=near,
            all=evaluations,
        )

    other = [
        text
        for row, fired, confidence in measured
        for text in _other(row, len(fired.episodes), confidence, words)
    ]
    if other:
        yield words("with shifted evaluations: {episodes}", episodes=words("; ").join(other))
    elif is_exact:
        yield words("with shifted evaluations: the same number of episodes")
    else:
        yield words(
            "with shifted evaluations: the same number of episodes, as far as one-minute steps tell"
        )


def _other(row: OutcomeRow, times: int, confidence: Confidence, words: Words) -> Iterator[str]:
    """Yield the offsets at which an alert has another number of episodes."""
    for late, count in confidence.phases:
        if count != times:
            later = _later(late, words)
            yield words.many(
                "{alert} {times} -> {count} episode, {time} later",
                "{alert} {times} -> {count} episodes, {time} later",
                count,
                alert=f"{row.slo} {row.tier}",
                times=times,
                time=later,
            )


def _later(late: timedelta, words: Words) -> str:
    """Format an offset in minutes if it is a whole number of them, or else in seconds.

    Phases are quarters of an interval, which may be fractions of a minute.
    """
    minutes, rest = divmod(late, timedelta(minutes=1))
    if rest:
        return seconds_text(late, words)
    return words("{count} min", count=minutes)
