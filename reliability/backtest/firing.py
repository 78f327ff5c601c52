"""`Firing`: evaluations at which an alert was true, and the resulting intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from reliability.arrays import BoolArray, runs
from reliability.backtest.kernel import Evaluation, PrefixSums, StepGrid
from reliability.burnrate import BurnRateAlert
from reliability.expression import AllOf, pairs_of
from reliability.history.series import Series
from reliability.promql.evaluate.semantics import Ranges
from reliability.timespan import EPOCH, TimeSpan

RECORDED = timedelta(minutes=5)
"""Window of the recorded total, which is absent if nothing was measured in it."""


@dataclass(frozen=True, slots=True)
class ReplayTerms:
    """Parameters of a replay: span, range semantics, and phase of the evaluations.

    Evaluations happen at every time of the span that is `phase` after a multiple of the alert's
    interval, counted from 1970. `with_confidence` also replays other phases and finds evaluations
    near the threshold, which takes about three times as long. Alerts of one `tier` are known when
    its windows are filled; without it, when those of all tiers are. Raw samples have none before
    `begins`, None if that is not known: no rule is evaluated before, and `absent()` would hold.
    """

    span: TimeSpan
    ranges: Ranges = Ranges.LEFT_OPEN
    phase: timedelta = timedelta(0)
    _: KW_ONLY
    with_confidence: bool = False
    tier: str = ""
    begins: datetime | None = None

    def evaluated(self, before: timedelta) -> TimeSpan:
        """Return the span and so much before it, as far as there may be samples."""
        whole = self.span.extended(before)
        start = whole.start if self.begins is None else max(whole.start, self.begins)
        return TimeSpan(min(start, whole.end), whole.end)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Firing:
    """Evaluations of an alert for one group of its SLI: `on[k]` is that at `start + k * every`."""

    alert: BurnRateAlert
    labels: Mapping[str, str]
    start: datetime
    every: timedelta
    on: BoolArray

    @property
    def time(self) -> timedelta:
        """Total time of firing; each true evaluation counts for one interval."""
        return int(np.count_nonzero(self.on)) * self.every

    def since(self, start: datetime) -> Firing:
        """Return the firing without the evaluations before a time."""
        skipped = max(-((self.start - start) // self.every), 0)
        return replace(self, start=self.start + skipped * self.every, on=self.on[skipped:])

    def intervals(self) -> Iterator[TimeSpan]:
        """Yield an interval for each run, from its first true to the next false evaluation."""
        for first, last in runs(self.on):
            yield TimeSpan(self.start + first * self.every, self.start + last * self.every)


def fire(alert: BurnRateAlert, series: Series, counts: PrefixSums, terms: ReplayTerms) -> Firing:
    """Evaluate an alert at every time of its grid within the span."""
    start, grid = grid_of(alert.every, series, terms)
    evaluation = Evaluation(counts, grid, terms.ranges)
    on = evaluation.holds(alert.condition)
    if alert.outlasts_data and counts.known is not None:
        measured = evaluation.measures(counts.known, RECORDED)
        if not measured.all():
            on |= held(alert, evaluation, measured)
    if alert.after:
        # Rounded up: an alert fires at the first evaluation at which `for` has passed (`ts -
        # ActiveAt >= holdDuration` in rules/alerting.go), so 90s at an interval of 1m takes two.
        on = once_pending(on, -(-alert.after // alert.every))
    return Firing(alert=alert, labels=series.labels, start=start, every=alert.every, on=on)


def held(alert: BurnRateAlert, evaluation: Evaluation, measured: BoolArray) -> BoolArray:
    """Return where a pair of windows held when data went missing, as the compiled rule does.

    It held in the last minute with data, at most the length of the long window ago.
    """
    on = np.zeros(len(measured), dtype=np.bool_)
    numbers = np.arange(len(measured))
    last = np.maximum.accumulate(np.where(measured, numbers, -1))
    for pair in filter(None, pairs_of(alert.condition)):
        stands = ~measured & (last >= 0) & (numbers - last <= pair.longest // alert.every)
        if stands.any():
            rest = evaluation.holds(AllOf(pair.rest))
            stands &= (evaluation.holds(pair.short) & rest)[last] & rest
        on |= stands
    return on


def once_pending(on: BoolArray, evaluations: int) -> BoolArray:
    """Return where an alert fires that must be true for a number of evaluations first (`for`).

    What was true before the first evaluation is unknown, so a condition counts as starting there.
    """
    firing = on.copy()
    for first, last in runs(on):
        firing[first : min(first + evaluations, last)] = False
    return firing


def grid_of(every: timedelta, series: Series, terms: ReplayTerms) -> tuple[datetime, StepGrid]:
    """Return the first evaluation within the span, and the grid of all evaluations on this series.

    Raises:
        ValueError: the series does not cover the span.
    """
    # Prometheus aligns evaluations to multiples of the interval since 1970, plus an offset per
    # group (`Group.EvalTimestamp`), and not to its own start.
    late = (terms.span.start - EPOCH - terms.phase) % every
    start = terms.span.start + ((every - late) % every)
    count = max(-((start - terms.span.end) // every), 0)
    first = (start - series.start) // series.step
    grid = StepGrid(first, every // series.step, count)
    # numpy would read a negative index from the end of the array, and return wrong sums.
    if first < 0 or grid.first + (count - 1) * grid.stride > len(series.total):
        raise ValueError(f"the series {series.span} does not hold {terms.span}")

    return start, grid
