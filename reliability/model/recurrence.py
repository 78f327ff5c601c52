"""Recurrence rules of RFC 5545 (`RRULE`), for corrections that recur.

Only whole days recur: a rule is tried for each day between its first occurrence and its end, at
most `LONGEST` later. So no text takes longer than another, and rules of seconds are refused. An
occurrence begins at the same local time, also after a change of the clocks.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from reliability.message import Message

LONGEST: Final = timedelta(days=5 * 366)
MOST: Final = 1000
"""Occurrences of one correction; each is compared with the time in rules and reports."""
FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY: Final = re.compile(r"(?P<nth>-?[1-5])?(?P<day>MO|TU|WE|TH|FR|SA|SU)")
UNTIL: Final = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
NUMBER: Final = re.compile(r"-?[0-9]{1,4}")
PARTS: Final = frozenset(
    ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST")
)
WEEK: Final = 7


class RecurrenceError(ValueError):
    """A text is not a supported recurrence rule; the message says why, and the help what is."""

    def __init__(self, message: Message, help_text: Message) -> None:
        super().__init__(message)
        self.message, self.help = message, help_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A parsed rule. Empty parts do not restrict; `until` is inclusive."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | date | None = None
    days: tuple[tuple[int, int], ...] = ()
    """Pairs of the number in the month (0: each, negative: from its end) and the weekday."""
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()

    def is_on(self, day: date, first: date) -> bool:
        """Return whether it occurs on a day; `first` is the day of the first occurrence."""
        if self.months and day.month not in self.months:
            return False
        match self.frequency:
            case "DAILY":
                is_period = (day - first).days % self.interval == 0
                return is_period and self._is_selected(day, day)
            case "WEEKLY":
                weeks = (_monday(day) - _monday(first)).days // WEEK
                return weeks % self.interval == 0 and self._is_selected(day, first)
            case "MONTHLY":
                months = (day.year - first.year) * 12 + day.month - first.month
                return months % self.interval == 0 and self._is_selected(day, first)
            case _:
                years = day.year - first.year
                is_month = bool(self.months) or day.month == first.month
                return years % self.interval == 0 and is_month and self._is_selected(day, first)

    def _is_selected(self, day: date, first: date) -> bool:
        """Return whether BYDAY and BYMONTHDAY select a day; without them, that of the first."""
        if not (self.days or self.month_days):
            if self.frequency == "DAILY":
                return True
            same = day.weekday() == first.weekday()
            return same if self.frequency == "WEEKLY" else day.day == first.day
        length = calendar.monthrange(day.year, day.month)[1]
        positions = (0, (day.day - 1) // WEEK + 1, -((length - day.day) // WEEK + 1))
        is_day = not self.days or any((at, day.weekday()) in self.days for at in positions)
        is_number = not self.month_days or bool(
            {day.day, day.day - length - 1} & set(self.month_days)
        )
        return is_day and is_number


def parse_recurrence(text: str) -> Recurrence:
    """Parse a rule, which is the value of an `RRULE`.

    Raises:
        RecurrenceError: it is not supported, or does not end.
    """
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name not in PARTS or name in parts or not value:
            raise _error(Message("{part} is not supported, or occurs twice", part=part[:40]))
        parts[name] = value
    if parts.get("FREQ") not in FREQUENCIES:
        raise _error(Message("FREQ is {value}", value=parts.get("FREQ", "missing")[:20]))
    if ("COUNT" in parts) == ("UNTIL" in parts):
        raise RecurrenceError(
            Message("the recurrence has no end, or two"),
            Message("write either UNTIL or COUNT; a rule file has every occurrence"),
        )
    if parts.get("WKST", "MO") != "MO":
        raise _error(Message("weeks begin on {day}", day=parts["WKST"][:20]))
    return Recurrence(
        frequency=parts["FREQ"],
        interval=_number(parts, "INTERVAL", 1, 366) if "INTERVAL" in parts else 1,
        count=_number(parts, "COUNT", 1, MOST) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        days=_days(parts),
        month_days=_numbers(parts, "BYMONTHDAY", 31),
        months=tuple(month for month in _numbers(parts, "BYMONTH", 12) if month > 0),
    )


@lru_cache(maxsize=1024)
def occurrences(
    text: str, start: datetime, length: timedelta, zone: str
) -> tuple[tuple[datetime, datetime], ...]:
    """Return the start and end of each occurrence, in UTC; `start` is that of the first.

    Raises:
        RecurrenceError: the rule is not supported, has too many occurrences, or not the first.
    """
    rule, local = parse_recurrence(text), start.astimezone(_zone(zone))
    if not rule.is_on(local.date(), local.date()):
        raise RecurrenceError(
            Message("the recurrence does not occur at the start of the correction"),
            Message("write a start on one of its days"),
        )
    found: list[tuple[datetime, datetime]] = []
    for begin in _starts(rule, local):
        found.append((begin, begin + length))
        if len(found) > MOST:
            raise RecurrenceError(
                Message("the recurrence has more than {most} occurrences", most=MOST),
                Message("write an earlier UNTIL, and extend it once a year"),
            )
        if len(found) == rule.count:
            break
    return tuple(found)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise RecurrenceError(
            Message("this machine does not know the time zone {zone}", zone=name),
            Message("install the package tzdata"),
        ) from error


def _starts(rule: Recurrence, local: datetime) -> Iterator[datetime]:
    """Yield the starts from the first day on, at its local time."""
    first, clock = local.date(), local.timetz()
    for number in range(LONGEST.days):
        day = first + timedelta(days=number)
        begin = datetime.combine(day, clock).astimezone(UTC)
        if _is_after(rule.until, begin, day):
            return
        if rule.is_on(day, first):
            yield begin


def _is_after(until: datetime | date | None, begin: datetime, day: date) -> bool:
    match until:
        case None:
            return False
        case datetime():
            return begin > until
        case _:
            return day > until


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _until(text: str) -> datetime | date:
    match = UNTIL.fullmatch(text)
    try:
        if match and not match[1]:
            return date.fromisoformat(text)
        if match and text.endswith("Z"):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise RecurrenceError(
        Message("UNTIL is {value}", value=text[:20]),
        Message("write a date, such as 20271231, or a time in UTC: 20271231T120000Z"),
    )


def _days(parts: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for text in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        match = DAY.fullmatch(text)
        if match is None or (match["nth"] and parts["FREQ"] != "MONTHLY"):
            raise _error(Message("BYDAY has {value}", value=text[:20]))
        found.append((int(match["nth"] or 0), DAYS.index(match["day"])))
    return tuple(found)


def _numbers(parts: Mapping[str, str], name: str, most: int) -> tuple[int, ...]:
    texts = parts[name].split(",") if name in parts else ()
    return tuple(_number({name: text}, name, -most, most) for text in texts)


def _number(parts: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = parts[name]
    if not NUMBER.fullmatch(text) or not least <= int(text) <= most or int(text) == 0:
        raise _error(Message("{name} is {value}", name=name, value=text[:20]))
    return int(text)


def _error(message: Message) -> RecurrenceError:
    return RecurrenceError(
        message,
        Message(
            "write FREQ (DAILY, WEEKLY, MONTHLY or YEARLY), then INTERVAL, BYDAY, BYMONTHDAY, "
            "BYMONTH, and COUNT or UNTIL"
        ),
    )
