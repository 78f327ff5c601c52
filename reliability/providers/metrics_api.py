"""Queries of `check --live` to the HTTP API of a metrics server, in few requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from math import isfinite
from typing import Final, TypeVar
from urllib.parse import quote

import httpx

from reliability.check.facts.live import Observed
from reliability.check.index.selected import NAME, quoted
from reliability.errors import ProviderError
from reliability.http.bounds import MEBIBYTE, Allowance, AnswerBounds
from reliability.http.prometheus import (
    OBJECT,
    QuestionRefusedError,
    Sample,
    data_of,
    instant,
    label_values,
)
from reliability.http.reply import TooLargeError, UnexpectedReplyError
from reliability.http.server import HttpServer, open_client

TARGET: Final = "--live"
LATELY: Final = timedelta(days=7)
TIMEOUT: Final = 10.0
TOGETHER: Final = 480.0
"""Seconds that all responses may take together, summed over the four requests in flight."""

LARGEST: Final = 16 * MEBIBYTE
LONGEST_QUERY: Final = 6_000
"""Characters of a URL-encoded expression; proxies accept 8 KiB for the head of a request."""
IN_FLIGHT: Final = 4
LENGTH: Final = re.compile(r"(\d+)(ms|[ywdhms])")
UNITS: Final = {"y": 31_536_000, "w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
COUNT: Final = "count({0})"
SAMPLES: Final = (
    "max(count_over_time({0}[1h]) and count_over_time({0}[15m] offset 1h) "
    "and count_over_time({0}[15m]))"
)
"""Samples of a series in the last hour, if it also has some just before that hour and just now.

