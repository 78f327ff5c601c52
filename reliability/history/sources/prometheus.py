"""Raw samples from a server that speaks Prometheus's HTTP API.

An instant query of a range vector gives samples as they were scraped. `increase(x[1m])` in steps
would lose about half of the isolated errors at scrapes of 30 s, and all at 60 s.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx
import numpy as np

from reliability.errors import SourceError
from reliability.history.increments import Samples
from reliability.history.selector import Selector
from reliability.history.sources.asking import ask, open_client
from reliability.history.sources.samples import Counter
from reliability.history.timespan import TimeSpan

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

    url: str
    client: httpx.Client
    pause: Callable[[float], None] = time.sleep

    @property
    def description(self) -> str:
        """The server's address."""
        return f"prometheus {self.url}"

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """One instant query at the span's end, whose range reaches back to its start.

        Prometheus 2 also gives a sample exactly at the start, which changes nothing.

        Raises:
            SourceError: the server does not answer, refuses, or says that its answer is partial.
        """
        seconds = int(span.length.total_seconds())
        query = {"query": f"{selector.text}[{seconds}s]", "time": str(span.end.timestamp())}
        for series in self._matrix(query):
            if "histograms" in series:
                raise SourceError(f"{selector.text} holds native histograms, which are not read")
            yield Counter(series["metric"], _samples(series["values"]))

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
                yield Counter(series["metric"], _samples(series.get("values", [])))
            start = end

    def retention(self) -> timedelta | None:
        """How far back the server keeps samples; None where it does not say.

        Prometheus says it in its runtime information, as `15d` or `15d or 10GiB`.
        """
        try:
            reply = self.client.get(self.url + "/api/v1/status/runtimeinfo")
            said = str(reply.json()["data"]["storageRetention"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None
        lengths = (_length(each.strip()) for each in said.split(" or "))
        return next((each for each in lengths if each is not None), None)

    def _matrix(self, query: dict[str, str], path: str = "/api/v1/query") -> list[dict[str, Any]]:
        reply = ask(self.client, self.url, path, query, self.pause)
        try:
            body = reply.json()
            data = body["data"] if body["status"] == "success" else None
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(f"{self.url} answers what is no reply of Prometheus") from error
        if body.get("warnings"):
            raise SourceError(f"{self.url} answers only in part: {body['warnings'][0]}")
        if data is None or data["resultType"] != "matrix":
            raise SourceError(f"{self.url} answers {query['query']} with no range of samples")
        result: list[dict[str, Any]] = data["result"]
        return result


def open_prometheus(
    url: str, authorization: str | None, tenant: str | None = None
) -> PrometheusServer:
    """A client of one server, without proxies of the environment, that follows no redirect."""
    headers = {"Authorization": authorization, "X-Scope-OrgID": tenant}
    given = {name: value for name, value in headers.items() if value}
    return PrometheusServer(url.rstrip("/"), open_client(url, given))


def _length(text: str) -> timedelta | None:
    """A length as Prometheus writes it, `2w1d`; None for a size."""
    if not re.fullmatch(r"(\d+(ms|[ywdhms]))+", text):
        return None
    found = re.findall(r"(\d+)(ms|[ywdhms])", text)
    return sum((int(number) * UNITS[unit] for number, unit in found), timedelta(0))


def _samples(pairs: list[list[Any]]) -> Samples:
    times = np.array([pair[0] for pair in pairs], dtype=np.float64)
    values = np.array([pair[1] for pair in pairs]).astype(np.float64)
    return Samples(np.rint(times * 1000).astype(np.int64), values)
