"""A Prometheus in memory that has what a day counted, and answers what `new` asks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.onboarding.new.metrics import Labels, PrometheusMetrics
from reliability.promql.selector import METRIC_NAME, Selector

SUM: Final = re.compile(r"sum(?: by \((?P<by>[\w, ]+)\))? \(increase\((?P<of>.+)\[1d\]\)\)")


@dataclass(frozen=True, slots=True)
class CountedSeries:
    """A series with the increase of a day."""

    labels: Mapping[str, str]
    increase: float


def counted(metric: str, increase: float = 1, **labels: str) -> CountedSeries:
    return CountedSeries({METRIC_NAME: metric, **labels}, increase)


class CountedMetrics(PrometheusMetrics):
    """The answers of a server to names, labels, values and sums of increases."""

    def __init__(self, series: Sequence[CountedSeries]) -> None:
        object.__setattr__(self, "series", series)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted({each.labels[METRIC_NAME] for each in self._held("")}))

    def labels(self, metric: str) -> tuple[str, ...]:
        return tuple(sorted({label for each in self._held(metric) for label in each.labels}))

    def values(self, metric: str, label: str) -> tuple[str, ...]:
        held = self._held(metric)
        return tuple(sorted({each.labels[label] for each in held if label in each.labels}))

    def sums(self, expression: str) -> dict[Labels, float]:
        if expression.startswith("histogram_"):
            return {}  # no series is a native histogram
        query = SUM.fullmatch(expression)
        assert query is not None, expression
        kept = query["by"].split(", ") if query["by"] else []
        sums: dict[Labels, float] = {}
        for each in self._held(query["of"]):
            labels = tuple(
                sorted((name, each.labels[name]) for name in kept if name in each.labels)
            )
            sums[labels] = sums.get(labels, 0.0) + each.increase
        return sums

    def _held(self, selector: str) -> list[CountedSeries]:
        series: Sequence[CountedSeries] = self.__dict__["series"]
        if not selector:
            return list(series)
        wanted = Selector.parse(selector)
        return [each for each in series if wanted.matches(each.labels)]
