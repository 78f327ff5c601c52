"""Raw samples from a server that speaks Prometheus's HTTP API.

An instant query of a range vector gives samples as they were scraped. `increase(x[1m])` in steps
would lose about half of the isolated errors at scrapes of 30 s, and all at 60 s.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx
import numpy as np

from reliability.errors import SourceError
from reliability.history.increments import Samples
from reliability.history.selector import Selector
from reliability.history.sources.samples import Counter
from reliability.history.timespan import TimeSpan

TRY_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
PAUSES: Final = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between one try and the next, where the server does not say how long."""

UNITS: Final = {
    "y": timedelta(days=365),
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}

LONGEST_PAUSE: Final = 60.0
MOST_POINTS: Final = 10_000
"""How many moments are asked of a server at once; Prometheus answers 11,000 at most."""

TIMEOUT: Final = 120.0


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
        reply = self._get(path, query)
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

    def _get(self, path: str, query: dict[str, str]) -> httpx.Response:
        failure = ""
        for pause in (*PAUSES, None):
            try:
                reply = self.client.get(self.url + path, params=query)
            except httpx.TransportError as error:
                failure, asked = str(error) or type(error).__name__, ""
            else:
                if reply.status_code not in TRY_AGAIN:
                    return self._accepted(reply)
                failure, asked = _said(reply), reply.headers.get("Retry-After", "")
            if pause is not None:
                self.pause(min(_pause(asked, pause), LONGEST_PAUSE))
        raise SourceError(f"{self.url} does not answer after {len(PAUSES) + 1} tries: {failure}")

    def _accepted(self, reply: httpx.Response) -> httpx.Response:
        if reply.is_redirect:
            raise SourceError(
                f"{self.url} leads elsewhere ({reply.status_code}), and only the host of "
                "policies/history.yaml is asked; write the address that it leads to there"
            )
        if not reply.is_success:
            raise SourceError(f"{self.url} refuses: {_said(reply)}")
        return reply


def open_prometheus(
    url: str, authorization: str | None, tenant: str | None = None
) -> PrometheusServer:
    """A client of one server, without proxies of the environment, that follows no redirect."""
    verify = ssl.create_default_context() if url.startswith("https:") else False
    headers = {"Authorization": authorization, "X-Scope-OrgID": tenant}
    client = httpx.Client(
        headers={name: value for name, value in headers.items() if value},
        timeout=TIMEOUT,
        trust_env=False,
        follow_redirects=False,
        verify=verify,
    )
    return PrometheusServer(url.rstrip("/"), client)


def _pause(asked: str, otherwise: float) -> float:
    """Retry-After in seconds or as a date (RFC 9110, 10.2.3); our own pause where it says none."""
    if asked.isdigit():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return otherwise
    return max((until - datetime.now(UTC)).total_seconds(), otherwise)


def _length(text: str) -> timedelta | None:
    """A length as Prometheus writes it, `2w1d`; None for a size."""
    if not re.fullmatch(r"(\d+(ms|[ywdhms]))+", text):
        return None
    found = re.findall(r"(\d+)(ms|[ywdhms])", text)
    return sum((int(number) * UNITS[unit] for number, unit in found), timedelta(0))


def _said(reply: httpx.Response) -> str:
    """The status, and the reason where Prometheus gives one."""
    try:
        reason = reply.json()["error"]
    except (ValueError, KeyError, TypeError):
        reason = reply.reason_phrase
    return f"{reply.status_code} {reason}"


def _samples(pairs: list[list[Any]]) -> Samples:
    times = np.array([pair[0] for pair in pairs], dtype=np.float64)
    values = np.array([pair[1] for pair in pairs]).astype(np.float64)
    return Samples(np.rint(times * 1000).astype(np.int64), values)
