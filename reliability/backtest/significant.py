"""Significant events, which alerts are scored against if no incident is recorded.

Windows in which much of the budget was spent indicate an event (`SIGNIFICANT`). Time that was
clearly quiet separates one from the next (`_quiet`). The start and the end are the most likely
change points of the error ratio (`_core`): neither a stray failure nor the length of a window moves
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

import numpy as np

from reliability.arrays import BoolArray, FloatArray, runs
from reliability.backtest.budget import Budget
from reliability.history.series import Series
from reliability.timespan import TimeSpan

SIGNIFICANT: Final = ((timedelta(hours=1), 0.02), (timedelta(hours=6), 0.05))
"""Shares of a period's budget, 2 % in an hour or 5 % in six, for which the Workbook pages."""

APART: Final = timedelta(minutes=30)
"""Distance below which two events count as one."""

LONGER: Final = (timedelta(hours=1), timedelta(hours=2), timedelta(hours=6))
"""Windows that are checked for quiet if too little happens within half an hour."""

FEW: Final = 8.0
"""Expected failures below which a longer window is checked."""

ABOVE: Final = 6.0
BELOW: Final = 4.0
"""Evidence that a window is above its budget, and that it is below a burn.

Chance produces as much once in 400 windows, and once in 50 (Chernoff's bound of a Poisson count).
"""

FLARE: Final = 5
"""Failures that continue an event at a lower rate; fewer count as chance."""

ROUNDS: Final = 8
"""Limit of iterations in the search for an event's core."""

Part: TypeAlias = tuple[int, int]
"""Part of the span: its first step, and the step after its last."""


