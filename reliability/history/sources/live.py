"""A server that is asked while a backtest runs: raw samples a day at a time, and expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from reliability.history.covered import chunks
from reliability.history.sources.prometheus import PrometheusServer
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A `SampleReader` that asks for long spans in parts, and an `ExpressionReader`."""

    server: PrometheusServer

    @property
    def description(self) -> str:
        """The server's address."""
        return self.server.description

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """As the server's own, of a span of any length."""
        parts = (each for day in chunks(span, DAY) for each in self.server.counters(selector, day))
        yield from _joined(parts)

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterator[Counter]:
        """As the server's own."""
        yield from _joined(self.server.evaluated(expression, span, every))


def _joined(parts: Iterator[Counter]) -> Iterator[Counter]:
    """Parts of the same series, in the order of time, as one."""
    found: dict[tuple[tuple[str, str], ...], list[Samples]] = {}
    for each in parts:
        found.setdefault(tuple(sorted(each.labels.items())), []).append(each.samples)
    for labels, samples in found.items():
        times = np.concatenate([each.times for each in samples])
        values = np.concatenate([each.values for each in samples])
        yield Counter(dict(labels), Samples(times, values))
