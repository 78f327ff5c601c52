"""Raw samples from a server that speaks Prometheus's HTTP API.

An instant query of a range vector gives samples as they were scraped. `increase(x[1m])` in steps
would lose about half of the isolated errors at scrapes of 30 s, and all at 60 s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf
from typing import Final

import httpx
import numpy as np

from reliability.errors import ProviderError
from reliability.history.sources.asking import as_source, ask, open_source_server
from reliability.history.sources.unread import HistogramsNotReadError
from reliability.http.prometheus import MATRIX, Points, data_of, runtime_of
from reliability.http.server import HttpServer
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan

UNITS: Final = {
    "y": timedelta(days=365),
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}

MOST_POINTS: Final = 10_000
"""How many moments are asked of a server at once; Prometheus answers 11,000 at most."""


@dataclass(frozen=True, slots=True)
class PrometheusServer:
    """A `SampleReader` over one server; nothing is ever asked of another host."""

    server: HttpServer

    @property
    def url(self) -> str:
        """The server's address."""
        return self.server.url

    @property
    def client(self) -> httpx.Client:
        """The connections; closed by who opened them."""
        return self.server.client

    @property
    def description(self) -> str:
        """The server's address."""
        return f"prometheus {self.url}"

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """One instant query at the span's end, whose range reaches back to its start.

        Prometheus 2 also gives a sample exactly at the start, which changes nothing.

        Raises:
            HistogramsNotReadError: there are native histograms.
            SourceError: the server does not answer, refuses, or says that its answer is partial.
        """
        seconds = int(span.length.total_seconds())
        query = {"query": f"{selector.text}[{seconds}s]", "time": str(span.end.timestamp())}
        for series in self._matrix(query):
            if series.histograms is not None:
                raise HistogramsNotReadError(
                    f"{selector.text} holds native histograms, which the query API shows without "
                    "their schema"
                )
            yield Counter(series.metric, _samples(series.values))

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterator[Counter]:
        """What the server makes of an expression, at each moment of a grid from the span's start.

        Raises:
            SourceError: as `counters`.
        """
        start = span.start
        while start < span.end:
            end = min(start + MOST_POINTS * every, span.end)
            grid = {"start": str(start.timestamp()), "end": str((end - every).timestamp())}
            query = {"query": expression, "step": f"{every.total_seconds():g}", **grid}
            for series in self._matrix(query, "/api/v1/query_range"):
                yield Counter(series.metric, _samples(series.values))
            start = end

    def retention(self) -> timedelta | None:
        """How far back the server keeps samples; None where it does not say.

        Prometheus says it in its runtime information, as `15d` or `15d or 10GiB`.
        """
        try:
            stated = str(runtime_of(self.server).get("storageRetention"))
        except ProviderError:
            return None
        lengths = (length_of(part.strip()) for part in stated.split(" or "))
        return next((length for length in lengths if length is not None), None)

    def _matrix(self, query: dict[str, str], path: str = "/api/v1/query") -> list[Points]:
        reply = ask(self.server, path, query)
        with as_source():
            return data_of(reply, MATRIX).result


def open_prometheus(
    url: str, authorization: str | None, tenant: str | None = None, until: float = inf
) -> PrometheusServer:
    """A client of one server, without proxies of the environment, that follows no redirect.

    Each answer ends at `until`, a moment of the monotonic clock.
    """
    headers = {"Authorization": authorization, "X-Scope-OrgID": tenant}
    given = {name: value for name, value in headers.items() if value}
    server = open_source_server(url, given)
    return PrometheusServer(replace(server, bounds=replace(server.bounds, until=until)))


def length_of(text: str) -> timedelta | None:
    """A length as Prometheus writes it, `2w1d`; None for a size."""
    if not re.fullmatch(r"(\d+(ms|[ywdhms]))+", text):
        return None
    parts = re.findall(r"(\d+)(ms|[ywdhms])", text)
    try:
        return sum((int(number) * UNITS[unit] for number, unit in parts), timedelta(0))
    except (OverflowError, ValueError):
        return None


def _samples(pairs: list[tuple[float, float]]) -> Samples:
    table = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return Samples(np.rint(table[:, 0] * 1000).astype(np.int64), table[:, 1].copy())
