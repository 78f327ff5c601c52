"""Queries to Datadog: names of metrics that were sent with a tag, and sums of counts.

https://docs.datadoghq.com/api/latest/metrics/get-active-metrics-list/
https://docs.datadoghq.com/api/latest/metrics/query-timeseries-points/
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import TypeAdapter

from reliability.history.sources.datadog import DatadogServer
from reliability.http.prometheus import AnswerPart, FirstFault
from reliability.timespan import HOUR, TimeSpan

LONGEST: Final = timedelta(days=60)
"""The span of one hourly query: 1,440 points of the 1,500 that a series may have."""

Tag = str
"""`name:value`; empty for a query that does not group."""


class MetricsAnswer(AnswerPart):
    """The answer with the names of active metrics."""

    metrics: Annotated[list[str], FirstFault()]


METRICS: Final = TypeAdapter(MetricsAnswer)


@dataclass(frozen=True, slots=True)
class DatadogSite:
    """A Datadog site, read at one time.

    Every method raises SourceError if the site does not answer, refuses, or sends an unexpected
    answer.
    """

    server: DatadogServer
    now: datetime

    @property
    def url(self) -> str:
        """The URL of the site's API."""
        return self.server.url

    def names(self, tag: str) -> tuple[str, ...]:
        """Return the names of the last day's metrics, sorted; with a tag, of those sent with it."""
        since = str(int((self.now - timedelta(days=1)).timestamp()))
        parameters = {"from": since, **({"tag_filter": tag} if tag else {})}
        return tuple(sorted(self.server.read("/api/v1/metrics", parameters, METRICS).metrics))

    def sums(self, query: str, length: timedelta) -> dict[Tag, tuple[float, int]]:
        """Return the sum of a query up to the last full hour, and its hours with data, by tag."""
        span = self.span(length)
        totals: dict[Tag, tuple[float, int]] = {}
        for series in self.server.series(f"{query}.rollup(sum, {int(HOUR.total_seconds())})", span):
            tag = next(iter(series.tag_set or ()), "")
            values = [value for _, value in series.pointlist if value is not None]
            totals[tag] = sum(values), len(values)
        return totals

    def span(self, length: timedelta) -> TimeSpan:
        """Return the span of this length before the last full hour, at most `LONGEST`."""
        end = self.now.replace(minute=0, second=0, microsecond=0)
        return TimeSpan(end - min(length, LONGEST), end)
