"""Time intervals of an Alertmanager configuration: when a route is muted or active.

Semantics: `ContainsTime` in timeinterval/timeinterval.go. A moment must match every field that an
interval sets, and in each field one of its ranges.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from reliability.alertmanager.configuration import RoutingRefusedError, entries, mapping, texts
from reliability.location import Pointer
from reliability.message import Message

DAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS: Final = tuple(name.lower() for name in calendar.month_name)

Range = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeConditions:
    """Conditions of one time interval; without any, it holds at all times.

    `minutes` are ranges of minutes of the day, end exclusive; ends of all other ranges are
    inclusive.
    """

    zone: tzinfo = UTC
    minutes: tuple[Range, ...] = ()
    weekdays: tuple[Range, ...] = ()
    days: tuple[Range, ...] = ()
    months: tuple[Range, ...] = ()
    years: tuple[Range, ...] = ()

    def holds(self, moment: datetime) -> bool:
        """Return whether a moment meets all conditions, in the interval's time zone."""
        # Without `location`, Alertmanager uses UTC and not the zone of its machine.
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return (
            # `EndMinute` is exclusive, unlike every other range: 09:00 to 17:00 ends before 17:00,
            # and a whole day ends at 24:00.
            (not self.minutes or any(first <= minute < end for first, end in self.minutes))
            # Go counts weekdays from Sunday = 0, and Python's `isoweekday` from Monday = 1 to
            # Sunday = 7.
            and _within(self.weekdays, local.isoweekday() % 7)
            and self._day_holds(local)
            and _within(self.months, local.month)
            and _within(self.years, local.year)
        )

    def _day_holds(self, local: datetime) -> bool:
        """Return whether the day of the month meets the conditions.

        Negative days count from the end of the month; ranges are clamped to the month.
        """
        if not self.days:
            return True
        length = calendar.monthrange(local.year, local.month)[1]
        for first, last in self.days:
            begin = length + first + 1 if first < 0 else first
            end = length + last + 1 if last < 0 else last
            # A range that begins after the month's last day is skipped and not clamped: `31` never
            # matches in April. Ends are clamped, so `29:31` matches the 29th and 30th there.
            if begin <= length and max(begin, 1) <= local.day <= min(end, length):
                return True
        return False


def _within(ranges: Iterable[Range], value: int) -> bool:
    return not ranges or any(first <= value <= last for first, last in ranges)


TimeIntervals = Mapping[str, tuple[TimeConditions, ...]]


def holds(intervals: TimeIntervals, names: Iterable[str], moment: datetime) -> bool:
    """Return whether a moment is in any of the named intervals."""
    return any(interval.holds(moment) for name in names for interval in intervals[name])


def time_intervals(config: Mapping[str, Any]) -> dict[str, tuple[TimeConditions, ...]]:
    """Return the time intervals of a configuration, by name.

    `mute_time_intervals` is the deprecated key of `time_intervals`; Alertmanager reads both.

    Raises:
        RoutingRefusedError: Alertmanager would refuse an interval.
    """
    conditions: dict[str, tuple[TimeConditions, ...]] = {}
    for key in ("mute_time_intervals", "time_intervals"):
        for index, entry in enumerate(entries(config, key, ())):
            pointer = (key, index)
            named = mapping(entry, pointer)
            written = entries(named, "time_intervals", pointer)
            # A name that both keys declare is refused by Alertmanager as not unique, so that the
            # later one wins here has no effect on a configuration that loads.
            conditions[str(named.get("name"))] = tuple(
                _interval(mapping(interval, pointer), pointer) for interval in written
            )

    return conditions


def _interval(written: Mapping[str, Any], pointer: Pointer) -> TimeConditions:
    try:
        return TimeConditions(
            zone=ZoneInfo(str(written["location"])) if written.get("location") else UTC,
            minutes=tuple(
                (_minute(str(entry["start_time"])), _minute(str(entry["end_time"])))
                for entry in entries(written, "times", pointer)
            ),
            weekdays=_ranges(written, "weekdays", pointer, read=_of(DAYS)),
            days=_ranges(written, "days_of_month", pointer, read=int),
            months=_ranges(written, "months", pointer, read=_of(MONTHS)),
            years=_ranges(written, "years", pointer, read=int),
        )
    except (KeyError, ValueError, TypeError) as refusal:
        message = Message("not a valid time interval: {reason}", reason=str(refusal))
        raise RoutingRefusedError(pointer, message) from None


def _minute(written: str) -> int:
    hour, minute = written.split(":")
    return int(hour) * 60 + int(minute)


def _ranges(
    written: Mapping[str, Any], key: str, pointer: Pointer, read: Callable[[str], int]
) -> tuple[Range, ...]:
    ranges = []
    for text in texts(written, key, pointer):
        first, _, last = text.lower().partition(":")
        ranges.append((read(first.strip()), read((last or first).strip())))
    return tuple(ranges)


def _of(names: Sequence[str]) -> Callable[[str], int]:
    """Return a function that converts a name to its index, and parses a number."""

    def read(written: str) -> int:
        return names.index(written) if written in names else int(written)

    return read
