"""`Series`: bad and all events by minute, with gaps marked; `SeriesSource`: its interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.history.sli import SliHistory
from reliability.timespan import TimeSpan

MINUTE = timedelta(minutes=1)


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

    def coverage(self, span: TimeSpan) -> float:
        """Return the share of a span's steps that are known, 0..1."""
        wanted = span.steps(self.step)
        return float(np.count_nonzero(self.known[self.part(span)])) / wanted if wanted else 0.0


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
