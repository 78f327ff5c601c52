"""Compensated summation as in Prometheus, over arrays of evaluations.

Source: kahanSumInc (Neumaier's improvement) in promql/functions.go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from reliability.arrays import BoolArray, FloatArray
from reliability.promql.evaluate.semantics import Semantics

Add = Callable[[FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


def add(more: FloatArray, total: FloatArray, lost: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the new total, and the part of it lost to rounding so far."""
    result = total + more
    larger = np.abs(total) >= np.abs(more)
    error = np.where(larger, total, more)
    error -= result
    error += np.where(larger, more, total)
    error += lost
    # `kahanSumInc` of v3.5 sets the compensation to 0 for an infinite sum, where the differences
    # are NaN.
    error[np.isinf(result)] = 0.0
    return result, error


def mean_of(values: Sequence[float]) -> float:
    """Return the mean as Prometheus 3 does: updated with each value once the sum would overflow.

    Source: `AVG` in promql/engine.go and funcAvgOverTime in functions.go of v3.5.0.
    """
    total, lost, mean, moves = float(values[0]), 0.0, 0.0, False
    for count, value in enumerate(values[1:], 2):
        if not moves:
            more, error = _added(value, total, lost)
            if not math.isinf(more):
                total, lost = more, error
                continue
            moves, mean, lost = True, total / (count - 1), lost / (count - 1)
        # The mean is updated instead of the sum, which would overflow although the mean is finite.
        share = (count - 1) / count
        mean, lost = _added(value / count, share * mean, share * lost)
    return mean + lost if moves else total / len(values) + lost / len(values)


def _added(more: float, total: float, lost: float) -> tuple[float, float]:
    result = total + more
    if math.isinf(result):
        return result, 0.0
    larger, smaller = (total, more) if abs(total) >= abs(more) else (more, total)
    return result, lost + ((larger - result) + smaller)


def add_unguarded(
    more: FloatArray, total: FloatArray, lost: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Add as Prometheus 2 does, where an infinite total makes the lost part NaN."""
    result = total + more
    larger = np.abs(total) >= np.abs(more)
    error = np.where(larger, total, more) - result + np.where(larger, more, total)
    return result, lost + error


def adding(how: Semantics) -> Add:
    """Return the addition of a generation of Prometheus."""
    return add if how.is_left_open else add_unguarded


def stays_infinite(mean: FloatArray, value: FloatArray) -> BoolArray:
    """Return where an infinite mean is kept: for any finite value, and the same infinity.

    Source: `AVG` in promql/engine.go and `funcAvgOverTime` in functions.go of v2.53.3, which would
    otherwise subtract infinities.
    """
    kept: BoolArray = np.isinf(mean) & (np.isfinite(value) | (value == mean))
    return kept


def settled(total: FloatArray, lost: FloatArray) -> FloatArray:
    """Return the total plus the lost part, or the total alone where it is infinite."""
    result: FloatArray = np.where(np.isinf(total), total, total + lost)
    return result
