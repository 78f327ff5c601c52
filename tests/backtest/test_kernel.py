"""Failures in a window as `increase` of Prometheus reads them, by the interval of the samples."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reliability.backtest.kernel import Evaluation, PrefixSums, StepGrid
from reliability.expression import BurnAbove, Condition, FailuresAtLeast
from reliability.promql.evaluate.semantics import Ranges
from reliability.timespan import MINUTE
from tests.backtest.replaying import series

WINDOW = 5 * MINUTE
EVENTS = 100


def holds(condition: Condition, bad: list[float], ranges: Ranges, scrape: int | None) -> bool:
    """Whether a condition is true after these minutes; `scrape` is in seconds."""
    interval = None if scrape is None else timedelta(seconds=scrape)
    of = replace(series(bad, [EVENTS] * len(bad)), interval=interval)
    grid = StepGrid(first=len(bad), stride=1, count=1)
    evaluation = Evaluation(PrefixSums.of(of, WINDOW), grid, ranges)
    [known] = evaluation.holds(condition).tolist()
    return bool(known)


@pytest.mark.parametrize(
    ("ranges", "scrape", "fewest"),
    [
        # All of the window: 4 + 6 failures, above 9.5.
        (Ranges.CLOSED, 15, 6),
        (Ranges.CLOSED, 60, 6),
        # 285 of 300 seconds are seen: 3 of the first 4 failures, and above 9.5 * 0.95.
        (Ranges.LEFT_OPEN, 15, 7),
        # 270 seconds: 2 of the first 4 failures, and above 9.5 * 0.9.
        (Ranges.LEFT_OPEN, 30, 7),
        # 240 seconds: none of the first 4 failures, and above 9.5 * 0.8.
        (Ranges.LEFT_OPEN, 60, 8),
        (Ranges.LEFT_OPEN, 120, 8),
        (Ranges.LEFT_OPEN, None, 8),
    ],
)
def test_ten_failures_are_what_increase_reads_as_ten(
    ranges: Ranges, scrape: int | None, fewest: int
) -> None:
    condition = FailuresAtLeast(WINDOW, 10)
    before = [50.0, 50.0]
    for last in range(12):
        bad = [*before, 4.0, 0.0, 0.0, 0.0, float(last)]
        assert holds(condition, bad, ranges, scrape) == (last >= fewest), last


@pytest.mark.parametrize(
    ("ranges", "scrape", "share"),
    [
        (Ranges.CLOSED, 15, 24 / 500),
        (Ranges.LEFT_OPEN, 15, 23 / 475),
        (Ranges.LEFT_OPEN, 30, 22 / 450),
        (Ranges.LEFT_OPEN, 60, 20 / 400),
    ],
)
def test_a_ratio_is_of_what_is_seen(ranges: Ranges, scrape: int, share: float) -> None:
    bad = [50.0, 50.0, 4.0, 0.0, 0.0, 0.0, 20.0]
    for threshold, is_above in ((share * 0.999, True), (share * 1.001, False)):
        condition = BurnAbove(WINDOW, 1.0, threshold)
        assert holds(condition, bad, ranges, scrape) is is_above


@pytest.mark.parametrize(
    ("bad", "total", "inclusive", "is_above"),
    [(10, 100, False, False), (10, 100, True, True), (0, 0, True, False), (9, 100, True, False)],
)
def test_an_inclusive_threshold_needs_an_event(
    bad: float, total: float, inclusive: bool, is_above: bool
) -> None:
    of = series([bad] * 5, [total] * 5)
    grid = StepGrid(first=5, stride=1, count=1)
    evaluation = Evaluation(PrefixSums.of(of, WINDOW), grid, Ranges.CLOSED)
    condition = BurnAbove(WINDOW, 1.0, 0.1, inclusive=inclusive)
    assert evaluation.holds(condition).tolist() == [is_above]
