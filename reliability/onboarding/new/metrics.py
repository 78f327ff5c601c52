"""Queries for the names, labels, sums and points of a Prometheus; replies are validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reliability.http.prometheus import NAMES, data_of, instant, label_values, ranges
from reliability.providers.http import HttpServer
from reliability.timespan import TimeSpan

Labels = tuple[tuple[str, str], ...]
"""Names and values, sorted."""


@dataclass(frozen=True, slots=True)
class PrometheusMetrics:
    """A server with the HTTP API of Prometheus.

    Every method raises ProviderError if it does not answer, refuses, or does not answer as
    Prometheus does.
    """

    server: HttpServer

    def names(self) -> tuple[str, ...]:
        """Return the names of all metrics, sorted."""
        return tuple(sorted(label_values(self.server, "__name__")))

    def labels(self, metric: str) -> tuple[str, ...]:
        """Return the label names of a metric."""
        names = data_of(self.server.get("/api/v1/labels", {"match[]": metric}), NAMES)
        return tuple(names or ())

    def values(self, metric: str, label: str) -> tuple[str, ...]:
        """Return the values of a label of a metric or selector; of all series if it is empty."""
        return tuple(label_values(self.server, label, {"match[]": metric} if metric else {}))

    def sums(self, expression: str) -> dict[Labels, float]:
        """Return the values of an instant query by their labels."""
        samples = instant(self.server, expression)
        return {_labels(sample.metric): sample.value[1] for sample in samples}

    def points(
        self, expression: str, span: TimeSpan, step: timedelta
    ) -> Iterator[tuple[datetime, float]]:
        """Yield the times and values of a range query, series by series."""
        start, end = span.start.timestamp(), span.end.timestamp()
        for series in ranges(self.server, expression, start, end=end, step=step.total_seconds()):
            for at, value in series.values:
                yield datetime.fromtimestamp(at, span.start.tzinfo), value


def _labels(metric: Mapping[str, str]) -> Labels:
    return tuple(sorted(metric.items()))
