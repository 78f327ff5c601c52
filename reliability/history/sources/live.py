"""A server that is asked while a backtest runs: raw samples a day at a time, and expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from reliability.history.covered import chunks
from reliability.history.sources.parts import joined
from reliability.history.sources.prometheus import PrometheusServer
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector
from reliability.timespan import DAY, TimeSpan


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A `SampleReader` that asks for long spans in parts, and an `ExpressionReader`."""

    server: PrometheusServer

    @property
    def description(self) -> str:
        """The server's address."""
        return self.server.description

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """As the server's own, of a span of any length.

        Raises:
            SourceError: as the server's own.
        """
        parts = (
            counter for day in chunks(span, DAY) for counter in self.server.counters(selector, day)
        )
        yield from joined(parts)

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterator[Counter]:
        """As the server's own."""
        yield from joined(self.server.evaluated(expression, span, every))
