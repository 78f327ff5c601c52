"""Durations as reports and messages write them.

`scalars.duration_text` writes them as YAML and Prometheus read them: `5m`, `3d`.
"""

from __future__ import annotations

from datetime import timedelta

from reliability.message import Message
from reliability.render.words import ENGLISH, Words
from reliability.timespan import DAY, HOUR, MINUTE, SECOND


def seconds_text(length: timedelta, words: Words = ENGLISH) -> str:
    """Format seconds: `30 s`, `0.5 s`."""
    return words("{count} s", count=f"{length / SECOND:g}")


def length_text(length: timedelta) -> Message:
    """Format a duration in a readable unit: `43 s`, `4.3 min`, `7 days`."""
    if length < MINUTE:
        return Message("{count} s", count=f"{length / SECOND:.3g}")
    if length < HOUR:
        return Message("{count} min", count=f"{length / MINUTE:.3g}")
    if length < 2 * DAY:
        return Message("{count} h", count=f"{length / HOUR:.3g}")
    if length < 100 * DAY:
        return Message("{count} days", count=f"{length / DAY:.3g}")
    return Message("{count} days", count=f"{length / DAY:,.0f}")


def short_length(length: timedelta) -> str:
    """Format a duration in whole minutes, hours or days, for a column: `45 min`, `71 h`, `3 d`."""
    hours = length / HOUR
    if hours < 1:
        return f"{length // MINUTE} min"
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"


def full_units(length: timedelta) -> str:
    """Format a duration in whole units that have passed: `25 minutes`, `7 hours`, `12 days`."""
    for unit, one in (("day", DAY), ("hour", HOUR)):
        if length >= 2 * one:
            return f"{length // one} {unit}s"
    return f"{length // MINUTE} minutes"


def minutes_text(minutes: int, words: Words = ENGLISH) -> str:
    """Format minutes: `45 min`, `3 h 05 min`."""
    if minutes < 60:
        return words("{count} min", count=minutes)
    return words("{hours} h {minutes} min", hours=minutes // 60, minutes=f"{minutes % 60:02}")


def days_text(days: int) -> Message:
    """Format a number of days: `1 day`, `25 days`."""
    return Message.plural("{count} day", "{count} days", days)


def length_words(length: timedelta, words: Words) -> str:
    """Format a duration in words: minutes below 2 hours, hours below 2 days, else days."""
    if length < 2 * HOUR:
        return words.many("{count} minute", "{count} minutes", -(-length // MINUTE))
    if length < 2 * DAY:
        return words.many("{count} hour", "{count} hours", round(length / HOUR))
    return words.many("{count} day", "{count} days", round(length / DAY))
