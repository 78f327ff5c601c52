"""Sums that keep what rounding loses, and what becomes of infinite ones."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.sums import Add, adding, mean_of, settled, stays_infinite

BOTH = [adding(Semantics(ranges)) for ranges in (Ranges.LEFT_OPEN, Ranges.CLOSED)]
LOSING = [1e16, 1.0, 1.0, -1e16, 1e-3]


def summed(add: Add, values: list[float]) -> float:
    total, lost = np.zeros(1), np.zeros(1)
    with np.errstate(invalid="ignore"):
        for value in values:
            total, lost = add(np.array([value]), total, lost)
    return float(settled(total, lost)[0])


@pytest.mark.parametrize("add", BOTH)
@pytest.mark.parametrize("values", [LOSING, LOSING[::-1], [-value for value in LOSING]])
def test_what_rounding_loses_is_added_in_the_end(add: Add, values: list[float]) -> None:
    assert summed(add, values) == float(sum(map(Fraction, values)))


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_a_sum_is_within_a_rounding_of_the_exact_one(values: list[float]) -> None:
    exact = sum(map(Fraction, values))
    scale = sum(abs(Fraction(value)) for value in values)
    for add in BOTH:
        assert abs(Fraction(summed(add, values)) - exact) <= scale / 2**51


@pytest.mark.parametrize(
    ("values", "newer", "older"),
    [
        ([math.inf, 1.0], math.inf, math.inf),
        ([1.0, -math.inf], -math.inf, -math.inf),
        ([math.inf, -math.inf], math.nan, math.nan),
    ],
)
def test_an_infinite_sum_stays_so(values: list[float], newer: float, older: float) -> None:
    for add, known in zip(BOTH, (newer, older), strict=True):
        assert str(summed(add, values)) == str(known)


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([3.0], 3.0),
        ([1.0, 2.0, 6.0], 3.0),
        ([1e16, 1.0, 1.0, -1e16], 0.5),
        ([1e308, 1e308, 1e308], 1e308),
        ([-1e308, -1e308, -1e308, -1e308], -1e308),
        ([1.7e308, 1.7e308, -1.7e308, -1.7e308], 0.0),
    ],
)
def test_a_mean_is_finite_if_its_values_are(values: list[float], mean: float) -> None:
    assert mean_of(values) == pytest.approx(mean, rel=1e-15, abs=1e293 if mean == 0 else 0)


@pytest.mark.parametrize(
    ("mean", "value", "stays"),
    [
        (math.inf, 1.0, True),
        (math.inf, math.inf, True),
        (math.inf, -math.inf, False),
        (-math.inf, -math.inf, True),
        (math.inf, math.nan, False),
        (1.0, 1.0, False),
    ],
)
def test_an_infinite_mean_is_kept_for_finite_values(mean: float, value: float, stays: bool) -> None:
    assert stays_infinite(np.array([mean]), np.array([value])).tolist() == [stays]
