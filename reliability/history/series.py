"""`Series`: bad and all events a minute with the gaps marked; `SeriesSource`: who gives them."""

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
    """Event counts of one SLI, one entry a step, all arrays of one length.

    Entry k holds what happened after `start + k * step`, up to and including
    `start + (k + 1) * step`. `bad` and `total` are numbers of events and 0 where `known` is
    False: a gap is a gap, not a quiet minute. `labels` tells groups of one SLI apart.
    `interval` is how far apart the samples are that counts come from; None if that is not known.
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
        """From the start of the first step to the end of the last."""
        return TimeSpan(self.start, self.start + len(self.total) * self.step)

    def part(self, span: TimeSpan) -> slice:
        """The entries that lie within a span (its ends on steps), clipped to what there is."""
        first = (span.start - self.start) // self.step
        last = (span.end - self.start) // self.step
        return slice(max(first, 0), max(last, 0))

    def coverage(self, span: TimeSpan) -> float:
        """The share of a span's steps that are known, 0..1."""
        wanted = span.steps(self.step)
        return float(np.count_nonzero(self.known[self.part(span)])) / wanted if wanted else 0.0


@dataclass(frozen=True, slots=True)
class NoHistory:
    """An SLI whose past is not there, and why."""

    reason: str


class SeriesSource(Protocol):
    """Gives the past of an SLI."""

    @property
    def description(self) -> str:
        """What a reader of a result must know about where its data is from."""
        ...

    @property
    def is_made_up(self) -> bool:
        """Whether nobody's real events are behind it."""
        ...

    def series(self, sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        """One series for each group of the SLI, over the whole span, at one-minute steps."""
        ...
