"""A server of metrics that holds what a test says, and answers as the protocol has it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from reliability.check.facts.live import Observed
from reliability.model.kind import parse_duration
from reliability.promql.selector import METRIC_NAME, Selector

USUAL: Final = {
    "labels": {"__name__": "http_requests_total", "job": "attendance", "code": "200"},
}


@dataclass(frozen=True, slots=True)
class Series:
    """So many series that differ in a label nobody asks for; none of them `now` if so said."""

    labels: Mapping[str, str]
    count: int = 1
    every: timedelta | None = timedelta(seconds=15)
    now: bool = True


@dataclass(slots=True)
class Metrics:
    """A `MetricServer` in memory; without a retention it holds samples up to the age `oldest`."""

    series: Sequence[Series]
    kept: timedelta | None = timedelta(days=400)
    oldest: timedelta | None = None
    refused: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    def known(self, names: Sequence[str]) -> frozenset[str]:
        self.asked.extend(names)
        return frozenset(names) & {each.labels[METRIC_NAME] for each in self.series}

    def observed(self, selectors: Sequence[str]) -> Sequence[Observed | None]:
        return [None if text in self.refused else self._observed(text) for text in selectors]

    def _observed(self, text: str) -> Observed:
        found = [each for each in self._matched(text) if each.now]
        every = [each.every for each in found if each.every is not None]
        return Observed(sum(each.count for each in found), min(every, default=None))

    def values(self, asked: Sequence[tuple[str, str]]) -> Sequence[frozenset[str] | None]:
        return [
            frozenset(each.labels[label] for each in self._matched(text) if label in each.labels)
            for label, text in asked
        ]

    def retention(self) -> timedelta | None:
        return self.kept

    def holds(self, names: Sequence[str], age: timedelta) -> bool | None:
        return None if self.oldest is None else bool(names) and age <= self.oldest

    def _matched(self, text: str) -> list[Series]:
        selector = Selector.parse(text)
        return [each for each in self.series if selector.matches(each.labels)]


def metrics_of(text: str) -> Metrics:
    """The server of a page's example; what it does not say is of the minimal repository."""
    said = json.loads(text)
    series = [
        Series(
            each["labels"],
            each.get("count", 1),
            parse_duration(each.get("every", "15s")),
            each.get("now", True),
        )
        for each in said.get("series", [USUAL])
    ]
    return Metrics(series, parse_duration(said.get("retention", "400d")))
