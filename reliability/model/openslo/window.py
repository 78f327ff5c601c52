"""OpenSLO's durations and start times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator

from reliability.message import Message
from reliability.model.kind import refuse
from reliability.scalars import shown, too_long

_DAYS = {"d": 1, "w": 7, "M": 30, "Q": 90, "Y": 365}


class Shorthand(timedelta):
    """A duration that keeps its spelling.

    `1M` is 30 days in a rolling window, and a calendar month in a calendar window.
    """

    amount: int
    unit: str
    written: str

    @classmethod
    def of(cls, amount: int, unit: str, written: str = "") -> Self:
        """Return a duration of a number of minutes (m), hours, days, weeks, months (M) and so on.

        `written` is the original text, if it is more than a number and a unit.

        Raises:
            OverflowError: it is longer than a timedelta can be.
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
"""Durations that Go's `Sscanf("%d%s")` accepts: a sign, surrounding spaces, text after a space."""


_START: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)?"
)
LEAP_YEAR: Final = 2000
"""Replaces the year 0, a leap year that Go's `time.Parse` accepts and datetime does not."""


LONGEST_WINDOW: Final = timedelta(days=36_500)
"""Own limit, since OpenSLO has none. A window this long before 1970 starts at a valid date."""


def parse_window(text: object) -> Shorthand:
    """Parse a whole number and one of m h d w M Q Y.

    The lengths are those of OpenSLO's Go reference: M is 30d, Q is 90d, Y is 365d.
    """
    match = _READ.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise refuse(
            Message("not a valid OpenSLO duration: {value}", value=shown(text)),
            Message("write a whole number and one of the units m, h, d, w, M, Q, Y"),
        )

    try:
        length = Shorthand.of(int(match[1]), match[2], str(text))
    except OverflowError:
        length = None

    if length is None or length > LONGEST_WINDOW:
        raise refuse(too_long(text, LONGEST_WINDOW)) from None

    return length


def check_start(text: str) -> str:
    """Require a date and time in the format of Go's `time.DateTime`."""
    match = _START.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        year, month, day, hour, minute, second = map(int, match.groups())
        datetime(year or LEAP_YEAR, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise refuse(
            Message("not a valid date and time: {value}", value=repr(text)),
            Message("write a date and a time: 2026-01-01 00:00:00"),
        ) from None

    return text


Window = Annotated[timedelta, BeforeValidator(parse_window)]
StartTime = Annotated[str, AfterValidator(check_start)]
