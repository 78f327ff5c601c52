"""Counts a minute from Datadog: metric queries, and the history that it keeps of its own SLOs.

A query of counts is asked with `.rollup(sum, 60)`, so that each point holds the events of the
minute that begins at its time. A series has 1,500 points at most, or Datadog makes the steps
longer by itself; a day has 1,440. A minute without a point is unknown.

https://docs.datadoghq.com/api/latest/metrics/query-timeseries-points/
https://docs.datadoghq.com/api/latest/service-level-objectives/get-an-slos-history/
https://docs.datadoghq.com/dashboards/functions/rollup/
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpx
import numpy as np

from reliability.errors import SourceError
from reliability.history.increments import MINUTE_IN_MS, added
from reliability.history.month import Column
from reliability.history.selector import METRIC_NAME
from reliability.history.series import MINUTE, FloatArray
from reliability.history.sli import Metrics
from reliability.history.sources.asking import ask, open_client
from reliability.history.timespan import EPOCH, TimeSpan

LONGEST: Final = timedelta(days=1)
"""What is asked of a metric at once."""

LONGEST_OF_SLO: Final = timedelta(hours=1)
"""What is asked of an SLO's history at once; Datadog chooses its step by this length."""

NOT_ROLLED: Final = re.compile(r"\.as_count\(\)(?!\s*\.rollup\()")
SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class DatadogServer:
    """Asks one site of Datadog; nothing is ever asked of another host."""

    url: str
    client: httpx.Client
    pause: Callable[[float], None] = time.sleep

    @property
    def description(self) -> str:
        """The site's address."""
        return f"datadog {self.url}"

    def metrics(self, wanted: Metrics, span: TimeSpan) -> dict[Column, FloatArray]:
        """What each query counted, a column for each role and set of tags.

        Raises:
            SourceError: a query counts nothing, or Datadog does not answer as asked.
        """
        found: dict[Column, FloatArray] = {}
        for role, query in wanted.queries:
            for series in self.series(by_the_minute(query), span):
                _ensure_minutes(int(series["interval"]), query)
                column = Column(0, _labels(role, series.get("tag_set") or ()))
                counted = _counted(series["pointlist"], span)
                found[column] = added(found[column], counted) if column in found else counted
        return found

    def slo(self, identifier: str, span: TimeSpan) -> dict[Column, FloatArray]:
        """Good and all events of one of Datadog's own SLOs, without its corrections.

        Raises:
            SourceError: it is no SLO of metrics, or Datadog does not answer as asked.
        """
        query = {
            "from_ts": str(int(span.start.timestamp())),
            "to_ts": str(int(span.end.timestamp())),
            "apply_correction": "false",
        }
        said = self.said(f"/api/v1/slo/{identifier}/history", query)
        series = (said.get("data") or {}).get("series")
        if not series:
            raise SourceError(f"{self.url}: SLO {identifier} counts no events; it has no metric")
        _ensure_minutes(int(series["interval"]), f"SLO {identifier}")
        roles = (("good", series["numerator"]), ("total", series["denominator"]))
        return {
            Column(0, ((METRIC_NAME, role),)): _counted(
                list(zip(series["times"], counted["values"], strict=True)), span
            )
            for role, counted in roles
        }

    def series(self, query: str, span: TimeSpan) -> Iterator[Mapping[str, Any]]:
        """The series of a query: `tag_set`, `interval` and `pointlist`.

        Seconds of both ends are taken in by Datadog, so that the last is left out.

        Raises:
            SourceError: Datadog does not answer as asked.
        """
        asked = {
            "from": str(int(span.start.timestamp())),
            "to": str(int(span.end.timestamp()) - 1),
            "query": query,
        }
        said = self.said("/api/v1/query", asked)
        if said.get("status") != "ok":
            raise SourceError(
                f"{self.url} answers {query} with: {said.get('error') or 'no status'}"
            )
        yield from said.get("series") or ()

    def said(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        """The reply to a question of its API.

        Raises:
            SourceError: Datadog does not answer, refuses, or answers what is no reply of it.
        """
        reply = ask(self.client, self.url, path, query, self.pause)
        try:
            said = reply.json()
        except ValueError as error:
            raise SourceError(f"{self.url} answers what is no JSON") from error
        if not isinstance(said, dict):
            raise SourceError(f"{self.url} answers what is no reply of Datadog")
        return said


def open_datadog(url: str, api_key: str, application_key: str) -> DatadogServer:
    """A client of one site."""
    keys = {"DD-API-KEY": api_key, "DD-APPLICATION-KEY": application_key}
    return DatadogServer(url.rstrip("/"), open_client(url, keys))


def by_the_minute(query: str) -> str:
    """The query with sums of one minute.

    Raises:
        SourceError: it has no `.as_count()`, so that its points are no numbers of events.
    """
    if ".as_count()" not in query:
        raise SourceError(f"{query} counts no events; end it with .as_count()")
    return NOT_ROLLED.sub(f".as_count().rollup(sum, {SECONDS})", query)


def _ensure_minutes(interval: int, what: str) -> None:
    if interval > SECONDS or SECONDS % max(interval, 1):
        raise SourceError(
            f"Datadog answers {what} in steps of {interval} s, and counts of {SECONDS} s are kept"
        )


def _labels(role: str, tags: object) -> tuple[tuple[str, str], ...]:
    """Tags that the query groups by, `region:eu`, and the role as the name."""
    told = {METRIC_NAME: role}
    for tag in tags if isinstance(tags, list | tuple) else ():
        name, _, value = str(tag).partition(":")
        told[name] = value
    return tuple(sorted(told.items()))


def _counted(points: Any, span: TimeSpan) -> FloatArray:
    """One entry a minute; a point holds what happened from its time on."""
    counted = np.full(span.steps(MINUTE), np.nan)
    first = (span.start - EPOCH) // timedelta(milliseconds=1)
    for at, value in points:
        index = (int(at) - first) // MINUTE_IN_MS
        if value is not None and 0 <= index < len(counted):
            counted[index] = np.nan_to_num(counted[index]) + float(value)
    return counted
