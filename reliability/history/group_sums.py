"""Running sums of one group of an SLI at chosen times, instead of its minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import FloatArray
from reliability.history.month import months
from reliability.history.series import Series, SpanCounts
from reliability.timespan import EPOCH, MINUTE, TimeSpan

Cuts: TypeAlias = NDArray[np.int64]
"""Times at which sums are taken, ascending, in minutes since 1970."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GroupSums:
    """Sums from the first cut: entry k of `bad`, `total` and `known` is the sum until `cuts[k]`.

    `known` counts minutes. `labels` distinguishes the groups of one SLI.
    """

    cuts: Cuts
    bad: FloatArray
    total: FloatArray
    known: FloatArray
    labels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, series: Series, cuts: Cuts) -> GroupSums:
        """Add up a series between cuts that lie within its span."""
        sums = part_sums(series, cuts)
        return cls.running(cuts, sums, series.labels)

    @classmethod
    def running(cls, cuts: Cuts, sums: FloatArray, labels: Mapping[str, str]) -> GroupSums:
        """Add up the sums of the parts between cuts; shape (3, cuts - 1)."""
        bad, total, known = np.cumsum(np.pad(sums, ((0, 0), (1, 0))), axis=1)
        return cls(cuts=cuts, bad=bad, total=total, known=known, labels=labels)

    @property
    def step(self) -> timedelta:
        """One minute, in which known time is counted."""
        return MINUTE

    def within(self, span: TimeSpan) -> SpanCounts:
        """Return the counts of a span.

        Raises:
            ValueError: a time within the cuts is none of them.
        """
        first, last = self.at(minute_of(span.start)), self.at(minute_of(span.end))
        return SpanCounts(
            float(self.bad[last] - self.bad[first]),
            float(self.total[last] - self.total[first]),
            round(self.known[last] - self.known[first]),
            span.steps(MINUTE),
        )

    def at(self, minute: int) -> int:
        """Return the index of a cut; of the nearest one for a time outside of all."""
        clipped = min(max(minute, int(self.cuts[0])), int(self.cuts[-1]))
        index = int(self.cuts.searchsorted(clipped))
        if self.cuts[index] != clipped:
            raise ValueError(f"minute {minute} is not a cut of the sums")
        return index

    def without(self, spans: Iterable[TimeSpan]) -> GroupSums:
        """Return the sums without the events of spans whose ends are cuts; time stays known."""
        bad, total = np.diff(self.bad), np.diff(self.total)
        for span in spans:
            part = slice(self.at(minute_of(span.start)), self.at(minute_of(span.end)))
            bad[part] = total[part] = 0
        return replace(self, bad=_running(bad), total=_running(total))


def part_sums(series: Series, cuts: Cuts) -> FloatArray:
    """Return bad and all events and known minutes between cuts of a series; shape (3, cuts - 1)."""
    rows = cuts - minute_of(series.start)
    sums: FloatArray = np.zeros((3, len(cuts) - 1))
    if len(cuts) > 1:
        # `reduceat` adds up each part alone, so sums of whole numbers are exact, and those of
        # fractions do not depend on what was before.
        for number, values in enumerate((series.bad, series.total, series.known)):
            np.add.reduceat(values[: rows[-1]], rows[:-1], dtype=np.float64, out=sums[number])
    return sums


def cuts_of(moments: Iterable[datetime], span: TimeSpan) -> Cuts:
    """Return the times within a span as cuts, with its ends and the start of each month."""
    first, last = minute_of(span.start), minute_of(span.end)
    minutes = {minute_of(moment) for moment in moments}
    minutes |= {minute_of(part.start) for _, part in months(span)}
    within = {minute for minute in minutes if first <= minute <= last}
    return np.array(sorted({*within, first, last}), dtype=np.int64)


def minute_of(moment: datetime) -> int:
    """Return the whole minutes since 1970."""
    return (moment - EPOCH) // MINUTE


def _running(parts: FloatArray) -> FloatArray:
    running: FloatArray = np.concatenate(([0.0], np.cumsum(parts)))
    return running
