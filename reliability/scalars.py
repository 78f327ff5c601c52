"""One grammar for the numbers, durations, days and moments that people and other tools write.

Digits are ASCII, and every value has limits, so that no arithmetic on it overflows or takes long:
Python's own parsers take `1_0`, Arabic digits, `2026-W48-3` and exponents of a hundred digits.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

UNITS: Final = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
"""Seconds of each unit of a duration, the longest first."""

LONGEST: Final = timedelta(days=3660)
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
LARGEST: Final = Decimal(10) ** 30
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN: Final = 60
"""Characters of a value that a message shows."""

DURATION: Final = re.compile("".join(f"(?:([0-9]{{1,18}}){unit})?" for unit in UNITS))
DECIMAL: Final = re.compile(r"[-+]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
NUMBER: Final = re.compile(r"[-+]?[0-9]{1,400}(?:\.[0-9]{0,400})?(?:[eE][-+]?[0-9]{1,3})?")
DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(?:[.,]([0-9]{1,9}))?"
    r"[ ]?([Zz]|[-+][0-9]{2}:?[0-9]{2})?"
)


class ScalarError(ValueError):
    """A value that is not of its grammar, or not within its limits; the message says which."""


def shown(value: object) -> str:
    """A value as a message shows it: quoted, and cut if it is long."""
    text = repr(value) if not isinstance(value, int) or abs(value) < LARGEST else "a number"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def read_duration(text: str) -> timedelta:
    """`90s`, `5m`, `1h30m`: whole numbers with units, the longest unit first.

    Raises:
        ScalarError: it is not one, or longer than LONGEST.
    """
    match = DURATION.fullmatch(text) if text else None
    if match is None:
        raise ScalarError(f"not a valid duration: {shown(text)}")
    numbers = zip(UNITS.values(), match.groups(), strict=True)
    seconds = sum(int(number) * unit for unit, number in numbers if number)
    if seconds > LONGEST.total_seconds():
        raise ScalarError(f"{shown(text)} is longer than the limit of {LONGEST.days} days")
    return timedelta(seconds=seconds)


@lru_cache(maxsize=1024)
def duration_text(duration: timedelta) -> str:
    """A duration in its largest whole unit up to days, as Prometheus reads it: 5m, 1h, 3d."""
    seconds = int(duration.total_seconds())
    for unit in ("d", "h", "m"):
        if seconds and seconds % UNITS[unit] == 0:
            return f"{seconds // UNITS[unit]}{unit}"
    return f"{seconds}s"


def read_share(text: str) -> Fraction:
    """`2%` or `0.02`: decimal digits, at most 40 on each side of the point.

    Raises:
        ScalarError: it is neither.
    """
    digits = text.removesuffix("%")
    if DECIMAL.fullmatch(digits) is None:
        raise ScalarError(f"not a valid share: {shown(text)}")
    return Fraction(digits) / 100 if text.endswith("%") else Fraction(digits)


def exact(number: float | Decimal) -> Decimal:
    """A number as it was written, exactly.

    Raises:
        ScalarError: it is not finite, or larger than LARGEST.
    """
    if isinstance(number, int) and abs(number) > LARGEST:
        raise ScalarError(f"the number is larger than the limit of {LARGEST:.0e}")
    found = Decimal(str(number))
    if not found.is_finite():
        raise ScalarError(f"not a finite number: {shown(number)}")
    if abs(found) > LARGEST:
        raise ScalarError(f"{shown(number)} is larger than the limit of {LARGEST:.0e}")
    return found


def read_number(text: str) -> float:
    """A finite number in ASCII digits, with a point and an exponent if need be.

    Raises:
        ScalarError: it is not one, or too large for a float.
    """
    number = float(text) if NUMBER.fullmatch(text) else float("nan")
    if not abs(number) < float("inf"):
        raise ScalarError(f"not a valid number: {shown(text)}")
    return number


def read_day(text: str) -> date:
    """A day as YYYY-MM-DD, from FIRST_DAY to LAST_DAY.

    Raises:
        ScalarError: it is not one.
    """
    match = DAY.fullmatch(text)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None:
        raise ScalarError(f"not a valid day: {shown(text)}")
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ScalarError(f"{shown(text)} lies outside of {FIRST_DAY} to {LAST_DAY}")
    return day


def read_moment(text: str) -> datetime:
    """A day and a time with or without an offset, as RFC 3339 has it; seconds may be left out.

    Raises:
        ScalarError: it is not one, or lies outside of FIRST_DAY to LAST_DAY.
    """
    match = MOMENT.fullmatch(text)
    if match is None:
        raise ScalarError(f"not a valid day and time: {shown(text)}")
    day, clock, seconds, fraction, offset = match.groups()
    zone = "+00:00" if offset in ("Z", "z") else offset or ""
    read_day(day)
    try:
        part = f".{fraction[:6]:0<6}" if fraction else ""
        return datetime.fromisoformat(f"{day}T{clock}{seconds or ':00'}{part}{zone}")
    except ValueError:
        raise ScalarError(f"not a valid day and time: {shown(text)}") from None


def since_1970(seconds: float) -> datetime:
    """The moment so many seconds after 1970 began, in UTC.

    Raises:
        ScalarError: it lies outside of FIRST_DAY to LAST_DAY.
    """
    if not 0 <= seconds < (LAST_DAY - FIRST_DAY + timedelta(days=1)).total_seconds():
        raise ScalarError(f"{shown(seconds)} s after 1970 lies outside of the years up to 2199")
    return EPOCH + timedelta(seconds=seconds)


def whole(text: str) -> int:
    """A whole number in at most 18 ASCII digits.

    Raises:
        ScalarError: it is not one.
    """
    if re.fullmatch(r"[-+]?[0-9]{1,18}", text) is None:
        raise ScalarError(f"not a whole number: {shown(text)}")
    return int(text)
