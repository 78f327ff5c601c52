"""Moments as text. Every text of a moment names its zone, and is converted to it first."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def minute_text(moment: datetime, zone: tzinfo = UTC) -> str:
    """Day and time to the minute with the zone's name: `2026-10-14 03:30 UTC`.

    Raises:
        ValueError: the moment names no zone, so nobody can know which one it is.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    there = moment.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M} {there.tzname()}"


def utc_minute(moment: datetime) -> str:
    """The same in UTC, for what has no team."""
    return minute_text(moment)
