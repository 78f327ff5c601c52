"""A server that is asked while a backtest runs: raw samples a day at a time, and expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from reliability.errors import SourceError
from reliability.history.covered import chunks
from reliability.history.sources.prometheus import PrometheusServer
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan

DAY: Final = timedelta(days=1)
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A `SampleReader` that asks for long spans in parts, and an `ExpressionReader`.

    `most_series` limits how many series of one selector are fetched; None means unlimited.
    """

    server: PrometheusServer
    most_series: int | None = None

    @property
    def description(self) -> str:
        """The server's address."""
        return self.server.description

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        """As the server's own, of a span of any length.

        Raises:
            SourceError: as the server's own, or the selector has too many series.
        """
        self._ensure_few(selector, span)
        parts = (
            counter for day in chunks(span, DAY) for counter in self.server.counters(selector, day)
        )
        yield from _joined(parts)

    def _ensure_few(self, selector: Selector, span: TimeSpan) -> None:
        """Count the series before any sample is fetched: those of the last day of the span."""
        if self.most_series is None:
            return
        start = max(span.start, span.end - DAY)
        seconds = int((span.end - start).total_seconds())
        counting = f"count(count_over_time({selector.text}[{seconds}s]))"
        at_end = TimeSpan(span.end, span.end + SECOND)
        count = max(
            (c.samples.values.max() for c in self.evaluated(counting, at_end, SECOND)), default=0
        )
        if count > self.most_series:
            raise SourceError(
                f"{selector.text} selects {count:,.0f} series; the limit is {self.most_series:,}"
            )

    def evaluated(self, expression: str, span: TimeSpan, every: timedelta) -> Iterator[Counter]:
        """As the server's own."""
        yield from _joined(self.server.evaluated(expression, span, every))


def _joined(parts: Iterator[Counter]) -> Iterator[Counter]:
    """Parts of the same series, in the order of time, as one."""
    samples_by_labels: dict[tuple[tuple[str, str], ...], list[Samples]] = {}
    for part in parts:
        samples_by_labels.setdefault(tuple(sorted(part.labels.items())), []).append(part.samples)
    for labels, samples in samples_by_labels.items():
        times = np.concatenate([sample.times for sample in samples])
        values = np.concatenate([sample.values for sample in samples])
        yield Counter(dict(labels), Samples(times, values))
