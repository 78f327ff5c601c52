"""Minutes of one SLI in memory: one column for each set of labels, NaN if unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

import numpy as np

from reliability.arrays import FloatArray
from reliability.history.covered import merged
from reliability.history.increments import added
from reliability.timespan import MINUTE, TimeSpan

Labels: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """The key of a stored column: the index of the fetched selector, and the kept labels, sorted.

    In files imported as counts, the index is 0 and the label `__name__` is good, bad or total.
    """

    selector: int
    labels: Labels


@dataclass(frozen=True, slots=True)
class MinuteCounts:
    """Counts by minute, and the interval of the samples they come from, if it is known."""

    columns: Mapping[Column, FloatArray]
    interval: timedelta | None = None


@dataclass(slots=True, kw_only=True)
class Month:
    """The columns of a month or of a part of it.

    `span` is the span of the rows, one for each minute. `covered` are the spans that were fetched
    or imported, even if their minutes are unknown. `through` is the number of the last part that a
    month has merged; in a part it is the number of the part itself. `interval` is the interval of
    the samples.
    """

    span: TimeSpan
    columns: dict[Column, FloatArray] = field(default_factory=dict)
    covered: tuple[TimeSpan, ...] = ()
    source: str = ""
    through: int = 0
    interval: timedelta | None = None

    def replace(
        self, span: TimeSpan, counted: Mapping[Column, FloatArray], whole: TimeSpan
    ) -> None:
        """Replace the counts of `span`; a column without new counts becomes unknown there.

        `counted` has one entry for each minute of `whole`, which contains the span.
        """
        here, there = self.part(span), _minutes(whole, span)
        self.columns = {name: writable(column) for name, column in self.columns.items()}
        for column in self.columns.values():
            column[here] = np.nan
        for name, values in counted.items():
            column = self.columns.setdefault(name, self._empty())
            column[here] = added(column[here], values[there])

        self.covered = merged((*self.covered, span))

    def take_in(self, part: Month) -> None:
        """Replace the data of each span that a part covers by the data of the part."""
        for span in part.covered:
            self.replace(span, part.columns, part.span)
        self.source = part.source
        self.interval = longer(self.interval, part.interval)
        self.through = max(self.through, part.through)

    def part(self, span: TimeSpan) -> slice:
        """Return the slice of the rows of a span, which must lie within the month's span."""
        return _minutes(self.span, span)

    def _empty(self) -> FloatArray:
        return np.full(self.span.steps(MINUTE), np.nan)


def longer(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    """Return the longer of two intervals, either of which may be unknown (None)."""
    return max((duration for duration in (one, other) if duration is not None), default=None)


def _minutes(whole: TimeSpan, part: TimeSpan) -> slice:
    return slice((part.start - whole.start) // MINUTE, (part.end - whole.start) // MINUTE)


def writable(values: FloatArray) -> FloatArray:
    """Return the array itself, or a copy if it is read-only, as memory mapped from a file is."""
    return values if values.flags.writeable else values.copy()


def month_span(first: date) -> TimeSpan:
    """Return the span from a month's first midnight UTC to the next month's."""
    start = datetime(first.year, first.month, 1, tzinfo=UTC)
    later = start + timedelta(days=32)
    return TimeSpan(start, datetime(later.year, later.month, 1, tzinfo=UTC))


def months(span: TimeSpan) -> Iterator[tuple[date, TimeSpan]]:
    """Yield the first day of each month that a span touches, with the part of the span in it."""
    start = span.start.astimezone(UTC)
    while start < span.end:
        first = start.date().replace(day=1)
        end = min(month_span(first).end, span.end)
        yield first, TimeSpan(start, end)
        start = end
