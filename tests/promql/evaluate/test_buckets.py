"""Buckets of a native histogram around the zero bucket, with counts below 1 and empty ones."""

import math
from typing import Any

import pytest

from reliability.promql.evaluate.bounds import LARGEST, upper_bound
from reliability.promql.evaluate.buckets import (
    Buckets,
    beyond,
    coarser,
    inside_of,
    outside_of,
    same,
    same_buckets,
)
from reliability.promql.evaluate.histogram import Bucket, NativeHistogram, ResetHint
from reliability.promql.evaluate.numerals import general

CUSTOM = -53
SOME: Buckets = {0: 3.0, 1: 2.0, 2: 0.0, 3: 1.0}
"""Of schema 0: up to 1, 2, 4 and 8."""


@pytest.mark.parametrize(
    ("buckets", "threshold", "inside"),
    [
        (SOME, 0.5, ([], 0.5)),
        (SOME, 1.0, ([3.0], 1.0)),
        (SOME, 1.5, ([3.0, 2.0], 2.0)),
        (SOME, 2.0, ([3.0, 2.0], 2.0)),
        (SOME, 3.0, ([3.0, 2.0, 0.0], 3.0)),
        ({1: 0.0}, 1.5, ([0.0], 1.5)),
        ({1: 0.5}, 1.5, ([0.5], 2.0)),
        ({3: 1.0}, 1.5, ([], 1.5)),
        ({}, 1.5, ([], 1.5)),
    ],
)
def test_a_wider_zero_bucket_ends_at_the_end_of_the_last_bucket_with_a_count(
    buckets: Buckets, threshold: float, inside: tuple[list[float], float]
) -> None:
    assert inside_of(buckets, threshold, 0) == inside


@pytest.mark.parametrize(
    ("index", "schema", "bound"),
    [
        (0, 0, 1.0),
        (1023, 0, 2.0**1023),
        (1024, 0, LARGEST),
        (1025, 0, math.inf),
        (-1074, 0, 5e-324),
        (-1075, 0, 0.0),
        (511, -1, 2.0**1022),
        (512, -1, LARGEST),
        (513, -1, math.inf),
        (64, -4, LARGEST),
        (65, -4, math.inf),
        (-67, -4, 2.0**-1072),
        (2047, 1, 0.7071067811865475 * 2.0**1023 * 2),
        (2048, 1, LARGEST),
        (2049, 1, math.inf),
        (8192, 3, LARGEST),
    ],
)
def test_bounds_at_the_ends_of_doubles(index: int, schema: int, bound: float) -> None:
    assert upper_bound(index, schema) == bound


@pytest.mark.parametrize(
    ("index", "bound"), [(-1, -math.inf), (0, 1.5), (1, 2.5), (2, math.inf), (9, math.inf)]
)
def test_custom_bounds(index: int, bound: float) -> None:
    assert upper_bound(index, CUSTOM, (1.5, 2.5)) == bound


@pytest.mark.parametrize(
    ("threshold", "outside"),
    [
        (0.25, {0: 3.0, 1: 2.0, 3: 1.0}),
        (0.5, {0: 3.0, 1: 2.0, 3: 1.0}),
        (1.0, {1: 2.0, 3: 1.0}),
        (1.5, {3: 1.0}),
        (8.0, {}),
    ],
)
def test_what_is_not_in_the_zero_bucket(threshold: float, outside: Buckets) -> None:
    assert outside_of(SOME, threshold, 0) == outside


@pytest.mark.parametrize(
    ("threshold", "schema", "indexes"),
    [
        (0.0, 0, [0, 1, 2, 3]),
        (0.9, 0, [0, 1, 2, 3]),
        (1.0, 0, [1, 2, 3]),
        (7.9, 0, [3]),
        (8.0, 0, []),
        (1e9, CUSTOM, [0, 1, 2, 3]),
    ],
)
def test_buckets_that_end_above_a_threshold(
    threshold: float, schema: int, indexes: list[int]
) -> None:
    assert [index for index, _ in beyond(SOME, threshold, schema)] == indexes


def test_buckets_of_a_coarser_schema() -> None:
    fine = {-1: 1.0, 0: 2.0, 1: 4.0, 2: 8.0, 3: 16.0}
    assert coarser(fine, 1, 0) == {0: 3.0, 1: 12.0, 2: 16.0}
    assert coarser(fine, 2, 0) == {0: 3.0, 1: 28.0}
    assert coarser(fine, 1, 1) == fine


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [(0.0, 0.0, True), (0.0, -0.0, False), (1.0, 2.0, False), (float("nan"), 1.0, False)],
)
def test_equal_numbers_have_equal_signs(left: float, right: float, is_same: bool) -> None:
    assert same(left, right) is same(right, left) is is_same
    assert same_buckets({1: left}, {1: right}) is is_same
    assert same(float("nan"), float("nan"))
    assert not same_buckets({1: left}, {2: left})


@pytest.mark.parametrize(("count", "shown"), [(0.0, []), (0.5, [0.5]), (1.0, [1.0])])
def test_the_zero_bucket_is_there_unless_it_is_empty(count: float, shown: list[float]) -> None:
    histogram = NativeHistogram(zero_threshold=0.25, zero_count=count, count=count + 1)
    assert [*histogram.buckets] == [Bucket(-0.25, 0.25, each) for each in shown]
    assert ("[-0.25,0.25]:" in histogram.text) is bool(shown)


@pytest.mark.parametrize(
    ("now", "is_reset"),
    [
        ({"zero_count": 2.0, "count": 5.0}, False),
        ({"zero_count": 1.5, "count": 5.0}, True),
        ({"zero_count": 2.0, "count": 4.9}, True),
        ({"zero_count": 2.0, "count": 5.0, "hint": ResetHint.RESET}, True),
        ({"zero_count": 1.0, "count": 1.0, "hint": ResetHint.NOT_RESET}, False),
        ({"zero_count": 2.0, "count": 5.0, "positive": {1: 2.9}}, True),
        ({"zero_count": 2.0, "count": 5.0, "positive": {}}, True),
        ({"zero_count": 2.0, "count": 5.0, "positive": {1: 3.0, 2: 0.0}}, False),
    ],
)
def test_a_count_that_falls_is_a_reset(now: dict[str, Any], is_reset: bool) -> None:
    before = NativeHistogram(zero_threshold=0.25, zero_count=2.0, count=5.0, positive={1: 3.0})
    fields: dict[str, Any] = {"positive": {1: 3.0}, **now}
    after = NativeHistogram(zero_threshold=0.25, **fields)
    assert after.is_reset_after(before) is is_reset


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-12.5, "-12.5"),
        (0.0001, "0.0001"),
        (0.00012, "0.00012"),
        (0.00001, "1e-05"),
        (-0.000012, "-1.2e-05"),
        (123456.0, "123456"),
        (999999.5, "999999.5"),
        (1e6, "1e+06"),
        (1234567.5, "1.2345675e+06"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (float("nan"), "NaN"),
        (float("inf"), "+Inf"),
        (float("-inf"), "-Inf"),
    ],
)
def test_numbers_are_written_as_go_writes_them(value: float, text: str) -> None:
    assert general(value) == text
