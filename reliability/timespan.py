"""A span of time with both ends, and the arithmetic that history and backtest share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, order=True)
class TimeSpan:
    """From `start` until just before `end`, both aware."""

    start: datetime
    end: datetime

    @classmethod
    def before(cls, day: date, length: timedelta) -> TimeSpan:
        """The `length` before that day's midnight UTC."""
        end = datetime.combine(day, time(), tzinfo=UTC)
        return cls(end - length, end)

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    @property
    def weeks(self) -> float:
        """How many weeks it holds, a fraction."""
        return self.length / WEEK

    def steps(self, step: timedelta) -> int:
        """How many whole steps it holds."""
        return self.length // step

    def extended(self, earlier: timedelta) -> TimeSpan:
        """The same end, and a start that lies earlier."""
        return TimeSpan(self.start - earlier, self.end)

    def overlap(self, other: TimeSpan) -> TimeSpan | None:
        """Return the intersection; None if it is empty."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return TimeSpan(start, end) if start < end else None

    def days(self) -> Iterator[date]:
        """Every UTC day that it touches."""
        day = self.start.astimezone(UTC).date()
        while datetime.combine(day, time(), tzinfo=UTC) < self.end:
            yield day
            day += DAY
