"""A Prometheus that remembers what fired: the stretches it is given, asked by PromQL over `ALERTS`.

It answers what `tickets` and `digest` ask, and holds no counters: what is pulled is nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.history.server import FakePrometheus, Reply

TIERS = re.compile(r'tier=~?"([^"]*)"')
MINUTE = 60
BACKLOG: Mapping[str, str] = {
    "alertname": "AttendanceQueueBacklog",
    "service": "attendance",
    "team": "workforce",
    "tier": "ticket",
}
"""The labels of a signal of the shipped repository."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """An alert that fired from one moment to another."""

    labels: Mapping[str, str]
    start: datetime
    end: datetime


@dataclass
class Remembering(FakePrometheus):
    """What it remembers; more may be added while it runs."""

    stretches: list[Stretch] = field(default_factory=list)

    def between(self, query: str, start: float, end: float) -> Reply:
        """The minutes in which something fired, as `count_over_time` gives them."""
        if query.startswith("count({__name__=~"):  # a rule was evaluated in each window
            ends = range(int(start), int(end) + 1, MINUTE)
            return matrix(iter([{"metric": {}, "values": [[at, "1"] for at in ends]}]))
        found = TIERS.search(query)
        tiers = found[1].split("|") if found else []
        held = [each for each in self.stretches if each.labels["tier"] in tiers]
        return matrix(
            {"metric": dict(each.labels), "values": values(each, start, end)} for each in held
        )

    def answer(self, query: str, at: float) -> Reply:
        """Which alerts ever fired; counters are none, and nothing was recorded."""
        if "slo:" in query:
            return replied("vector", [])
        if "ALERTS" not in query:
            return super().answer(query, at)
        fired = [{"metric": dict(each.labels), "value": [at, "1"]} for each in self.stretches]
        return replied("vector", fired)


def values(each: Stretch, start: float, end: float) -> list[list[Any]]:
    """A point at the end of every minute that fired."""
    first, last = each.start.timestamp(), each.end.timestamp()
    minutes = range(int(start), int(end) + 1, MINUTE)
    return [[at, "1"] for at in minutes if first < at <= last]


def matrix(series: Iterator[dict[str, Any]]) -> Reply:
    """Those series that have any point."""
    return replied("matrix", [each for each in series if each["values"]])


def replied(kind: str, found: list[dict[str, Any]]) -> Reply:
    """An answer of Prometheus."""
    data = {"resultType": kind, "result": found}
    return 200, {}, json.dumps({"status": "success", "data": data})
