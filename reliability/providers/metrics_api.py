"""`GET /api/v1/...` of a server of metrics: what `check --live` asks, in few requests."""

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
"""Seconds of all answers, of which four are read at a time."""

LARGEST: Final = 16 * MEBIBYTE
LONGEST_QUERY: Final = 6_000
"""Characters of an expression as it stands in a URL; proxies take 8 KiB for a request's head."""
IN_FLIGHT: Final = 4
LENGTH: Final = re.compile(r"(\d+)(ms|[ywdhms])")
UNITS: Final = {"y": 31_536_000, "w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
COUNT: Final = "count({0})"
SAMPLES: Final = (
    "max(count_over_time({0}[1h]) and count_over_time({0}[15m] offset 1h) "
    "and count_over_time({0}[15m]))"
)
"""The samples of the last hour of a series that was there before it and is there now."""
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class MetricsApi:
    """A `MetricServer` over HTTP; `now` is the moment that it is asked about."""

    server: HttpServer
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def ensure_ready(self) -> None:
        """Make sure that this is a server of metrics at all.

        Raises:
            ProviderError: it is not.
        """
        self._instant("vector(1)", self.now)

    def known(self, names: Sequence[str]) -> frozenset[str]:
        """A request for each few dozen names."""
        parts = batches(names, lambda name: len(quote(quoted(re.escape(name)))) + 3)
        asked = [(NAME, f"{{{NAME}=~{quoted('|'.join(map(re.escape, part)))}}}") for part in parts]
        name_sets = self.values(asked)
        whole: list[frozenset[str]] = []
        for part, present in zip(parts, name_sets, strict=True):
            whole.append(frozenset(part) if present is None else present)
        return frozenset().union(*whole)

    def observed(self, selectors: Sequence[str]) -> Sequence[Observed | None]:
        """Two questions for each selector, many in one request."""
        counts = self._numbers(COUNT, selectors)
        samples = self._numbers(SAMPLES, selectors)
        return [
            None if count is None else Observed(int(count), interval_of(number))
            for count, number in zip(counts, samples, strict=True)
        ]

    def values(self, asked: Sequence[tuple[str, str]]) -> Sequence[frozenset[str] | None]:
        """A request for each pair; None where the server refuses or the answer is too large."""
        return self._each(self._values, asked)

    def retention(self) -> timedelta | None:
        """From the runtime information, else from the flags; a size alone says nothing."""
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
        """One query at the end of an hour in which a sample would count."""
        pattern = quoted("|".join(map(re.escape, names)))
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
        """The number of each selector in a form; 0 where there is no series, None if refused."""
        parts = batches(selectors, lambda text: len(quote(form.format(text))) + 60)
        return [number for part in self._each(partial(self._part, form), parts) for number in part]

    def _part(self, form: str, selectors: Sequence[str]) -> list[float | None]:
        """All in one query; in halves where the server refuses it."""
        generator = (
            f'label_replace({form.format(text)},"asked","{index}","","")'
            for index, text in enumerate(selectors)
        )
        try:
            lines = self._instant(" or ".join(generator), self.now)
        except QuestionRefusedError:
            if len(selectors) == 1:
                return [None]
            half = len(selectors) // 2
            return self._part(form, selectors[:half]) + self._part(form, selectors[half:])

        numbers = {line.metric.get("asked"): line.value[1] for line in lines}
        counts = (numbers.get(str(index), 0.0) for index in range(len(selectors)))
        return [count if isfinite(count) else None for count in counts]

    def _instant(self, query: str, at: datetime) -> list[Sample]:
        with advised():
            return instant(self.server, query, at.timestamp())

    def _each(self, ask: Callable[[T], R], asked: Sequence[T]) -> list[R]:
        """A few at a time; what is not begun when one fails is never sent."""
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
    """A server by its address, in which a user and a password may stand; they are never printed.

    `authorization` is sent as such, in their place.

    Raises:
        ProviderError: the address cannot be read.
    """
    try:
        written = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ProviderError(f"{TARGET}: the URL has no valid host") from error

    bare = written.copy_with(userinfo=b"")
    basic = written.userinfo and not authorization
    client = open_client(
        str(bare),
        {"Authorization": authorization} if authorization else {},
        transport=transport,
        auth=(written.username, written.password) if basic else None,
    )

    bounds = AnswerBounds(TIMEOUT, LARGEST, together=Allowance(TOGETHER))
    with client:
        yield MetricsApi(
            HttpServer(target=TARGET, url=str(bare).rstrip("/"), client=client, bounds=bounds)
        )


@contextmanager
def advised() -> Iterator[None]:
    """Add what to do to the error of an answer that is not Prometheus'."""
    try:
        yield
    except UnexpectedReplyError as error:
        raise ProviderError(f"{error}; write the URL without /api/v1") from error


def batches(items: Sequence[str], size: Callable[[str], int]) -> list[list[str]]:
    """The items in order, as many at once as fit into one request."""
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
    """The time between two samples of so many an hour, in steps of five seconds above ten."""
    if not samples or samples < 2:
        return None
    seconds = 3600 / samples
    return timedelta(seconds=round(seconds) if seconds < 10 else 5 * round(seconds / 5))


def length_of(text: str) -> timedelta | None:
    """A length as Prometheus writes it, `2w1d`; None for a size and for none at all."""
    parts = LENGTH.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return timedelta(seconds=sum(int(number) * UNITS[unit] for number, unit in parts))


def _stamp(at: datetime) -> str:
    return f"{at.timestamp():.3f}"
