"""Parsers for the numbers, durations, dates and times that people and other tools write.

Python's own parsers accept `1_0`, Arabic digits, `2026-W48-3` and exponents of a hundred digits.
These accept ASCII digits only and limit every value, so no arithmetic on it overflows or takes
long.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from reliability.message import Message

UNITS: Final = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
"""Seconds of each unit of a duration, the longest first."""

LONGEST: Final = timedelta(days=3660)
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
LARGEST: Final = Decimal(10) ** 30
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN: Final = 60
"""Characters; a longer value is cut in messages."""

DURATION: Final = re.compile("".join(f"(?:([0-9]{{1,18}}){unit})?" for unit in UNITS))
DECIMAL: Final = re.compile(r"[-+]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
NUMBER: Final = re.compile(r"[-+]?[0-9]{1,400}(?:\.[0-9]{0,400})?(?:[eE][-+]?[0-9]{1,3})?")
DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:[.,]([0-9]{1,9}))?"
    r"[ ]?([Zz]|[-+][0-9]{2}:?[0-9]{2})?"
)


class ScalarError(ValueError):
    """A value that cannot be parsed, or that is outside of its limits."""

    def __init__(self, message: Message) -> None:
        # str(error) would be plain text, which cannot be shown in another language.
        super().__init__(message)
        self.message = message


def shown(value: object) -> str:
    """Quote a value for a message, and cut it if it is long."""
    # Python refuses to write an int of more than 4,300 digits (sys.set_int_max_str_digits).
    text = repr(value) if not isinstance(value, int) or abs(value) < LARGEST else "a number"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def read_duration(text: str) -> timedelta:
    """Parse `90s`, `5m` or `1h30m`: whole numbers with units, the longest unit first.

    This is the syntax of Prometheus without `ms` and `y`.

    Raises:
        ScalarError: it is not a duration, or longer than LONGEST.
    """
    match = DURATION.fullmatch(text) if text else None
    if match is None:
        raise ScalarError(Message("not a valid duration: {value}", value=shown(text)))

    numbers = zip(UNITS.values(), match.groups(), strict=True)
    seconds = sum(int(number) * unit for unit, number in numbers if number)
    if seconds > LONGEST.total_seconds():
        raise ScalarError(too_long(text, LONGEST))

    return timedelta(seconds=seconds)


def too_long(value: object, limit: timedelta) -> Message:
    """Say that a duration is longer than its limit, in days."""
    return Message(
        "{value} is longer than the limit of {limit} days", value=shown(value), limit=limit.days
    )


def too_large(value: object, limit: float | Decimal) -> Message:
    """Say that a number is larger than its limit."""
    return Message(
        "{value} is larger than the limit of {limit}", value=shown(value), limit=f"{limit:.0e}"
    )


@lru_cache(maxsize=1024)
def duration_text(duration: timedelta) -> str:
    """Format a duration in its largest whole unit up to days, as Prometheus reads it: 5m, 3d."""
    seconds = int(duration.total_seconds())
    for unit in ("d", "h", "m"):
        if seconds and seconds % UNITS[unit] == 0:
            return f"{seconds // UNITS[unit]}{unit}"
    return f"{seconds}s"


def read_share(text: str) -> Fraction:
    """Parse `2%` or `0.02`: decimal digits, at most 40 on each side of the point.

    Raises:
        ScalarError: it is neither.
    """
    digits = text.removesuffix("%")
    if DECIMAL.fullmatch(digits) is None:
        raise ScalarError(Message("not a valid share: {value}", value=shown(text)))
    return Fraction(digits) / 100 if text.endswith("%") else Fraction(digits)


def exact(number: float | Decimal) -> Decimal:
    """Convert a number to the decimal that was written, exactly.

    Raises:
        ScalarError: it is not finite, or larger than LARGEST.
    """
    if isinstance(number, int) and abs(number) > LARGEST:
        raise ScalarError(too_large(number, LARGEST))

    # str() gives the shortest digits that read back as the same float: 0.999, not 0.99899999….
    decimal = Decimal(str(number))
    if not decimal.is_finite():
        raise ScalarError(Message("not a finite number: {value}", value=shown(number)))
    if abs(decimal) > LARGEST:
        raise ScalarError(too_large(number, LARGEST))

    return decimal


def read_number(text: str) -> float:
    """Parse a finite number in ASCII digits, with an optional point and exponent.

    Raises:
        ScalarError: it is not a number, or too large for a float.
    """
    number = float(text) if NUMBER.fullmatch(text) else float("nan")
    if not abs(number) < float("inf"):
        raise ScalarError(Message("not a valid number: {value}", value=shown(text)))
    return number


def read_day(text: str) -> date:
    """Parse a date YYYY-MM-DD, from FIRST_DAY to LAST_DAY.

    Raises:
        ScalarError: it is not a date, or outside of these limits.
    """
    match = DAY.fullmatch(text)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None

    if day is None:
        raise ScalarError(Message("not a valid date: {value}", value=shown(text)))
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ScalarError(
            Message(
                "{value} is outside of {first} to {last}",
                value=shown(text),
                first=FIRST_DAY.isoformat(),
                last=LAST_DAY.isoformat(),
            )
        )

    return day


def read_moment(text: str) -> datetime:
    """Parse a date and time with or without an offset (RFC 3339); seconds are optional.

    Raises:
        ScalarError: it is not a date and time, or outside of FIRST_DAY to LAST_DAY.
    """
    match = MOMENT.fullmatch(text)
    if match is None:
        raise ScalarError(Message("not a valid date and time: {value}", value=shown(text)))

    day, clock, seconds, fraction, offset = match.groups()
    zone = "+00:00" if offset in ("Z", "z") else offset or ""
    read_day(day)
    try:
        part = f".{fraction[:6]:0<6}" if fraction else ""
        return datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}{part}{zone}")
    except ValueError:
        raise ScalarError(
            Message("not a valid date and time: {value}", value=shown(text))
        ) from None


def since_1970(seconds: float) -> datetime:
    """Convert Unix time in seconds to a UTC datetime.

    Raises:
        ScalarError: it is outside of FIRST_DAY to LAST_DAY.
    """
    if not 0 <= seconds < (LAST_DAY - FIRST_DAY + timedelta(days=1)).total_seconds():
        raise ScalarError(
            Message(
                "Unix time {seconds} is outside of the years 1970 to 2199", seconds=shown(seconds)
            )
        )
    return EPOCH + timedelta(seconds=seconds)


def whole(text: str) -> int:
    """Parse a whole number of at most 18 ASCII digits.

    Raises:
        ScalarError: it is not a whole number, or longer.
    """
    if re.fullmatch(r"[-+]?[0-9]{1,18}", text) is None:
        raise ScalarError(Message("not a whole number: {value}", value=shown(text)))
    return int(text)
