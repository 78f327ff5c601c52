"""`TimeSpan`, and the arithmetic that history and backtest share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, order=True)
class TimeSpan:
    """The time from `start` until just before `end`, both aware."""

    start: datetime
    end: datetime

    @classmethod
    def before(cls, day: date, length: timedelta) -> TimeSpan:
        """Return the span of this length before a day's midnight UTC."""
        end = datetime.combine(day, time(), tzinfo=UTC)
        return cls(end - length, end)

    @property
    def length(self) -> timedelta:
        """The length of the span."""
        return self.end - self.start

    @property
    def weeks(self) -> float:
        """The length in weeks, with a fraction."""
        return self.length / WEEK

    def steps(self, step: timedelta) -> int:
        """Return the number of whole steps in the span."""
        return self.length // step

    def extended(self, earlier: timedelta) -> TimeSpan:
        """Return a span with the same end that starts earlier by this time."""
        return TimeSpan(self.start - earlier, self.end)

    def overlap(self, other: TimeSpan) -> TimeSpan | None:
        """Return the intersection; None if it is empty."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return TimeSpan(start, end) if start < end else None

    def days(self) -> Iterator[date]:
        """Yield every UTC day that the span touches."""
        day = self.start.astimezone(UTC).date()
        while datetime.combine(day, time(), tzinfo=UTC) < self.end:
            yield day
            day += DAY
