"""`RawSampleServer`: raw samples for a replay by remote read, else by the query API, within limits.

The query API has no stale markers, and native histograms without their schema. Whatever is fetched
is counted before, so that a selector of a million series costs one small request.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, TypeVar

from reliability.history.covered import chunks
from reliability.history.sources.answers import AnswerCache
from reliability.history.sources.origins import QUERY_API, REMOTE_READ
from reliability.history.sources.parts import joined
from reliability.history.sources.prometheus import MOST_POINTS, PrometheusServer
from reliability.history.sources.remote_read.counts import DecodingCounts
from reliability.history.sources.remote_read.server import (
    RemoteReadRefusedError,
    RemoteReadServer,
    SelectorNotReadError,
)
from reliability.history.sources.unread import TooManySeriesError
from reliability.promql.samples import Counter, SampleReader
from reliability.promql.selector import METRIC_NAME, Selector, SelectorMatcher
from reliability.timespan import DAY, HOUR, TimeSpan

T = TypeVar("T")
R = TypeVar("R")
HOURS_OF_DAY: Final = 24
WORKERS: Final = 4
"""Requests to a server at a time."""

COUNTED: Final = "reliability_counts"
"""The label that tells the figures of one request apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLimits:
    """How much of one selector is fetched: 30 million samples take half a gigabyte of memory.

    So do 8 million buckets of native histograms. What remote read answers is counted as well.
    One answer of remote read has about `of_remote_read` samples, of 18 bytes each, and one of the
    query API about `of_query`, of 25 bytes of JSON each and more as Python objects.
    """

    series: int = 5_000
    samples: int = 30_000_000
    buckets: int = 8_000_000
    of_remote_read: int = 4_000_000
    of_query: int = 1_000_000


UNLIMITED: Final = SampleLimits(series=sys.maxsize, samples=sys.maxsize, buckets=sys.maxsize)
"""For SLIs and signals that a repository declares, which `check` and `status` read as well."""


@dataclass(frozen=True, slots=True)
class SelectorSize:
    """How many series a selector has at a time, and about how many samples a day.

    `owned` is how many have a label of the name of an external label themselves.
    """

    series: int
    samples: int
    owned: int


