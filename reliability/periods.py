"""Calendar periods: the times at which they begin, by the clocks of a time zone."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

MONTHS: Final = {"M": 1, "Q": 3, "Y": 12}
DAYS: Final = {"d": 1, "w": 7}
AVERAGE: Final = {
    "d": timedelta(days=1),
    "w": timedelta(days=7),
    "M": timedelta(days=30.436875),
    "Q": timedelta(days=91.310625),
    "Y": timedelta(days=365.2425),
}
MIN_BOUNDARIES: Final = 3
MAX_BOUNDARIES: Final = 400
SPAN: Final = timedelta(days=1827)
"""Boundaries are computed for five years from the start: 3 of them at least, 400 at most."""


@dataclass(frozen=True, slots=True)
class CalendarPeriods:
    """Periods of `amount` x `unit` (d w M Q Y), the first from `start`, a wall time in `zone`.

    They follow the clocks of the zone: a week in which clocks change has 167 or 169 hours. A wall
    time that a change skips moves later by the skipped time; if a wall time occurs twice, the first
    one counts. In a month without the day of `start`, the period begins on the last day.
    """

    start: datetime
    zone: str
    amount: int
    unit: str

    def wall(self, number: int) -> datetime:
        """Return the wall time at which period `number` begins, counted from 0.

        Raises:
            OverflowError: it is after the year 9999.
        """
        count = number * self.amount
        if self.unit in DAYS:
            return self.start + timedelta(days=count * DAYS[self.unit])
        return _months_later(self.start, count * MONTHS[self.unit])

    def begins(self, number: int) -> datetime:
        """Return the time, in UTC, at which period `number` begins."""
        return self.wall(number).replace(tzinfo=ZoneInfo(self.zone), fold=0).astimezone(UTC)

    @property
    def boundaries(self) -> tuple[datetime, ...]:
        """The times at which periods begin and end, ascending, for `SPAN`."""
        return _boundaries(self)

    @property
    def longest(self) -> timedelta:
        """The length of the longest of these periods."""
        known = self.boundaries
        return max(after - before for before, after in pairwise(known))

    def latest(self, day: date) -> datetime:
        """Return the local time of a period's last start up to a day; else the first."""
        end = datetime.combine(day, time.min)
        number = max((end - self.start) // (self.amount * AVERAGE[self.unit]) + 1, 0)
        while number and self.wall(number) > end:
            number -= 1
        return self.wall(number)


@lru_cache(maxsize=256)
def _boundaries(periods: CalendarPeriods) -> tuple[datetime, ...]:
    """Return the boundaries, without the second of two that coincide in a skipped day."""
    moments = [periods.begins(0)]
    end = moments[0] + SPAN
    for number in range(1, MAX_BOUNDARIES + 1):
        if number > MIN_BOUNDARIES and moments[-1] >= end:
            break
        moments.append(periods.begins(number))
    return tuple(sorted(set(moments)))


def _months_later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    if year > date.max.year:
        raise OverflowError(f"the year {year} is later than {date.max.year}")
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))
