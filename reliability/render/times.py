"""Times as text. A time is converted to a zone before it is written, and the text names it."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def minute_text(moment: datetime, zone: tzinfo = UTC) -> str:
    """Return day and time to the minute with the zone's name: `2026-10-14 12:30 JST`.

    Raises:
        ValueError: the moment has no zone.
    """
    return f"{minute(moment, zone)} {moment.astimezone(zone).tzname()}"


def zone_named(name: str) -> tzinfo:
    """Return a time zone by its IANA name; UTC if this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def utc_minute(moment: datetime) -> str:
    """Return day and time to the minute in UTC, for texts that no team owns."""
    return minute_text(moment)


def minute(moment: datetime, zone: tzinfo = UTC) -> str:
    """Return day and time to the minute, for texts that state the zone once for all times.

    Raises:
        ValueError: the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def clock(moment: datetime, zone: tzinfo) -> str:
    """Return the time of day to the minute, by the clock of a zone."""
    return f"{moment.astimezone(zone):%H:%M}"
