"""The kernel: a condition at every evaluation of a grid, by prefix sums.

A window's sum is the difference of two prefix sums, exact while counts are whole numbers below
2^53. A ratio is compared without dividing: bad > threshold * total, which is false where nothing
happened at all, as Prometheus has no value there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import BoolArray, FloatArray
from reliability.expression import AllOf, AnyOf, BurnAbove, Condition, FailuresAtLeast
from reliability.history.series import Series
from reliability.promql.evaluate.semantics import Ranges


@dataclass(frozen=True, slots=True)
class StepGrid:
    """Evaluations: number k knows the first `first + k * stride` steps of a series."""

    first: int
    stride: int
    count: int

    def shifted(self, by: int) -> slice:
        """Where the prefix sums of each evaluation stand, in sums that are shifted by so much."""
        start = self.first + by
        return slice(start, start + self.stride * self.count, self.stride)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Some evaluations of a grid: number k knows the first `steps[k]` steps."""

    steps: NDArray[np.int64]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.steps)

    def shifted(self, by: int) -> NDArray[np.int64]:
        """As for a grid."""
        return self.steps + by


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PrefixSums:
    """Prefix sums of a series, with room in front so that a window may start before the data."""

    step: timedelta
    room: int
    bad: FloatArray
    total: FloatArray
    unseen: float = 1.0
    """The share of the oldest step of a window that a left-open range does not see."""

    @classmethod
    def of(cls, series: Series, longest: timedelta) -> PrefixSums:
        """Sum up a series once, for windows of at most `longest`."""
        room = longest // series.step + 1
        sums = np.zeros((2, room + 1 + len(series.total)))
        np.cumsum(series.bad, out=sums[0, room + 1 :])
        np.cumsum(series.total, out=sums[1, room + 1 :])
        interval = min(series.interval or series.step, series.step)
        unseen = interval / series.step
        return cls(step=series.step, room=room, bad=sums[0], total=sums[1], unseen=unseen)


class Evaluation:
    """One series under one grid: evaluates conditions into arrays that it keeps and reuses."""

    def __init__(
        self, counts: PrefixSums, grid: StepGrid | Moments, ranges: Ranges, more: float = 0
    ) -> None:
        """`more` failures are added to those of each window, to see what one of them changes."""
        self.counts, self.grid, self.ranges, self.more = counts, grid, ranges, more
        self._failures, self._allowed = np.empty((2, grid.count))

    def holds(self, condition: Condition) -> BoolArray:
        """Where the condition is true, one entry for each evaluation."""
        match condition:
            case AllOf(conditions):
                return self._all(conditions)
            case AnyOf(conditions):
                return self._any(conditions)
            case BurnAbove(window):
                allowed = self._within(self.counts.total, window, self._allowed)
                allowed *= condition.threshold
                if condition.inclusive:
                    happened = allowed > 0
                    return np.greater_equal(self.failures(window), allowed) & happened
                return np.greater(self.failures(window), allowed)
            case FailuresAtLeast(window, count):
                return np.greater(self.failures(window), self._floor(window, count))

    def failures(self, window: timedelta) -> FloatArray:
        """Bad events within a window before each evaluation; valid until the next call."""
        failures = self._within(self.counts.bad, window, self._failures)
        if self.more:
            failures += self.more
        return failures

    def ratio(self, window: timedelta) -> FloatArray:
        """Bad over all events within a window; nan, or a warning of numpy, where none happened."""
        return self.failures(window) / self._within(self.counts.total, window, self._allowed)

    def _within(self, sums: FloatArray, window: timedelta, out: FloatArray) -> FloatArray:
        """The sum over the window that ends at each evaluation, written into `out`."""
        until = self.grid.shifted(self.counts.room)
        length = self.ranges.increments(window, self.counts.step)
        before = self.grid.shifted(self.counts.room - length)
        within = np.subtract(sums[until], sums[before], out=out)
        if self._sees_more:
            earlier = self.grid.shifted(self.counts.room - length - 1)
            within += (1 - self.counts.unseen) * (sums[before] - sums[earlier])
        return within

    @property
    def _sees_more(self) -> bool:
        """Whether samples are closer than steps, so that less of a window's beginning is missing.

        Prometheus leaves out what was counted between a window's start and its first sample. That
        is one interval of scrapes; it is spread evenly over the oldest step here.
        """
        return self.ranges is Ranges.LEFT_OPEN and self.counts.unseen < 1

    def _floor(self, window: timedelta, count: int) -> float:
        """The increments above which a range, extrapolated by Prometheus, has `count` failures.

        Half a failure is let off, as in the rule that is compiled: the extrapolated increase is
        no whole number.
        """
        steps = window // self.counts.step
        seen: float = self.ranges.increments(window, self.counts.step)
        if self._sees_more:
            seen += 1 - self.counts.unseen
        return (count - 0.5) * seen / steps

    def _all(self, conditions: tuple[Condition, ...]) -> BoolArray:
        result = self.holds(conditions[0])
        for condition in conditions[1:]:
            if not result.any():
                break
            result &= self.holds(condition)
        return result

    def _any(self, conditions: tuple[Condition, ...]) -> BoolArray:
        result = self.holds(conditions[0])
        for condition in conditions[1:]:
            result |= self.holds(condition)
        return result