A series that began or ended within the hour would give too long an interval.
"""
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class MetricsApi:
    """A `MetricServer` over HTTP; `now` is the time of all queries."""

    server: HttpServer
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def ensure_ready(self) -> None:
        """Ensure that the server evaluates PromQL.

        Raises:
            ProviderError: it does not.
        """
        self._instant("vector(1)", self.now)

    def known(self, names: Sequence[str]) -> frozenset[str]:
        """See `MetricServer`; one request has a few dozen names."""
        parts = batches(names, lambda name: len(quote(quoted(re.escape(name)))) + 3)
        asked = [(NAME, f"{{{NAME}=~{quoted('|'.join(map(re.escape, part)))}}}") for part in parts]
        name_sets = self.values(asked)
        whole: list[frozenset[str]] = []
        for part, present in zip(parts, name_sets, strict=True):
            whole.append(frozenset(part) if present is None else present)
        return frozenset().union(*whole)

    def observed(self, selectors: Sequence[str]) -> Sequence[Observed | None]:
        """See `MetricServer`; two queries per selector, many selectors in one request."""
        counts = self._numbers(COUNT, selectors)
        samples = self._numbers(SAMPLES, selectors)
        return [
            None if count is None else Observed(int(count), interval_of(number))
            for count, number in zip(counts, samples, strict=True)
        ]

    def values(self, asked: Sequence[tuple[str, str]]) -> Sequence[frozenset[str] | None]:
        """See `MetricServer`; one request per pair. None: it is refused, or too large."""
        return self._each(self._values, asked)

    def retention(self) -> timedelta | None:
        """See `MetricServer`; from the runtime information, else from the flags.

        A retention by size alone is not a duration, and returns None.
        """
        for path, key in (
            ("/api/v1/status/runtimeinfo", "storageRetention"),
            ("/api/v1/status/flags", "storage.tsdb.retention.time"),
        ):
            reply = self.server.get(path)
            if not reply.is_success:
                continue

            with advised():
                stated = data_of(reply, OBJECT).get(key)
            lengths = (length_of(limit.strip()) for limit in str(stated).split(" or "))
            duration = next((length for length in lengths if length), None)
            if duration is not None:
                return duration
        return None

    def holds(self, names: Sequence[str], age: timedelta) -> bool | None:
        """See `MetricServer`; one query for a sample in the hour that ends `age` ago."""
        pattern = quoted("|".join(map(re.escape, names)))
        # An hour and not an instant: a single moment can fall into a gap of the scrapes.
        query = f"count(last_over_time({{{NAME}=~{pattern}}}[1h]))"
        try:
            return bool(self._instant(query, self.now - age))
        except QuestionRefusedError:
            return None

    def _values(self, asked: tuple[str, str]) -> frozenset[str] | None:
        label, selector = asked
        since = {"start": _stamp(self.now - LATELY), "end": _stamp(self.now)}
        try:
            with advised():
                return frozenset(label_values(self.server, label, {"match[]": selector, **since}))
        except (QuestionRefusedError, TooLargeError):
            return None

    def _numbers(self, form: str, selectors: Sequence[str]) -> list[float | None]:
        """Return the result of a query template for each selector.

        It is 0 if there is no series, and None if the server refuses it or it is not finite.
        """
        parts = batches(selectors, lambda text: len(quote(form.format(text))) + 60)
        return [number for part in self._each(partial(self._part, form), parts) for number in part]

    def _part(self, form: str, selectors: Sequence[str]) -> list[float | None]:
        """Evaluate all selectors in one query; in halves if the server refuses it."""
        generator = (
            # The index becomes a label, so that one answer to many questions can be taken apart:
            # `or` drops equal label sets.
            f'label_replace({form.format(text)},"asked","{index}","","")'
            for index, text in enumerate(selectors)
        )
        try:
            lines = self._instant(" or ".join(generator), self.now)
        except QuestionRefusedError:
            if len(selectors) == 1:
                return [None]
            # One refused selector refuses the whole query, so halves find it in about 2 log n
            # queries.
            half = len(selectors) // 2
            return self._part(form, selectors[:half]) + self._part(form, selectors[half:])

        numbers = {line.metric.get("asked"): line.value[1] for line in lines}
        counts = (numbers.get(str(index), 0.0) for index in range(len(selectors)))
        return [count if isfinite(count) else None for count in counts]

    def _instant(self, query: str, at: datetime) -> list[Sample]:
        with advised():
            return instant(self.server, query, at.timestamp())

    def _each(self, ask: Callable[[T], R], asked: Sequence[T]) -> list[R]:
        """Send a few requests at a time; a failure cancels those that have not begun."""
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            begun = [pool.submit(ask, name) for name in asked]
            try:
                return [future.result() for future in begun]
            except ProviderError:
                pool.shutdown(cancel_futures=True)
                raise


@contextmanager
def open_metrics(
    url: str,
    authorization: str | None = None,
    *,
    transport: httpx.BaseTransport | None = None,
) -> Iterator[MetricsApi]:
    """Open a server by its URL, which may contain a user and a password; they are never printed.

    `authorization` is the value of the `Authorization` header, and replaces them.

    Raises:
        ProviderError: the URL is not valid.
    """
    try:
        written = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ProviderError(f"{TARGET}: the URL has no valid host") from error

    bare = written.copy_with(userinfo=b"")
    # Credentials of the URL leave it before anything is logged, and go into a header.
    basic = written.userinfo and not authorization
    client = open_client(
        str(bare),
        {"Authorization": authorization} if authorization else {},
        transport=transport,
        auth=(written.username, written.password) if basic else None,
    )

    bounds = AnswerBounds(longest=TIMEOUT, largest=LARGEST, together=Allowance(TOGETHER))
    with client:
        yield MetricsApi(
            HttpServer(target=TARGET, url=str(bare).rstrip("/"), client=client, bounds=bounds)
        )


@contextmanager
def advised() -> Iterator[None]:
    """Add advice to the error of a response that does not come from a Prometheus API."""
    try:
        yield
    except UnexpectedReplyError as error:
        raise ProviderError(f"{error}; write the URL without /api/v1") from error


def batches(items: Sequence[str], size: Callable[[str], int]) -> list[list[str]]:
    """Split items into batches that fit into one request each, in order."""
    chunks: list[list[str]] = []
    room = 0
    for item in items:
        needed = size(item)
        if needed > room:
            chunks.append([])
            room = LONGEST_QUERY
        chunks[-1].append(item)
        room -= needed

    return chunks


def interval_of(samples: float | None) -> timedelta | None:
    """Return the scrape interval for a number of samples per hour; None for fewer than two.

    It is rounded to whole seconds, and to multiples of five seconds from ten seconds up.
    """
    if not samples or samples < 2:
        return None
    seconds = 3600 / samples
    return timedelta(seconds=round(seconds) if seconds < 10 else 5 * round(seconds / 5))


def length_of(text: str) -> timedelta | None:
    """Convert a duration in Prometheus' notation, `2w1d`; None for a size or any other text."""
    parts = LENGTH.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return timedelta(seconds=sum(int(number) * UNITS[unit] for number, unit in parts))


def _stamp(at: datetime) -> str:
    return f"{at.timestamp():.3f}"
