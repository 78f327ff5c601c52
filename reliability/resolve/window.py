"""An SLO's window: rolling, or periods of the calendar, and why one cannot be compiled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from reliability.finding import Problem
from reliability.load.document import Located
from reliability.model.openslo.slo import Slo
from reliability.model.openslo.window import Shorthand
from reliability.periods import CalendarPeriods

START_FORM: Final = "%Y-%m-%d %H:%M:%S"
SHORTEST: Final = timedelta(days=1)


def calendar_of(slo: Slo) -> CalendarPeriods | None:
    """The calendar periods of an SLO; None where its window rolls or has no such periods."""
    window = slo.spec.time_window[0]
    start = _start(slo)
    if window.calendar is None or start is None or _unfit(window.duration):
        return None
    length = window.duration
    assert isinstance(length, Shorthand)  # noqa: S101 - what the model reads
    return CalendarPeriods(start, window.calendar.time_zone, length.amount, length.unit)


def window_problems(slo: Located[Slo]) -> Iterator[Problem]:
    """Why the window of an SLO is none that a compiler knows."""
    window = slo.value.spec.time_window[0]
    at = ("spec", "timeWindow", 0)
    if not window.duration:
        message = "a time window of no length holds no events"
        yield Problem(slo.at(*at, "duration"), message, "write 30d")
    elif window.calendar is not None and _unfit(window.duration):
        message = "a calendar window shorter than a day is not compiled"
        yield Problem(slo.at(*at, "duration"), message, "write 1d, 1w, 1M, 1Q or 1Y")
    elif window.calendar is not None and not _is_known(slo.value):
        message = f"{window.calendar.start_time!r} is no time from which periods can be counted"
        help_text = "write a day of the calendar and a time: 2026-01-01 00:00:00"
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
    """Whether its periods can be written out: the first years of all and the last cannot."""
    periods = calendar_of(slo)
    try:
        return periods is not None and bool(periods.boundaries)
    except (OverflowError, ValueError):
        return False
