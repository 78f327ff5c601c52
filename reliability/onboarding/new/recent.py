"""The recent samples of an SLI from a server, fetched once, in chunks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import numpy as np

from reliability.history.increments import MILLISECOND
from reliability.history.sources.direct import DirectHistory
from reliability.onboarding.new.metrics import PrometheusMetrics
from reliability.progress import stepped
from reliability.promql.samples import Counter, ExpressionReader, SampleReader, Samples
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, HOUR, MINUTE, TimeSpan

CHUNK: Final = timedelta(hours=6)
MAX_SERIES_DAYS: Final = 6000
"""The maximum number of series times days to fetch: with more series, fewer days."""


class ServerReader(SampleReader, ExpressionReader, Protocol):
    """Source of raw samples and of values of expressions."""


@dataclass(slots=True)
class RecentSamples:
    """A `ServerReader` that queries another one once for each query, chunk by chunk.

    Queries are limited to `span`.
    """

    reader: ServerReader
    span: TimeSpan
    held: dict[Selector | str, tuple[Counter, ...]] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """The description of the server."""
        return self.reader.description

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """Yield the counters with their samples after the start of a span, to its end."""
        if selector not in self.held:

            def read(chunk: TimeSpan) -> Iterable[Counter]:
                return self.reader.counters(selector, chunk)

            self.held[selector] = tuple(self._fetched(read))
        yield from _within(self.held[selector], span)

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterator[Counter]:
        """Yield the values at each time of a grid from the span's start to before its end."""
        if expression not in self.held:

            def read(chunk: TimeSpan) -> Iterable[Counter]:
                return self.reader.evaluated(expression, chunk, every)

            self.held[expression] = tuple(self._fetched(read))
        just_before = TimeSpan(span.start - MILLISECOND, span.end - MILLISECOND)
        yield from _within(self.held[expression], just_before)

    def _fetched(self, read: Callable[[TimeSpan], Iterable[Counter]]) -> Iterator[Counter]:
        parts: dict[tuple[tuple[str, str], ...], list[Counter]] = {}
        chunks = list(_chunks(self.span))
        for chunk in stepped("fetching the past", chunks, len(chunks)):
            for counter in read(chunk):
                parts.setdefault(tuple(sorted(counter.labels.items())), []).append(counter)

        for pieces in parts.values():
            times = np.concatenate([piece.samples.times for piece in pieces])
            values = np.concatenate([piece.samples.values for piece in pieces])
            _, first = np.unique(times, return_index=True)
            yield Counter(pieces[0].labels, Samples(times[first], values[first]))

    @property
    def history(self) -> DirectHistory:
        """The samples as counts by minute."""
        return DirectHistory(self)


def _within(counters: Iterable[Counter], span: TimeSpan) -> Iterator[Counter]:
    """Yield counters with their samples after the start of a span, to its end."""
    start, end = ((moment - EPOCH) // MILLISECOND for moment in (span.start, span.end))
    for counter in counters:
        times = counter.samples.times
        inside = (times > start) & (times <= end)
        if inside.any():
            samples = Samples(times[inside], counter.samples.values[inside])
            yield Counter(counter.labels, samples)


def _chunks(span: TimeSpan) -> Iterator[TimeSpan]:
    start = span.start
    while start < span.end:
        yield TimeSpan(start, min(start + CHUNK, span.end))
        start += CHUNK


def known_span(metrics: PrometheusMetrics, selector: str, wanted: TimeSpan) -> TimeSpan | None:
    """Return the part of a span in which a counter has samples; shorter if it has many series.

    None if there are no samples.
    """
    counts = list(metrics.points(f"count({selector})", wanted, HOUR))
    counts += metrics.points(f"count({selector})", TimeSpan(wanted.end - HOUR, wanted.end), MINUTE)
    if not counts:
        return None

    series = max(count for _, count in counts)
    longest = timedelta(days=max(1, int(MAX_SERIES_DAYS / series)))
    first = min(at for at, _ in counts)
    late = (first - HOUR) if first > wanted.end - HOUR else first
    start = max(wanted.start, wanted.end - longest, _minute(late - HOUR))

    return TimeSpan(start, wanted.end)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
