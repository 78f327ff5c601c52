"""Sums with the compensation that Prometheus uses, over arrays of evaluations.

Source: kahanSumInc (Neumaier's improvement) in promql/functions.go.
"""

from __future__ import annotations

import numpy as np

from reliability.arrays import BoolArray, FloatArray


def add(more: FloatArray, total: FloatArray, lost: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The new total, and what rounding has lost of it."""
    result = total + more
    larger = np.abs(total) >= np.abs(more)
    error = np.where(larger, total, more)
    error -= result
    error += np.where(larger, more, total)
    error += lost
    error[np.isinf(result)] = 0.0
    return result, error


def stays_infinite(mean: FloatArray, value: FloatArray) -> BoolArray:
    """Where an infinite mean is kept: by any number, and by the same infinity.

    Source: `AVG` in promql/engine.go and `funcAvgOverTime` in functions.go of v2.53.3, which
    otherwise would subtract infinities.
    """
    kept: BoolArray = np.isinf(mean) & (np.isfinite(value) | (value == mean))
    return kept


def settled(total: FloatArray, lost: FloatArray) -> FloatArray:
    """The total with what was lost, which is nothing where it is infinite."""
    result: FloatArray = np.where(np.isinf(total), total, total + lost)
    return result
