"""Fills the history store: fetches what is missing in chunks, and writes day by day.

Written files record the span that they cover, so an interrupted pull resumes where it stopped. The
last covered hour is fetched again, because samples may arrive late (remote write, slow scrapes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import groupby
from typing import Final, TypeAlias

from reliability.arrays import FloatArray
from reliability.errors import SourceError
from reliability.history.covered import chunks, missing
from reliability.history.definition import Definition
from reliability.history.family import Family
from reliability.history.increments import LONGEST_GAP, added, increments, interval_of
from reliability.history.month import Column, MinuteCounts, Month, longer, months
from reliability.progress import stepped
from reliability.promql.samples import Counter, SampleReader
from reliability.timespan import TimeSpan

FETCHED_AGAIN: Final = timedelta(hours=1)
MAX_LABEL_SETS: Final = 1000

Booked: TypeAlias = MinuteCounts | Mapping[Column, FloatArray]
"""The counts by minute of a span."""

Piece: TypeAlias = tuple[TimeSpan, Mapping[Column, FloatArray], TimeSpan]
"""The span to store, the counts of that span and its surroundings, and the span of the counts."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The length of one chunk, and the number of chunks that are fetched concurrently."""

    chunk: timedelta = timedelta(hours=6)
    concurrency: int = 4


def pull(
    family: Family, definition: Definition, reader: SampleReader, span: TimeSpan, pace: Pace
) -> int:
    """Fetch and store the missing parts of a span; return the number of chunks.

    Raises:
        SourceError: the reader fails; days that were stored before stay stored.
    """
    booking = CountSource(lambda chunk: book(definition, reader, chunk), reader.description)
    return fill(family, booking, span, pace=pace)


@dataclass(frozen=True, slots=True)
class CountSource:
    """A function that returns the counts by minute of a span, and its description."""

    of: Callable[[TimeSpan], Booked]
    source: str


def fill(family: Family, booking: CountSource, span: TimeSpan, pace: Pace) -> int:
    """Store the missing parts of a span, day by day, from any source of counts by minute.

    Return the number of chunks.

    Raises:
        SourceError: the source fails; days that were stored before stay stored.
    """
    wanted = list(_wanted(family, span, pace.chunk))
    days = [list(of_day) for _, of_day in groupby(wanted, lambda chunk: chunk.start.date())]
    with ThreadPoolExecutor(pace.concurrency) as threads:
        for day in stepped("fetching days", days, len(days)):
            keep(family, zip(day, threads.map(booking.of, day), strict=True), booking.source)

    family.compact()
    return len(wanted)


def _wanted(family: Family, span: TimeSpan, chunk: timedelta) -> Iterator[TimeSpan]:
    covered = family.covered(span)
    if covered:
        *before, last = covered
        settled = TimeSpan(last.start, max(last.start, last.end - FETCHED_AGAIN))
        covered = (*before, settled)
    for hole in missing(span, covered):
        yield from chunks(hole, chunk)


def book(definition: Definition, reader: SampleReader, span: TimeSpan) -> MinuteCounts:
    """Return the increments of each minute of a span, for each set of kept labels.

    Raises:
        SourceError: the reader fails, or the SLI has more than `MAX_LABEL_SETS` sets of labels.
    """
    around = TimeSpan(span.start - LONGEST_GAP, span.end + LONGEST_GAP)
    booked: dict[Column, FloatArray] = {}
    intervals: list[timedelta | None] = []

    for index, selector in enumerate(definition.selectors):
        counters = list(reader.counters(selector, around))
        intervals.append(interval_of(candidate.samples for candidate in counters))
        for counter in counters:
            column = Column(index, _kept(counter, definition))
            counted = increments(counter.samples, span)
            booked[column] = added(booked[column], counted) if column in booked else counted

    if len(booked) > MAX_LABEL_SETS:
        raise SourceError(
            f"{len(booked)} sets of labels in one SLI, and {MAX_LABEL_SETS} are kept at most; "
            "take labels out of keepLabels in policies/history.yaml"
        )

    return MinuteCounts(booked, reduce(longer, intervals, None))


def _kept(counter: Counter, definition: Definition) -> tuple[tuple[str, str], ...]:
    kept = ((name, counter.labels[name]) for name in definition.keep if name in counter.labels)
    return tuple(sorted(kept))


def keep(
    family: Family,
    booked: Iterable[tuple[TimeSpan, Booked]],
    source: str,
) -> None:
    """Write chunks as parts, one for each month that they touch."""
    by_month: dict[date, list[Piece]] = {}
    interval: timedelta | None = None
    for chunk, minutes in booked:
        counted = minutes.columns if isinstance(minutes, MinuteCounts) else minutes
        interval = longer(interval, minutes.interval if isinstance(minutes, MinuteCounts) else None)
        for first, part in months(chunk):
            by_month.setdefault(first, []).append((part, counted, chunk))

    for pieces in by_month.values():
        start, end = min(piece[0].start for piece in pieces), max(piece[0].end for piece in pieces)
        month = Month(span=TimeSpan(start, end), source=source, interval=interval)
        for piece in pieces:
            month.replace(*piece)
        family.add(month)
