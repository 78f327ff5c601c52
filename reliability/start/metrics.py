"""What a Prometheus holds, asked for by name, label and sum; the replies are looked at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reliability.errors import SourceError
from reliability.history.timespan import TimeSpan
from reliability.providers.http import Parameters, Server

Labels = tuple[tuple[str, str], ...]
"""Names and values, sorted."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """A server that speaks Prometheus's HTTP API.

    Every method raises ProviderError where it does not answer, and SourceError where it refuses
    or answers what is no reply of Prometheus.
    """

    server: Server

    def names(self) -> tuple[str, ...]:
        """The names of all metrics, sorted."""
        return tuple(sorted(self._data("/api/v1/label/__name__/values", {})))

    def labels(self, metric: str) -> tuple[str, ...]:
        """The names of a metric's labels."""
        return tuple(self._data("/api/v1/labels", {"match[]": metric}))

    def values(self, metric: str, label: str) -> tuple[str, ...]:
        """The values of a label of a metric."""
        return tuple(self._data(f"/api/v1/label/{label}/values", {"match[]": metric}))

    def sums(self, expression: str) -> dict[Labels, float]:
        """The result of an instant query by its labels."""
        result = self._result("/api/v1/query", {"query": expression})
        return {_labels(each["metric"]): float(each["value"][1]) for each in result}

    def points(
        self, expression: str, span: TimeSpan, step: timedelta
    ) -> Iterator[tuple[datetime, float]]:
        """The moments and values of a query of one series over a span."""
        asked: Parameters = {
            "query": expression,
            "start": str(span.start.timestamp()),
            "end": str(span.end.timestamp()),
            "step": str(int(step.total_seconds())),
        }
        for series in self._result("/api/v1/query_range", asked):
            for at, value in series["values"]:
                yield datetime.fromtimestamp(float(at), span.start.tzinfo), float(value)

    def _result(self, path: str, asked: Parameters) -> list[dict[str, Any]]:
        data = self._data(path, asked)
        result = data.get("result") if isinstance(data, dict) else None
        if not isinstance(result, list):
            raise SourceError(f"{self.server.url} answers what is no reply of Prometheus")
        return result

    def _data(self, path: str, asked: Parameters) -> Any:
        reply = self.server.get(path, asked)
        try:
            body = reply.json()
            status, data = body["status"], body.get("data") or []
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SourceError(
                f"{self.server.url} answers {path} with {reply.status_code} and what is no reply "
                "of Prometheus; is it the address of one?"
            ) from None
        if status != "success":
            raise SourceError(f"{self.server.url} refuses {path}: {body.get('error', status)}")
        return data


def _labels(metric: Mapping[str, str]) -> Labels:
    return tuple(sorted(metric.items()))
