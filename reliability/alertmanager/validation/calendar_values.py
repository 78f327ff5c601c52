"""Values of time intervals, as timeinterval/timeinterval.go of Alertmanager accepts them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reliability.alertmanager.configuration import text
from reliability.alertmanager.simulate.times import DAYS, MONTHS

INTEGER: Final = re.compile(r"[-+]?\d+", re.ASCII)
TIME: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
SHORTEST_MONTH: Final = 28
LONGEST_MONTH: Final = 31


def minute(value: Any) -> int | None:
    """Return the minute of the day of a time such as 09:30; None if it is not a time."""
    if TIME.fullmatch(text(value)) is None:
        return None
    hours, minutes = text(value).split(":")
    return int(hours) * 60 + int(minutes)


def is_time(value: Any) -> bool:
    """Return whether a value is a time, or empty, which is refused as missing elsewhere."""
    return value == "" or minute(value) is not None


def is_weekdays(value: Any) -> bool:
    """Return whether a value is a weekday, or a range of them that does not pass Saturday."""
    days = _range(value, lambda name: DAYS.index(name) if name in DAYS else None)
    return days is not None and days[0] <= days[1]


def is_months(value: Any) -> bool:
    """Return whether a value is a month by name or number, or a range within one year."""
    months = _range(value, _month)
    return months is not None and months[0] <= months[1]


def is_years(value: Any) -> bool:
    """Return whether a value is a year, or a range of years."""
    years = _range(value, _integer)
    return years is not None and years[0] <= years[1]


def is_month_days(value: Any) -> bool:
    """Return whether a value is a day of the month, or a range of days in ascending order.

    Negative days count from the end of the month, which has 28 days in this comparison. A range
    from a negative to a positive day is not accepted.
    """
    days = _range(value, _integer)
    if days is None or any(not 1 <= abs(day) <= LONGEST_MONTH for day in days):
        return False
    first, last = (day + SHORTEST_MONTH if day < 0 else day for day in days)
    return not days[0] < 0 < days[1] and first <= last


def is_zone(value: Any) -> bool:
    """Return whether a value is a time zone; any name is, if this machine has no time zones."""
    name = text(value)
    # Names that Go's `time.LoadLocation` answers without a database.
    if name in ("", "UTC", "Local"):
        return True
    # `time.LoadLocation` refuses these before it looks, and Python would read a file elsewhere.
    if name.startswith(("/", "\\")) or ".." in name:
        return False
    # A zone that any database has tells a wrong name from a machine without one, such as a slim
    # container.
    return _has_zone(name) or not _has_zone("Europe/Berlin")


def _has_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _range(value: Any, read: Callable[[str], int | None]) -> tuple[int, int] | None:
    """Return both ends of `first:last`, or a single value twice; None if one cannot be parsed."""
    parts = text(value).lower().split(":")
    ends = [read(part) for part in (parts * 2 if len(parts) == 1 else parts)]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    return ends[0], ends[1]


def _month(written: str) -> int | None:
    """Return the number of a month; Alertmanager also accepts numbers that match no month."""
    return MONTHS.index(written) if written in MONTHS[1:] else _integer(written)


def _integer(written: str) -> int | None:
    return int(written) if INTEGER.fullmatch(written) else None
