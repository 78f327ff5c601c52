"""`Series`: bad and all events by minute, with gaps marked; `SeriesSource`: its interface.

`CountedSpans` is what figures of spans need: a series has it, and so have stored sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.history.sli import SliHistory
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class SpanCounts:
    """Bad and all events of a span, and its steps: those that are known, and all of them."""

    bad: float
    total: float
    known: int
    steps: int

    @property
    def coverage(self) -> float:
        """The share of the steps that are known, 0..1; 1 without steps, as none is missing."""
        return self.known / self.steps if self.steps else 1.0


class CountedSpans(Protocol):
    """Something that knows the counts of spans of one group, in steps of one length."""

    @property
    def step(self) -> timedelta:
        """The length of a step."""
        ...

    def within(self, span: TimeSpan) -> SpanCounts:
        """Return the counts of a span."""
        ...


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Series:
    """The event counts of one SLI, with one entry for each step; all arrays have the same length.

    Entry k counts events after `start + k * step`, up to and including `start + (k + 1) * step`.
    `bad` and `total` are numbers of events. They are 0 if `known` is False, which marks a gap
    and not a minute without events. `labels` distinguishes the groups of one SLI. `interval` is
    the interval of the samples that the counts come from; None if it is unknown.
    """

    start: datetime
    step: timedelta
    bad: FloatArray
    total: FloatArray
    known: BoolArray
    source: str
    labels: Mapping[str, str] = field(default_factory=dict)
    interval: timedelta | None = None

    @property
    def span(self) -> TimeSpan:
        """The span from the start of the first step to the end of the last."""
        return TimeSpan(self.start, self.start + len(self.total) * self.step)

    def part(self, span: TimeSpan) -> slice:
        """Return the slice of a span, whose ends are on steps, clipped to the series."""
        first = (span.start - self.start) // self.step
        last = (span.end - self.start) // self.step
        return slice(max(first, 0), max(last, 0))

    def within(self, span: TimeSpan) -> SpanCounts:
        """Return the counts of a span; steps outside of the series are unknown."""
        part = self.part(span)
        return SpanCounts(
            float(self.bad[part].sum()),
            float(self.total[part].sum()),
            int(np.count_nonzero(self.known[part])),
            span.steps(self.step),
        )

    def coverage(self, span: TimeSpan) -> float:
        """Return the share of a span's steps that are known, 0..1; 1 without steps."""
        return self.within(span).coverage


@dataclass(frozen=True, slots=True)
class NoHistory:
    """An SLI without history, and the reason."""

    reason: str


class SeriesSource(Protocol):
    """A source of the history of SLIs."""

    @property
    def description(self) -> str:
        """The origin of the data, for readers of a result."""
        ...

    @property
    def is_made_up(self) -> bool:
        """Whether the data is generated and not measured."""
        ...

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        """Return one series over the whole span for each group, in steps of one minute."""
        ...
