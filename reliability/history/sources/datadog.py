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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, TypeVar

import httpx
import numpy as np
from pydantic import Field, TypeAdapter

from reliability.arrays import FloatArray
from reliability.errors import SourceError
from reliability.history.increments import MINUTE_IN_MS, added
from reliability.history.month import Column
from reliability.history.sli import DatadogQueries
from reliability.history.sources.asking import as_source, ask, open_source_server
from reliability.http.prometheus import LAST_MOMENT, AnswerPart, FirstFault
from reliability.http.server import HttpServer
from reliability.promql.selector import METRIC_NAME
from reliability.timespan import EPOCH, MINUTE, TimeSpan

LONGEST: Final = timedelta(days=1)
"""What is asked of a metric at once."""

LONGEST_OF_SLO: Final = timedelta(hours=1)
"""What is asked of an SLO's history at once; Datadog chooses its step by this length."""

NOT_ROLLED: Final = re.compile(r"\.as_count\(\)(?!\s*\.rollup\()")
SECONDS: Final = 60


T = TypeVar("T")
Milliseconds = Annotated[float, Field(ge=0, lt=LAST_MOMENT * 1000)]
"""Milliseconds since 1970."""

Count = Annotated[float, Field(allow_inf_nan=False)]


class QuerySeries(AnswerPart):
    """A series of a query: the tags it is grouped by, its step in seconds, its points."""

    interval: int
    tag_set: list[str] | None = None
    pointlist: Annotated[list[tuple[Milliseconds, Count | None]], FirstFault()]


class QueryAnswer(AnswerPart):
    """What a query answers; `status` is `ok` if `series` are all there are."""

    status: str = ""
    error: str | None = None
    series: Annotated[list[QuerySeries], FirstFault()] | None = None


class Values(AnswerPart):
    """Counts at the times of a history."""

    values: Annotated[list[Count | None], FirstFault()]


class SloSeries(AnswerPart):
    """What an SLO of metrics counted, at times that both counts share."""

    interval: int
    times: Annotated[list[Milliseconds], FirstFault()]
    numerator: Values
    denominator: Values


class SloData(AnswerPart):
    """The history of an SLO; monitors have no series."""

    series: SloSeries | None = None


class SloAnswer(AnswerPart):
    """What an SLO's history is wrapped in."""

    data: SloData


QUERY: Final = TypeAdapter(QueryAnswer)
SLO_HISTORY: Final = TypeAdapter(SloAnswer)


@dataclass(frozen=True, slots=True)
class DatadogServer:
    """Asks one site of Datadog; nothing is ever asked of another host."""

    server: HttpServer

    @property
    def url(self) -> str:
        """The address of the site's API."""
        return self.server.url

    @property
    def client(self) -> httpx.Client:
        """The connections; closed by who opened them."""
        return self.server.client

    @property
    def description(self) -> str:
        """The site's address."""
        return f"datadog {self.url}"

    def metrics(self, wanted: DatadogQueries, span: TimeSpan) -> dict[Column, FloatArray]:
        """What each query counted, a column for each role and set of tags.

        Raises:
            SourceError: a query counts nothing, or Datadog does not answer as asked.
        """
        by_column: dict[Column, FloatArray] = {}
        for role, query in wanted.queries:
            for series in self.series(by_the_minute(query), span):
                _ensure_minutes(series.interval, query)
                column = Column(0, _labels(role, series.tag_set))
                counted = _counted(series.pointlist, span)
                by_column[column] = (
                    added(by_column[column], counted) if column in by_column else counted
                )

        return by_column

    def slo(self, identifier: str, span: TimeSpan) -> dict[Column, FloatArray]:
        """Good and all events of one of Datadog's own SLOs, without its corrections.

        Raises:
            SourceError: it is not a metric-based SLO, or Datadog's answer is unusable.
        """
        query = {
            "from_ts": str(int(span.start.timestamp())),
            "to_ts": str(int(span.end.timestamp())),
            "apply_correction": "false",
        }
        series = self.read(f"/api/v1/slo/{identifier}/history", query, SLO_HISTORY).data.series
        if series is None:
            raise SourceError(f"{self.url}: SLO {identifier} counts no events; it has no metric")

        _ensure_minutes(series.interval, f"SLO {identifier}")
        roles = (("good", series.numerator.values), ("total", series.denominator.values))
        if any(len(values) != len(series.times) for _, values in roles):
            raise SourceError(f"{self.url}: SLO {identifier} has other times than values")

        return {
            Column(0, ((METRIC_NAME, role),)): _counted(
                list(zip(series.times, values, strict=True)), span
            )
            for role, values in roles
        }

    def series(self, query: str, span: TimeSpan) -> Iterator[QuerySeries]:
        """The series of a query.

        Seconds of both ends are taken in by Datadog, so that the last is left out.

        Raises:
            SourceError: Datadog does not answer as asked.
        """
        asked = {
            "from": str(int(span.start.timestamp())),
            "to": str(int(span.end.timestamp()) - 1),
            "query": query,
        }
        reply = ask(self.server, "/api/v1/query", asked)
        with as_source():
            answer = reply.read(QUERY, "Datadog")
        if answer.status != "ok":
            reason = reply.one_line(answer.error or "") or "no status"
            raise SourceError(f"{self.url} answers {query} with: {reason}")

        yield from answer.series or ()

    def read(self, path: str, query: Mapping[str, str], form: TypeAdapter[T]) -> T:
        """The reply to a question of its API.

        Raises:
            SourceError: Datadog does not answer, refuses, or answers in another form.
        """
        reply = ask(self.server, path, query)
        with as_source():
            return reply.read(form, "Datadog")


def open_datadog(url: str, api_key: str, application_key: str) -> DatadogServer:
    """A client of one site."""
    keys = {"DD-API-KEY": api_key, "DD-APPLICATION-KEY": application_key}
    return DatadogServer(open_source_server(url, keys))


def by_the_minute(query: str) -> str:
    """The query with sums of one minute.

    Raises:
        SourceError: it has no `.as_count()`, so that its points are no numbers of events.
    """
    if ".as_count()" not in query:
        raise SourceError(f"{query} counts no events; end it with .as_count()")
    return NOT_ROLLED.sub(f".as_count().rollup(sum, {SECONDS})", query)


def _ensure_minutes(interval: int, what: str) -> None:
    if SECONDS % max(interval, 1):
        raise SourceError(
            f"Datadog answers {what} in steps of {interval} s, and counts of {SECONDS} s are kept"
        )


def _labels(role: str, tags: list[str] | None) -> tuple[tuple[str, str], ...]:
    """Tags that the query groups by, `region:eu`, and the role as the name."""
    labels = {METRIC_NAME: role}
    for tag in tags or ():
        name, _, value = tag.partition(":")
        labels[name] = value
    return tuple(sorted(labels.items()))


def _counted(points: Iterable[tuple[float, float | None]], span: TimeSpan) -> FloatArray:
    """One entry a minute; a point holds what happened from its time on."""
    counted = np.full(span.steps(MINUTE), np.nan)
    first = (span.start - EPOCH) // timedelta(milliseconds=1)
    for at, value in points:
        index = (int(at) - first) // MINUTE_IN_MS
        if value is not None and 0 <= index < len(counted):
            counted[index] = np.nan_to_num(counted[index]) + float(value)
    return counted
