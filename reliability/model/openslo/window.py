"""OpenSLO's shorthand for lengths of time, and its time zones."""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from reliability.model.kind import refuse
from reliability.scalars import shown

_DAYS = {"d": 1, "w": 7, "M": 30, "Q": 90, "Y": 365}


class Shorthand(timedelta):
    """A length as it was written: `1M` is 30 days where it rolls, and a month of the calendar."""

    amount: int
    unit: str
    written: str

    @classmethod
    def of(cls, amount: int, unit: str, written: str = "") -> Self:
        """So many minutes (m), hours, days, weeks, months (M), quarters or years.

        `written` is what stands there, where that is more than a number and a unit.

        Raises:
            OverflowError: it is longer than a timedelta holds.
        """
        exact = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}
        length = amount * (exact.get(unit) or timedelta(days=_DAYS[unit]))
        made = cls(length.days, length.seconds)
        made.amount, made.unit = amount, unit
        made.written = written or f"{amount}{unit}"

        return made

    def __reduce__(self) -> tuple[object, ...]:
        return Shorthand.of, (self.amount, self.unit, self.written)


_READ: Final = re.compile(
    r"[^\S\n]*(?:\+?|-(?=0+[^\S\n]*[mhdwMQY]))([0-9]{1,18})[^\S\n]*([mhdwMQY])(?:\s.*)?", re.DOTALL
)
"""What Go's `Sscanf("%d%s")` reads: a sign, spaces around, and whatever follows a space."""


_START: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)?"
)
LEAP_YEAR: Final = 2000
"""Stands for the year 0, which datetime does not have and which is a leap year."""


LONGEST_WINDOW: Final = timedelta(days=36_500)
"""The reference takes any length; a hundred years before 1970 is still a date."""


def parse_window(text: object) -> Shorthand:
    """One whole number and one of m h d w M Q Y, as the reference has it (M=30d, Q=90d, Y=365d)."""
    match = _READ.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise refuse(
            f"not a valid OpenSLO duration: {shown(text)}",
            "write a whole number and m h d w M Q or Y",
        )

    try:
        length = Shorthand.of(int(match[1]), match[2], str(text))
    except OverflowError:
        length = None

    if length is None or length > LONGEST_WINDOW:
        days = LONGEST_WINDOW.days
        raise refuse(f"{shown(text)} is longer than the limit of {days} days") from None

    return length


def check_start(text: str) -> str:
    """A day of the calendar and a time, as Go's `time.DateTime` is read."""
    match = _START.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        year, month, day, hour, minute, second = map(int, match.groups())
        datetime(year or LEAP_YEAR, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise refuse(
            f"{text!r} is no time", "write a day and a time: 2026-01-01 00:00:00"
        ) from None

    return text


def check_time_zone(name: str) -> str:
    """A zone of the IANA database, where this machine has the database."""
    if not _is_zone(name) and _is_zone("Europe/Berlin"):
        raise refuse(f"{name!r} is no IANA time zone", "write one such as Asia/Tokyo or UTC")
    return name


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return False
    return True


Window = Annotated[timedelta, BeforeValidator(parse_window)]
StartTime = Annotated[str, StringConstraints(strict=True), AfterValidator(check_start)]
TimeZone = Annotated[
    str, StringConstraints(strict=True, min_length=1), AfterValidator(check_time_zone)
]