def significant(
    series: Series, budget: Budget, period: timedelta, span: TimeSpan, least: int = 1
) -> Iterator[TimeSpan]:
    """Yield the significant events of one series within a span, in order and separate.

    In each event 2 % of the period's budget was spent within an hour, or 5 % within six, by at
    least `least` failures, and its error ratio is above the budget: a busy hour within the
    objective does not count.
    """
    part = series.part(span)
    burn = _Burn.of(
        series.bad[part],
        total=series.total[part],
        step=series.step,
        budget=budget,
        period=period,
        least=least,
    )
    for first, last in _joined(burn.events(), APART // series.step):
        yield TimeSpan(span.start + first * series.step, span.start + last * series.step)


def _joined(parts: Iterable[Part], apart: int) -> list[Part]:
    """Return the parts in order, joining those less than `apart` steps from the next."""
    result: list[Part] = []
    for first, last in sorted(parts):
        if result and first - result[-1][1] < apart:
            result[-1] = (result[-1][0], max(last, result[-1][1]))
        else:
            result.append((first, last))
    return result


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Burn:
    """Failures and events of a span as prefix sums, and the criteria of significant windows.

    `ratio` is the budget, `slowest` the error ratio at which the slowest of the windows burns;
    `windows` are numbers of steps with the failures that make a window significant.
    """

    bad: FloatArray
    total: FloatArray
    step: timedelta
    ratio: float
    slowest: float
    windows: tuple[tuple[int, float], ...]

    @classmethod
    def of(
        cls,
        bad: FloatArray,
        total: FloatArray,
        step: timedelta,
        budget: Budget,
        period: timedelta,
        least: int,
    ) -> _Burn:
        """Calculate the sums from the counts of each step."""
        # The Workbook's shares are made for periods of weeks. Below five days, the slowest rate
        # would be under 1, which is within the objective.
        rate = min(share * (period / window) for window, share in SIGNIFICANT)
        return cls(
            bad=np.concatenate(([0.0], np.cumsum(bad))),
            total=np.concatenate(([0.0], np.cumsum(total))),
            step=step,
            ratio=budget.ratio,
            slowest=budget.ratio * max(rate, 1.0),
            windows=tuple(
                (window // step, max(share * budget.failures, least))
                for window, share in SIGNIFICANT
            ),
        )

    def events(self) -> Iterator[Part]:
        """Yield the parts of the span that are events."""
        for first, last in runs(self._marked()):
            yield from self._within(first, last)

    def _marked(self) -> BoolArray:
        """Return the steps in any window that is significant and above the budget."""
        marked = np.zeros(len(self.bad) - 1, dtype=np.bool_)
        for steps, failures in self.windows:
            bad, total = _sums(self.bad, steps), _sums(self.total, steps)
            # Spending a share of the budget is not enough: at high traffic, an hour within the
            # objective spends as much. The evidence asks whether chance explains the failures.
            is_above = _evidence(bad, self.ratio * total) >= ABOVE
            _mark(marked, (bad >= failures) & is_above & (bad > self.ratio * total), steps)
        return marked

    def _within(self, first: int, last: int) -> Iterator[Part]:
        """Yield the events in a part, in order, one for each piece between quiet times."""
        if not self._holds_one(first, last):
            return
        core = self._core(first, last)
        events: list[Part] = []
        pieces = list(runs(~self._quiet(first, last, self._between(*core))))
        if len(pieces) > 1:
            for start, end in self._with_margin(pieces, last - first):
                events.extend(self._within(first + start, first + end))

        events = events or list(self._clearest(first, last, core))
        if not events:
            return
        earlier_ends = [first, *(end for _, end in events)]
        afters = [*(start for start, _ in events), last]
        for before, after, event in zip(earlier_ends, afters, [*events, None], strict=True):
            yield from self._within(before, after)
            if event:
                yield event

    def _clearest(self, first: int, last: int, core: Part) -> Iterator[Part]:
        """Yield the core of a part, or else its segment at the slowest rate or above the budget."""
        burning = (self._best(first, last, ratio) for ratio in (self.slowest, self.ratio))
        for event in (core, *burning):
            if self._is_event(*event):
                yield self._flared(first, last, event)
                return

    def _flared(self, first: int, last: int, event: Part) -> Part:
        """Extend an event by failures around it at the slowest rate or above, up to quiet time."""
        start, end = event
        quiet = np.flatnonzero(self._quiet(first, last, self.slowest)) + first
        first = max((int(moment) + 1 for moment in quiet[quiet < start][-1:]), default=first)
        last = min((int(moment) for moment in quiet[quiet >= end][:1]), default=last)
        above = self.bad[first : last + 1] - self.slowest * self.total[first : last + 1]
        before = first + int(np.argmin(above[: start - first + 1]))
        after = end + int(np.argmax(above[end - first :]))
        if self.bad[start] - self.bad[before] >= FLARE:
            start = before
        if self.bad[after] - self.bad[end] >= FLARE:
            end = after

        return start, end

    def _quiet(self, first: int, last: int, ratio: float) -> BoolArray:
        """Return the steps in windows with clearly fewer failures than an error ratio would cause.

        Six hours without any failure are quiet, too.
        """
        quiet = np.zeros(last - first, dtype=np.bool_)
        for window in (APART, *LONGER):
            steps = window // self.step
            bad, total = (_sums(sums[first : last + 1], steps) for sums in (self.bad, self.total))
            expected = ratio * total
            is_quiet = (bad < expected) & (_evidence(bad, expected) >= BELOW)
            if window != APART:
                is_quiet &= expected <= FEW
            if window == LONGER[-1]:
                is_quiet |= bad <= 0
            _mark(quiet, is_quiet, steps)

        return quiet

    def _with_margin(self, pieces: list[Part], length: int) -> Iterator[Part]:
        """Yield the pieces with a margin, up to the middle between two: a window blurs its ends."""
        most = APART // self.step
        earlier_ends = [0, *(end for _, end in pieces[:-1])]
        afters = [*(start for start, _ in pieces[1:]), length]
        for (start, end), before, after in zip(pieces, earlier_ends, afters, strict=True):
            yield max(start - most, (before + start) // 2), min(end + most, (end + after) // 2)

    def _holds_one(self, first: int, last: int) -> bool:
        """Return whether enough of the budget was spent within a window of a part."""
        return first < last and any(
            self._most(first, last, steps) >= least for steps, least in self.windows
        )

    def _is_event(self, first: int, last: int) -> bool:
        """Return whether a part is an event, judged by itself."""
        bad, total = self.bad[last] - self.bad[first], self.total[last] - self.total[first]
        expected = self.ratio * total
        is_above = bad > expected and _evidence(bad, expected) >= ABOVE
        return bool(is_above) and self._holds_one(first, last)

    def _most(self, first: int, last: int, steps: int) -> float:
        """Return the most failures in any window of a part."""
        sums = self.bad[first : last + 1]
        return float(np.max(_sums(sums, min(steps, last - first))))

    def _core(self, first: int, last: int) -> Part:
        """Return the most likely segment in which the error ratio was above the budget.

        It is the segment with the largest sum of log-likelihood ratios of two Poisson rates, for
        the segment's own error ratio.
        """
        event = first, last
        for _ in range(ROUNDS):
            better = self._best(first, last, self._between(*event))
            if better == event:
                break
            event = better

        return event

    def _between(self, first: int, last: int) -> float:
        """Return the error ratio at which the budget and the ratio of a part are equally likely."""
        bad, total = self.bad[last] - self.bad[first], self.total[last] - self.total[first]
        high = max(float(bad / total) if total else 1.0, self.slowest)
        if high <= self.ratio or not self.ratio:
            return self.ratio
        return float((high - self.ratio) / np.log(high / self.ratio))

    def _best(self, first: int, last: int, allowed: float) -> Part:
        """Return the segment with the most failures above an error ratio."""
        above = self.bad[first : last + 1] - allowed * self.total[first : last + 1]
        lowest = np.minimum.accumulate(above)
        end = int(np.argmax(above - lowest))
        start = end - int(np.argmin(above[end::-1]))
        return first + start, first + end


def _sums(sums: FloatArray, steps: int) -> FloatArray:
    """Return the sum of every window of a number of steps, from prefix sums."""
    result: FloatArray = sums[steps:] - sums[: max(len(sums) - steps, 0)]
    return result


def _evidence(count: FloatArray, expected: FloatArray) -> FloatArray:
    """Return the log-likelihood ratio of Poisson counts against expected ones; 0 if equal."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(count > 0, count * np.log(count / expected), 0.0)
    evidence: FloatArray = ratio - (count - expected)
    return evidence


def _mark(marked: BoolArray, windows: BoolArray, steps: int) -> None:
    """Mark the steps that are in any of the given windows of a number of steps."""
    for first, last in runs(windows):
        marked[first : last + steps - 1] = True
