"""What holds for every backtest: it says what a plain loop says, and a span may be cut anywhere."""

from datetime import timedelta
from itertools import pairwise
from typing import Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.arrays import runs
from reliability.backtest.budget import Budget
from reliability.backtest.firing import ReplayTerms, fire, grid_of
from reliability.backtest.kernel import Evaluation, PrefixSums
from reliability.backtest.significant import significant
from reliability.expression import AllOf, AnyOf, BurnAbove, Condition, FailuresAtLeast
from reliability.history.series import Series
from reliability.promql.evaluate.semantics import Ranges
from reliability.timespan import MINUTE, TimeSpan
from tests.backtest.replaying import DAY, START, burn_alert, holds_at, minutes, pair, series

LONGEST = 12 * MINUTE
WINDOWS = st.integers(1, 12).map(lambda count: count * MINUTE)
EVENTS = st.integers(0, 40)
RANGES = st.sampled_from(Ranges)
BURNING: Final = 6
"""Failures of a minute with 1,000 events that burn six times the budget of 99.9 %."""

LEAVES: st.SearchStrategy[Condition] = st.builds(
    BurnAbove, WINDOWS, st.sampled_from([1.0, 2.5, 14.4]), st.sampled_from([0.001, 0.05, 0.1])
) | st.builds(FailuresAtLeast, WINDOWS, st.integers(1, 30))
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(AllOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=5,
)


@st.composite
def counted(draw: st.DrawFn, shortest: int = 1, longest: int = 60) -> Series:
    """Some minutes, with failures that are never more than all events."""
    total = draw(st.lists(EVENTS, min_size=shortest, max_size=longest))
    bad = [min(every, draw(EVENTS)) for every in total]
    return series(bad, total)


@given(counted(), CONDITIONS, RANGES, st.integers(1, 3), st.integers(0, 2))
def test_the_kernel_says_what_a_plain_loop_says(
    of: Series, condition: Condition, ranges: Ranges, every: int, phase: int
) -> None:
    terms = ReplayTerms(of.span, ranges, phase * MINUTE)
    start, grid = grid_of(every * MINUTE, of, terms)
    said = Evaluation(PrefixSums.of(of, LONGEST), grid, ranges).holds(condition)
    first = (start - of.start) // MINUTE
    known = range(first, first + grid.count * every, every)
    assert said.tolist() == [holds_at(condition, of, steps, ranges) for steps in known]


@given(counted(shortest=2), RANGES, st.data())
def test_a_span_that_is_cut_fires_as_the_whole_does(
    of: Series, ranges: Ranges, data: st.DataObject
) -> None:
    alert = burn_alert("0.9", (pair(6 * MINUTE, 2 * MINUTE, "0.0003"),))
    cut = data.draw(st.integers(1, len(of.total) - 1))
    counts = PrefixSums.of(of, LONGEST)
    spans = (of.span, minutes(0, cut), minutes(cut, len(of.total)))
    whole, *parts = (
        fire(alert, of, counts, ReplayTerms(span, ranges)).on.tolist() for span in spans
    )
    assert whole == [entry for part in parts for entry in part]


@given(counted(shortest=4), st.integers(1, 3), st.integers(0, 5))
def test_evaluations_are_after_multiples_of_their_interval_by_the_phase(
    of: Series, every: int, phase: int
) -> None:
    start, grid = grid_of(every * MINUTE, of, ReplayTerms(of.span, phase=phase * MINUTE))
    assert (start - START - phase * MINUTE) % (every * MINUTE) == timedelta(0)
    assert of.span.start <= start < of.span.start + every * MINUTE
    last = start + (grid.count - 1) * every * MINUTE
    assert last < of.span.end <= last + every * MINUTE


@given(st.lists(st.booleans(), max_size=40))
def test_runs_are_what_is_true(entries: list[bool]) -> None:
    rebuilt = [False] * len(entries)
    ends = [-1]
    for first, last in runs(np.array(entries, dtype=bool)):
        assert ends[-1] < first < last
        ends.append(last)
        rebuilt[first:last] = [True] * (last - first)
    assert rebuilt == entries


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 1400), st.integers(1, 90), st.integers(1, 40)), max_size=5)
)
def test_a_significant_event_burned_more_than_the_budget_allows_by_itself(
    bursts: list[tuple[int, int, int]],
) -> None:
    bad = np.zeros(1500)
    for at, length, failures in bursts:
        bad[at : at + length] += failures
    of = series(bad.tolist(), [1000] * 1500)
    budget = Budget(failures=1000.0, ratio=0.001)
    found = list(significant(of, budget, 30 * DAY, of.span))
    for span in found:
        failed = bad[of.part(span)]
        assert failed.sum() > 0.001 * 1000 * len(failed)
        assert failed[0] > 0
        assert failed[-1] > 0
        assert any(most(failed, length) >= least for length, least in ((60, 20), (360, 50)))
    assert all(one.end < other.start for one, other in pairwise(found))
    within_budget = all(most(bad, length) <= length for length in (60, 360))
    clearly_above = any(
        most(bad, length) >= max(least, 2 * length) for length, least in ((60, 20), (360, 50))
    )
    assert not (found and within_budget)
    assert found or not clearly_above


def most(bad: np.ndarray[tuple[int], np.dtype[np.float64]], length: int) -> float:
    """The most failures in any window of so many minutes, or in all if it is longer."""
    shorter = min(length, len(bad))
    return float(max(bad[at : at + shorter].sum() for at in range(len(bad) - shorter + 1)))


@given(counted(shortest=2), st.data())
def test_budgets_of_parts_add_up(of: Series, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(of.total) - 1))
    budget = Budget(failures=50.0, ratio=0.01)
    parts = (TimeSpan(of.start, START + cut * MINUTE), TimeSpan(START + cut * MINUTE, of.span.end))
    whole = budget.spent(of, of.span)
    assert abs(whole - sum(budget.spent(of, part) for part in parts)) < 1e-9
