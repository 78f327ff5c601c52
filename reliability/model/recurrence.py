"""Recurrence rules of RFC 5545 (`RRULE`), for corrections that recur.

python-dateutil finds the days. Rules of hours and seconds are refused, and a rule is followed for
at most `LONGEST`, so that no text takes long. An occurrence begins at the same local time, also
after a change of the clocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal
from zoneinfo import ZoneInfo

from reliability.message import Message

LONGEST: Final = timedelta(days=5 * 366)
MOST: Final = 1000
"""Occurrences of one correction; each is compared with the time in rules and reports."""
FREQUENCIES: Final[Mapping[str, Literal[0, 1, 2, 3]]] = MappingProxyType(
    {"YEARLY": 0, "MONTHLY": 1, "WEEKLY": 2, "DAILY": 3}
)
"""Frequencies, with the numbers that dateutil.rrule gives them."""
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY: Final = re.compile(r"(?P<nth>-?[1-5])?(?P<day>MO|TU|WE|TH|FR|SA|SU)")
UNTIL: Final = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
NUMBER: Final = re.compile(r"-?[0-9]{1,4}")
PARTS: Final = frozenset(
    ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST")
)


class RecurrenceError(ValueError):
    """A text is not a supported recurrence rule; the message says why, and the help what is."""

    def __init__(self, message: Message, help_text: Message) -> None:
        super().__init__(message)
        self.message, self.help = message, help_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A parsed rule. Empty parts do not restrict; `until` is inclusive."""

    frequency: str
    interval: int
    count: int | None
    until: datetime | date | None
    days: tuple[tuple[int, int], ...]
    """Pairs of the number in the month (0: each, negative: from its end) and the weekday."""
    month_days: tuple[int, ...]
    months: tuple[int, ...]

    def starts(self, first: datetime) -> Iterator[datetime]:
        """Yield local times without a zone, from the first time on, for at most `LONGEST`.

        The library ends at `until`, and would search up to the year 9999 otherwise.
        """
        # The only reader of rules, and most corrections do not recur
        from dateutil.rrule import rrule, weekday

        yield from rrule(
            FREQUENCIES[self.frequency],
            dtstart=first,
            interval=self.interval,
            byweekday=[weekday(day, nth or None) for nth, day in self.days] or None,
            bymonthday=self.month_days or None,
            bymonth=self.months or None,
            until=first + LONGEST,
        )


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
        month_days=_numbers(parts, "BYMONTHDAY", -31, 31),
        months=_numbers(parts, "BYMONTH", 1, 12),
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
    spans: list[tuple[datetime, datetime]] = []
    for begin in _begins(rule, local):
        if not spans and begin != start.replace(microsecond=0):  # dateutil has whole seconds
            break
        spans.append((begin, begin + length))
        if len(spans) > MOST:
            raise RecurrenceError(
                Message("the recurrence has more than {most} occurrences", most=MOST),
                Message("write an earlier UNTIL, and extend it once a year"),
            )
        if len(spans) == rule.count:
            break
    if not spans:
        raise RecurrenceError(
            Message("the recurrence does not occur at the start of the correction"),
            Message("write a start on one of its days"),
        )
    return tuple(spans)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise RecurrenceError(
            Message("this machine does not know the time zone {zone}", zone=name),
            Message("install the package tzdata"),
        ) from error


def _begins(rule: Recurrence, local: datetime) -> Iterator[datetime]:
    """Yield the start of each occurrence in UTC, up to the end of the rule."""
    for moment in rule.starts(local.replace(tzinfo=None)):
        begin = moment.replace(tzinfo=local.tzinfo).astimezone(UTC)
        if _is_after(rule.until, begin, moment.date()):
            return
        yield begin


def _is_after(until: datetime | date | None, begin: datetime, day: date) -> bool:
    match until:
        case None:
            return False
        case datetime():
            return begin > until
        case _:
            return day > until


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
    days: list[tuple[int, int]] = []
    for text in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        match = DAY.fullmatch(text)
        if match is None or (match["nth"] and parts["FREQ"] != "MONTHLY"):
            raise _error(Message("BYDAY has {value}", value=text[:20]))
        days.append((int(match["nth"] or 0), DAYS.index(match["day"])))
    return tuple(days)


def _numbers(parts: Mapping[str, str], name: str, least: int, most: int) -> tuple[int, ...]:
    texts = parts[name].split(",") if name in parts else ()
    return tuple(_number({name: text}, name, least, most) for text in texts)


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
