"""The period of a digest: the last whole week or month before a day, and its name."""

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
    """The days from `first` to the day before `until`; `name` orders periods of one length."""

    name: str
    first: date
    until: date

    @property
    def span(self) -> TimeSpan:
        """The period as a time span in UTC."""
        return TimeSpan(_midnight(self.first), _midnight(self.until))

    @property
    def marker(self) -> Marker:
        """The marker of the period's digest."""
        return Marker(KIND, self.name)

    def is_like(self, marker: Marker) -> bool:
        """Return whether a digest covers a period of the same length."""
        return ("W" in marker.key) == ("W" in self.name)


def before(day: date, length: Length) -> Period:
    """Return the last whole week (from Monday) or month that ended before a day began."""
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
