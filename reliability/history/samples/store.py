"""`SampleStore`: raw samples of the selectors that rules read, one file for each day.

`samples.json` lists the stored selectors and those left out. A selector is answered from a stored
one that matches all of its series, so that a change of its matchers can still be replayed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from reliability.errors import SourceError
from reliability.git import top_of
from reliability.history.samples.day_file import read_day
from reliability.promql.evaluate.semantics import LOOKBACK, Ranges, Semantics
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import METRIC_NAME, Selector
from reliability.timespan import DAY, EPOCH, TimeSpan
from reliability.writing import replace

NAMED: Final = 20
"""Stored selectors that a report names."""

INDEX: Final = "samples.json"
FOLDER: Final = ".reliability/samples"
"""The folder of the store, below the folder in which a command runs."""


MILLISECOND: Final = timedelta(milliseconds=1)


class NotRecordedError(SourceError):
    """The store has no series of this name; a rule records it, so it can be computed."""


class IndexPart(BaseModel):
    """A part of the index; an unknown key is an error, because only a newer version writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HeldSelector(IndexPart):
    """A selector with stored samples; `series` is the number on its largest day."""

    selector: str
    series: int
    size: int


class LeftOut(IndexPart):
    """A selector without stored samples, and the reason."""

    selector: str
    reason: str


class SampleIndex(IndexPart):
    """The content of a store: whole days in UTC from `first` to `last`, inclusive.

    The last `days` of them are for the replay, those before are for ranges that look back. Nothing
    was evaluated before `begins`, the first sample of `up`; null if that is not known. `ranges` and
    `lookback_seconds` are those of the server.
    """

    version: Literal[1] = 1
    first: date
    last: date
    days: int
    begins: datetime | None = None
    ranges: Ranges = Ranges.LEFT_OPEN
    lookback_seconds: float = LOOKBACK.total_seconds()
    held: tuple[HeldSelector, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def span(self) -> TimeSpan:
        """The span of all days."""
        return TimeSpan(start_of(self.first), start_of(self.last) + DAY)

    @property
    def how(self) -> Semantics:
        """How the server evaluates that the samples are from."""
        return Semantics(self.ranges, lookback=timedelta(seconds=self.lookback_seconds))

    @property
    def notes(self) -> Iterator[str]:
        """The selectors that are stored and those that are not, as lines of a report."""
        full = [held for held in self.held if held.series]
        names = ", ".join(held.selector for held in full[:NAMED]) or "no selector"
        more = f" and {len(full) - NAMED} more selectors" if len(full) > NAMED else ""
        empty = len(self.held) - len(full)
        without = f"; selectors without series: {empty:,}" if empty else ""
        series = sum(held.series for held in full)
        yield f"stored: {series:,} series of {names}{more}{without}"
        for left_out in self.left_out:
            yield f"not stored: {left_out.selector}: {left_out.reason}"


def start_of(day: date) -> datetime:
    """Return the midnight in UTC at which a day begins."""
    return EPOCH + (day - EPOCH.date())


@dataclass(frozen=True)
class SampleStore:
    """A folder with stored samples; a `SampleReader` of everything in it.

    `recorded` are names of series that rules of the change record.
    """

    folder: Path
    recorded: frozenset[str] = field(default=frozenset(), kw_only=True)

    @cached_property
    def top(self) -> Path | None:
        """The repository around the store, in which no link is followed; None if there is none."""
        return top_of(self.folder.parent)

    @cached_property
    def index(self) -> SampleIndex:
        """The index of the store.

        Raises:
            SourceError: it cannot be read, or a newer version of reliability wrote it.
        """
        path = self.folder / INDEX
        try:
            return SampleIndex.model_validate_json(path.read_bytes())
        except OSError as error:
            raise SourceError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
        except ValidationError as error:
            raise SourceError(f"{path} is not an index of samples of version 1") from error

    def write(self, index: SampleIndex) -> None:
        """Write the index in one step.

        Raises:
            OSError: it cannot be written, or a link of the repository leads elsewhere.
        """
        text = json.dumps(index.model_dump(mode="json"), indent=1)
        replace(self.folder / INDEX, f"{text}\n".encode(), self.top)

    def path(self, selector: Selector, day: date) -> Path:
        """Return the file of a selector's day."""
        digest = hashlib.sha256(selector.text.encode()).hexdigest()[:20]
        return self.folder / digest / f"{day}.parquet"

    @property
    def description(self) -> str:
        """The last stored day; the URL of the server must not be in a public comment."""
        return f"samples stored until {self.index.last}"

    @cached_property
    def _held(self) -> tuple[Selector, ...]:
        return tuple(Selector.parse(held.selector) for held in self.index.held)

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """Yield the counters that match, cut to the span.

        Raises:
            NotRecordedError: the selector is not stored, and a rule records its series.
            SourceError: the selector is not stored, or a file cannot be read.
        """
        covering = [held for held in self._held if held.covers(selector)]
        if not covering:
            if self._is_recorded(selector):
                raise NotRecordedError(self._why_not(selector))
            raise SourceError(self._why_not(selector))
        stored = max(covering, key=lambda held: len(held.matchers))

        parts: dict[tuple[tuple[str, str], ...], list[Samples]] = {}
        for day in self._days(span):
            for counter in read_day(self.path(stored, day)):
                if selector.matches(counter.labels):
                    key = tuple(sorted(counter.labels.items()))
                    parts.setdefault(key, []).append(_cut(counter.samples, span))
        for labels, samples in parts.items():
            yield Counter(dict(labels), _joined(samples))

    def _days(self, span: TimeSpan) -> Iterator[date]:
        """Yield the stored days of a span.

        A file has the samples after midnight, up to and including the next midnight.
        """
        within = self.index.span.overlap(span)
        if within is None:
            return
        day = within.start.astimezone(UTC).date()
        while start_of(day) < within.end:
            yield day
            day += DAY

    def _is_recorded(self, selector: Selector) -> bool:
        return any(
            matcher.label == METRIC_NAME and matcher.value in self.recorded
            for matcher in selector.matchers
        )

    def _why_not(self, selector: Selector) -> str:
        for left_out in self.index.left_out:
            if Selector.parse(left_out.selector).covers(selector):
                return f"no history of {selector.text}: {left_out.reason}"
        return f"no history of {selector.text}: no rule of the default branch reads it"


def _cut(samples: Samples, span: TimeSpan) -> Samples:
    start, end = ((moment - EPOCH) // MILLISECOND for moment in (span.start, span.end))
    within = (samples.times > start) & (samples.times <= end)
    histograms = None if samples.histograms is None else samples.histograms[within]
    return Samples(samples.times[within], samples.values[within], histograms)


def _joined(parts: list[Samples]) -> Samples:
    times = np.concatenate([part.times for part in parts])
    values = np.concatenate([part.values for part in parts])
    if all(part.histograms is None for part in parts):
        return Samples(times, values)
    histograms = [
        np.full(len(part.times), None, dtype=object) if part.histograms is None else part.histograms
        for part in parts
    ]
    return Samples(times, values, np.concatenate(histograms))
