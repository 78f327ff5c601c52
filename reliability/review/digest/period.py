"""The period of a digest: the last whole week or month before a day, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from reliability.forge.marker import Marker
from reliability.timespan import TimeSpan

KIND: Final = "digest"
Length = Literal["week", "month"]


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day until just before another; `name` orders periods of one length."""

    name: str
    first: date
    until: date

    @property
    def span(self) -> TimeSpan:
        """The same as moments in UTC."""
        return TimeSpan(_midnight(self.first), _midnight(self.until))

    @property
    def marker(self) -> Marker:
        """What its digest is about."""
        return Marker(KIND, self.name)

    def is_like(self, marker: Marker) -> bool:
        """Whether a digest is about a period of the same length."""
        return ("W" in marker.key) == ("W" in self.name)


def before(day: date, length: Length) -> Period:
    """The last whole week (from Monday), or month, that ended before or with this day's night."""
    if length == "week":
        until = day - timedelta(days=day.weekday())
        first = until - timedelta(days=7)
        year, week, _ = first.isocalendar()
        return Period(f"{year}-W{week:02}", first, until)
    until = day.replace(day=1)
    first = (until - timedelta(days=1)).replace(day=1)
    return Period(f"{first:%Y-%m}", first, until)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
