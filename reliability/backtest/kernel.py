"""Evaluation of a condition at every time of a grid, by prefix sums.

The sum over a window is the difference of two prefix sums, which is exact while counts are whole
numbers below 2^53. Ratios are compared without division: bad > threshold * total. Without events
that is false; in Prometheus, 0/0 is NaN, and no comparison with NaN is true.
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
    """Evaluations at equal intervals: number k sees the first `first + k * stride` steps."""

    first: int
    stride: int
    count: int

    def shifted(self, by: int) -> slice:
        """Return the indexes of the prefix sums of all evaluations, shifted by some steps."""
        start = self.first + by
        return slice(start, start + self.stride * self.count, self.stride)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Single evaluations of a grid: number k sees the first `steps[k]` steps."""

    steps: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of evaluations."""
        return len(self.steps)

    def shifted(self, by: int) -> NDArray[np.int64]:
        """Return the indexes of the prefix sums, as `StepGrid.shifted` does."""
        return self.steps + by


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PrefixSums:
    """Prefix sums of bad and all events, and of known steps; shape (room + 1 + steps,).

    Steps are known in which any group of the SLO is; None if nothing asks for them.

    `room` steps of zeros in front let a window start before the data.
    """

    step: timedelta
    room: int
    bad: FloatArray
    total: FloatArray
    known: FloatArray | None
    unseen: float = 1.0
    """Share of a window's oldest step that Prometheus does not see."""

    @classmethod
    def of(cls, series: Series, longest: timedelta, known: BoolArray | None = None) -> PrefixSums:
        """Calculate the prefix sums of a series for windows of at most `longest`."""
        # One step more than the longest window: a left-open range reads the step before it, too.
        room = longest // series.step + 1
        sums = np.zeros((3, room + 1 + len(series.total)))
        np.cumsum(series.bad, out=sums[0, room + 1 :])
        np.cumsum(series.total, out=sums[1, room + 1 :])
        if known is not None:
            np.cumsum(known, out=sums[2, room + 1 :])
        # Samples farther apart than a step were spread over the steps between them, so a step is
        # the finest that the counts can tell.
        interval = min(series.interval or series.step, series.step)
        unseen = interval / series.step
        return cls(
            step=series.step,
            room=room,
            bad=sums[0],
            total=sums[1],
            known=None if known is None else sums[2],
            unseen=unseen,
        )


class Evaluation:
    """Evaluation of conditions on one series, with reused arrays: allocation would dominate."""

    def __init__(
        self, counts: PrefixSums, grid: StepGrid | Moments, ranges: Ranges, more: float = 0
    ) -> None:
        """Prepare an evaluation; `more` failures per window find evaluations near the threshold."""
        self.counts, self.grid, self.ranges, self.more = counts, grid, ranges, more
        self._failures, self._allowed = np.empty((2, grid.count))

    def holds(self, condition: Condition) -> BoolArray:
        """Return whether the condition is true at each evaluation; shape (evaluations,)."""
        match condition:
            case AllOf(conditions):
                return self._all(conditions)
            case AnyOf(conditions):
                return self._any(conditions)
            case BurnAbove(window):
                allowed = self._within(self.counts.total, window, self._allowed)
                allowed *= condition.threshold
                # `>=` would be true for 0 >= 0, where Prometheus has NaN: require events.
                if condition.inclusive:
                    happened = allowed > 0
                    return np.greater_equal(self.failures(window), allowed) & happened
                # `bad > threshold * total` and not a ratio: without events it is 0 > 0, which is
                # false without a special case, and a division would cost a second pass.
                return np.greater(self.failures(window), allowed)
            case FailuresAtLeast(window, count):
                return np.greater(self.failures(window), self._floor(window, count))

    def failures(self, window: timedelta) -> FloatArray:
        """Return the bad events in the window of each evaluation; valid until the next call."""
        failures = self._within(self.counts.bad, window, self._failures)
        if self.more:
            # In place, like all steps of an evaluation: the arrays are written again by the next
            # window.
            failures += self.more
        return failures

    def ratio(self, window: timedelta) -> FloatArray:
        """Return the error ratio in the window of each evaluation; NaN without events."""
        return self.failures(window) / self._within(self.counts.total, window, self._allowed)

    def measures(self, known: FloatArray, window: timedelta) -> BoolArray:
        """Return whether anything is known in the window of each evaluation, by prefix sums."""
        return self._within(known, window, self._allowed) > 0

    def _within(self, sums: FloatArray, window: timedelta, out: FloatArray) -> FloatArray:
        """Write the sum over the window of each evaluation into `out`, and return it."""
        until = self.grid.shifted(self.counts.room)
        length = self.ranges.increments(window, self.counts.step)
        before = self.grid.shifted(self.counts.room - length)
        within = np.subtract(sums[until], sums[before], out=out)
        if self._sees_more:
            earlier = self.grid.shifted(self.counts.room - length - 1)
            # With one sample per step this part is 0, so coarse histories skip it.
            within += (1 - self.counts.unseen) * (sums[before] - sums[earlier])
        return within

    @property
    def _sees_more(self) -> bool:
        """Whether samples are closer than steps, so that less of a window's start is missing.

        A left-open range (Prometheus 3) has no sample at its start, so `increase` misses what was
        counted before the first sample inside: one scrape interval. With several scrapes per step,
        the rest of the oldest step is added, as if its events were spread evenly.
        """
        return self.ranges is Ranges.LEFT_OPEN and self.counts.unseen < 1

    def _floor(self, window: timedelta, count: int) -> float:
        """Return the number of increments above which `increase` reads as `count` failures.

        `increase` extrapolates what it sees to the whole window, so it is rarely a whole number;
        the compiled rule compares with `count - 0.5` for the same reason.
        """
        steps = window // self.counts.step
        seen: float = self.ranges.increments(window, self.counts.step)
        if self._sees_more:
            seen += 1 - self.counts.unseen
        return (count - 0.5) * seen / steps

    def _all(self, conditions: tuple[Condition, ...]) -> BoolArray:
        result = self.holds(conditions[0])
        for condition in conditions[1:]:
            # Most weeks have no burn at all, so the second window is rarely computed.
            if not result.any():
                break
            result &= self.holds(condition)
        return result

    def _any(self, conditions: tuple[Condition, ...]) -> BoolArray:
        result = self.holds(conditions[0])
        for condition in conditions[1:]:
            # No early exit as in `_all`: a condition that is false everywhere says nothing about
            # the next.
            result |= self.holds(condition)
        return result