@dataclass(slots=True, kw_only=True)
class RawSampleServer:
    """A `SampleReader` and an `ExpressionReader` over one server.

    `origins` says for each selector that was read by which API; `refusal` why it was not by remote
    read. Nothing is read by remote read once the server has refused it.
    """

    server: PrometheusServer
    limits: SampleLimits = field(default_factory=SampleLimits)
    cache: AnswerCache | None = None
    remote: RemoteReadServer | None = None
    refusal: str = ""
    origins: dict[Selector, str] = field(default_factory=dict)
    has_answered: bool = False

    @classmethod
    def of(cls, server: PrometheusServer, cache: AnswerCache | None = None) -> RawSampleServer:
        """Open a server, by remote read if it says which external labels it adds."""
        try:
            return cls(server=server, cache=cache, remote=RemoteReadServer.of(server.server))
        except RemoteReadRefusedError as refusal:
            return cls(server=server, cache=cache, refusal=str(refusal))

    def at_most(self, series: int) -> RawSampleServer:
        """Return the same server with another limit of series of one selector."""
        self.limits = replace(self.limits, series=series)
        return self

    @property
    def description(self) -> str:
        """The server's address."""
        return self.server.description

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """The samples after the span's start, up to and with its end, in as few requests as fit.

        Raises:
            TooManySeriesError: the selector has more series or samples than the limits allow.
            SourceError: the server does not answer, or refuses.
        """
        size = self._size(selector, span)
        self._ensure_few(selector, size, span)
        if self.remote is not None and not size.owned:
            try:
                counters = self._parts(
                    replace(self.remote, counts=self._counts()),
                    selector,
                    span,
                    size.samples / self.limits.of_remote_read,
                )
            except RemoteReadRefusedError as refusal:
                self._refused(refusal)
            else:
                self.has_answered = True
                self.origins[selector] = REMOTE_READ
                yield from counters
                return

        counters = self._parts(self.server, selector, span, size.samples / self.limits.of_query)
        self.origins[selector] = QUERY_API
        yield from counters

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterator[Counter]:
        """The values at each moment of a grid from the span's start, before its end.

        The span is asked in parts between fixed moments, each at most once: after an interruption
        the parts that were answered are in the cache.

        Raises:
            SourceError: the server does not answer, refuses, or says that its answer is partial.
        """
        parts = list(chunks(span, _length(every)))
        yield from joined(
            counter
            for answer in at_once(lambda part: self._answer(expression, part, every), parts)
            for counter in answer
        )

    def _answer(self, expression: str, span: TimeSpan, every: timedelta) -> tuple[Counter, ...]:
        question = (self.server.url, expression, span, every)
        known = self.cache.read(question) if self.cache else None
        if known is None:
            known = tuple(self.server.evaluated(expression, span, every))
            if self.cache:
                self.cache.write(question, known)
        return known

    def _size(self, selector: Selector, span: TimeSpan) -> SelectorSize:
        """Count once for each day, at its end: a moment's series, and an hour's samples."""
        figures = {"series": selector.text, "samples": _samples_an_hour(selector)}
        external = sorted(self.remote.external) if self.remote else []
        if external:
            figures["owned"] = " or ".join(_having(selector, label).text for label in external)
        expression = " or ".join(
            f'label_replace({"sum" if name == "samples" else "count"}({what}), "{COUNTED}", '
            f'"{name}", "", "")'
            for name, what in figures.items()
        )

        days = -(-span.length // DAY)
        ends = TimeSpan(span.end - (days - 1) * DAY, span.end + DAY)
        counts = {
            counter.labels.get(COUNTED, ""): int(counter.samples.values.max(initial=0))
            for counter in self.server.evaluated(expression, ends, DAY)
        }
        return SelectorSize(
            series=counts.get("series", 0),
            samples=counts.get("samples", 0) * HOURS_OF_DAY,
            owned=counts.get("owned", 0),
        )

    def _ensure_few(self, selector: Selector, size: SelectorSize, span: TimeSpan) -> None:
        if size.series > self.limits.series:
            raise TooManySeriesError(
                f"{selector.text} selects {size.series:,} series; the limit is "
                f"{self.limits.series:,}",
                size.series,
            )
        samples = int(size.samples * (span.length / DAY))
        if samples > self.limits.samples:
            raise TooManySeriesError(
                f"{selector.text} selects {size.series:,} series with {samples:,} samples; the "
                f"limit is {self.limits.samples:,} samples",
                size.series,
            )

    def _parts(
        self, reader: SampleReader, selector: Selector, span: TimeSpan, answers_a_day: float
    ) -> tuple[Counter, ...]:
        """Everything of a span, in parts of whole hours of which none is too large."""
        hours = max(int(HOURS_OF_DAY / answers_a_day), 1) if answers_a_day else 0
        parts = list(_split(span, hours * HOUR)) if hours else [span]
        answers = at_once(lambda part: tuple(reader.counters(selector, part)), parts)
        return tuple(joined(counter for answer in answers for counter in answer))

    def _counts(self) -> DecodingCounts:
        limits = self.limits
        return DecodingCounts(
            most_series=limits.series, most_samples=limits.samples, most_buckets=limits.buckets
        )

    def _refused(self, refusal: RemoteReadRefusedError) -> None:
        """Use the query API: for this selector, or for all if remote read never answered."""
        self.refusal = str(refusal)
        if not self.has_answered and not isinstance(refusal, SelectorNotReadError):
            self.remote = None


def _samples_an_hour(selector: Selector) -> str:
    """An expression whose sum is about how many samples there are an hour.

    `count_over_time` takes the names away, and then fails if metrics have the same labels. Without
    a name, one sample in 15 s is assumed.
    """
    if any((one.label, one.operator) == (METRIC_NAME, "=") for one in selector.matchers):
        return f"count_over_time({selector.text}[1h])"
    return f"4 * sum_over_time(count({selector.text})[1h:1m])"


def _having(selector: Selector, label: str) -> Selector:
    return Selector((*selector.matchers, SelectorMatcher(label, "!=", "")))


def _split(span: TimeSpan, length: timedelta) -> Iterator[TimeSpan]:
    start = span.start
    while start < span.end:
        end = min(start + length, span.end)
        yield TimeSpan(start, end)
        start = end


def _length(every: timedelta) -> timedelta:
    """How long a part of a range query is: whole days or hours with at most so many points."""
    longest = MOST_POINTS * every
    for unit in (DAY, HOUR):
        if longest >= unit:
            return longest // unit * unit
    return longest


def at_once(work: Callable[[T], R], items: list[T]) -> Iterator[R]:
    """Yield the results in order, of at most `WORKERS` requests at a time."""
    pool = ThreadPoolExecutor(WORKERS)
    try:
        yield from pool.map(work, items)
    finally:
        # After an error or an interruption, nobody waits for the other answers
        pool.shutdown(wait=False, cancel_futures=True)
