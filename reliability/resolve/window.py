"""SLO period, rolling or calendar, and why a time window cannot be compiled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from reliability.finding import Problem
from reliability.load.document import Located
from reliability.message import Message
from reliability.model.openslo.slo import Slo
from reliability.model.openslo.window import Shorthand
from reliability.periods import CalendarPeriods

START_FORM: Final = "%Y-%m-%d %H:%M:%S"
SHORTEST: Final = timedelta(days=1)
"""Minimum length of a calendar period."""


def calendar_of(slo: Slo) -> CalendarPeriods | None:
    """Return the calendar periods of an SLO; None if it is rolling or not supported."""
    window = slo.spec.time_window[0]
    start = _start(slo)
    if window.calendar is None or start is None or _unfit(window.duration):
        return None
    length = window.duration
    assert isinstance(length, Shorthand)  # noqa: S101 - what the model reads
    return CalendarPeriods(start, window.calendar.time_zone, length.amount, unit=length.unit)


def window_problems(slo: Located[Slo]) -> Iterator[Problem]:
    """Yield why compilers do not support the time window of an SLO."""
    window = slo.value.spec.time_window[0]
    at = ("spec", "timeWindow", 0)
    if not window.duration:
        message = Message("the time window must be longer than 0")
        yield Problem(slo.at(*at, "duration"), message, Message("write 30d"))
    elif window.calendar is not None and _unfit(window.duration):
        message = Message("a calendar window must be at least one day")
        help_text = Message("write 1d, 1w, 1M, 1Q or 1Y")
        yield Problem(slo.at(*at, "duration"), message, help_text)
    elif window.calendar is not None and not _is_known(slo.value):
        message = Message(
            "not a valid start of calendar periods: {time}", time=repr(window.calendar.start_time)
        )
        help_text = Message("write a date and a time: 2026-01-01 00:00:00")
        yield Problem(slo.at(*at, "calendar", "startTime"), message, help_text)


def _unfit(length: timedelta) -> bool:
    return length < SHORTEST or not isinstance(length, Shorthand) or length.unit in "mh"


def _start(slo: Slo) -> datetime | None:
    calendar = slo.spec.time_window[0].calendar
    if calendar is None:
        return None
    try:
        return datetime.strptime(calendar.start_time, START_FORM)  # noqa: DTZ007 - a wall time
    except ValueError:
        return None


def _is_known(slo: Slo) -> bool:
    """Return whether its periods can be computed; near the years 1 and 9999 they cannot."""
    periods = calendar_of(slo)
    try:
        return periods is not None and bool(periods.boundaries)
    except (OverflowError, ValueError):
        return False
