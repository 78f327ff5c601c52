"""A Prometheus that knows nothing but which alerts fired."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from reliability.timespan import TimeSpan
from tests.history.server import FakePrometheus, Reply


@dataclass
class FiredServer(FakePrometheus):
    """Alerts by their labels, with when they fired; and since when rules are evaluated.

    Tickets are also told until when, in seconds since 1970.
    """

    fired: Sequence[tuple[Mapping[str, str], TimeSpan]] = ()
    evaluated_since: float | None = None
    stopped: float = float("inf")
    asked: list[tuple[float, float]] = field(default_factory=list)

    def between(self, query: str, start: float, end: float) -> Reply:
        if query.startswith("count(slo:objective:ratio{"):
            since = end + 1 if self.evaluated_since is None else max(start, self.evaluated_since)
            series = [{"metric": {}, "values": [[since, "1"]]}] if since <= end else []
            return answer("matrix", series)

        if query.startswith("count({__name__=~"):
            assert query == 'count({__name__=~"ALERTS|slo:objective:ratio"})'
            ends = range(round(start), round(end) + 1, 300)
            return answer(
                "matrix",
                [{"metric": {}, "values": [[at, "1"] for at in ends if at <= self.stopped]}],
            )

        self.asked.append((start, end))
        tier = re.search(r'tier=(~?)"([^"]*)"', query)
        assert tier is not None, query
        fired = (
            {"metric": firing(labels), "values": minutes(span, start, end)}
            for labels, span in self.fired
            if re.fullmatch(tier[2], labels["tier"])
        )
        return answer("matrix", [one for one in fired if one["values"]])

    def answer(self, query: str, at: float) -> Reply:
        self.queries.append((query, at))
        names = ("service", "alertname")
        ever = {tuple(labels[name] for name in names) for labels, _ in self.fired}
        rows = [dict(zip(names, values, strict=True)) for values in sorted(ever)]
        return answer("vector", [{"metric": row, "value": [at, "1"]} for row in rows])


def firing(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels of a series of ALERTS."""
    return {**labels, "alertstate": "firing"}


def minutes(span: TimeSpan, start: float, end: float) -> list[list[object]]:
    """The minutes of a span that end within a query's range."""
    count = span.length // timedelta(minutes=1)
    ends = (span.start.timestamp() + 60 * number for number in range(1, count + 1))
    return [[at, "1"] for at in ends if start <= at <= end]


def answer(kind: str, result: object) -> Reply:
    """A reply as Prometheus writes it."""
    body = {"status": "success", "data": {"resultType": kind, "result": result}}
    return 200, {}, json.dumps(body)
