"""Spans that are known and those that are missing, and increments a minute, at their limits."""

from datetime import timedelta

import numpy as np
import pytest

from reliability.history.covered import chunks, merged, missing
from reliability.history.increments import added, increments, interval_of
from reliability.timespan import EPOCH, MINUTE, TimeSpan
from tests.history.fakes import START, samples

NAN = float("nan")
Part = tuple[int, int]


def span(part: Part) -> TimeSpan:
    return TimeSpan(START + part[0] * MINUTE, START + part[1] * MINUTE)


@pytest.mark.parametrize(
    ("spans", "wanted"),
    [
        ([], []),
        ([(3, 5), (0, 1)], [(0, 1), (3, 5)]),
        ([(0, 2), (2, 4)], [(0, 4)]),
        ([(0, 9), (2, 4), (8, 10)], [(0, 10)]),
    ],
)
def test_spans_that_touch_are_one(spans: list[Part], wanted: list[Part]) -> None:
    assert list(merged(map(span, spans))) == [*map(span, wanted)]


@pytest.mark.parametrize(
    ("covered", "wanted"),
    [
        ([], [(2, 8)]),
        ([(0, 2)], [(2, 8)]),
        ([(0, 3)], [(3, 8)]),
        ([(2, 8)], []),
        ([(0, 9)], []),
        ([(3, 4), (6, 7)], [(2, 3), (4, 6), (7, 8)]),
        ([(7, 9)], [(2, 7)]),
        ([(8, 9)], [(2, 8)]),
        ([(9, 10), (11, 12)], [(2, 8)]),
        ([(0, 8), (9, 10)], []),
        ([(2, 5), (5, 8), (11, 12)], []),
        ([(0, 2), (8, 9)], [(2, 8)]),
    ],
)
def test_what_no_span_covers_is_missing(covered: list[Part], wanted: list[Part]) -> None:
    assert list(missing(span((2, 8)), map(span, covered))) == [*map(span, wanted)]


def test_a_span_is_cut_at_the_multiples_of_a_length() -> None:
    ends = [(1, 6), (6, 12), (12, 13)]
    first, *_ = parts = [
        TimeSpan(EPOCH + timedelta(hours=start), EPOCH + timedelta(hours=end))
        for start, end in ends
    ]
    whole = TimeSpan(first.start, parts[-1].end)
    assert list(chunks(whole, timedelta(hours=6))) == parts
    assert list(chunks(parts[1], timedelta(hours=6))) == [parts[1]]
    assert list(chunks(TimeSpan(EPOCH, EPOCH), timedelta(hours=6))) == []


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        ([], [NAN, NAN, NAN, NAN]),
        ([(60, 5)], [NAN, NAN, NAN, NAN]),
        ([(0, 5), (60, 7), (61, 8)], [2, 1, NAN, NAN]),
        ([(0, 5), (30, NAN), (60, 7)], [2, NAN, NAN, NAN]),
        ([(0, 9), (60, 4), (120, 6)], [4, 2, NAN, NAN]),
        ([(60, 7), (0, 5), (60, 99)], [2, NAN, NAN, NAN]),
        ([(0, 5), (180, 8)], [0, 0, 3, NAN]),
        ([(-420, 5), (180, 8)], [0, 0, 3, NAN]),
        ([(-421, 5), (180, 8)], [NAN, NAN, NAN, NAN]),
        ([(210, 5), (300, 8)], [NAN, NAN, NAN, NAN]),
        ([(-60, 1), (0, 5), (240, 8), (241, 90)], [0, 0, 0, 3]),
    ],
)
def test_an_increment_belongs_to_the_minute_of_its_later_sample(
    points: list[tuple[float, float]], wanted: list[float]
) -> None:
    np.testing.assert_array_equal(increments(samples(points), span((0, 4))), wanted)


def test_samples_are_as_far_apart_as_those_of_the_longest_counter_usually_are() -> None:
    often = samples([(0, 1), (15, 1), (30, 1), (90, 1)])
    seldom = samples([(0, 1), (60, 1), (120, 1)])
    assert interval_of([seldom, often]) == timedelta(seconds=15)
    assert interval_of([seldom]) is None
    assert interval_of([]) is None


def test_two_counters_are_known_where_either_is() -> None:
    left, right = np.array([1, NAN, 3, NAN]), np.array([10, 20, NAN, NAN])
    np.testing.assert_array_equal(added(left, right), [11, 20, 3, NAN])
