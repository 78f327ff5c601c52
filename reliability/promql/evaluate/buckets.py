"""Buckets of one sign of a native histogram, and how they relate to the zero bucket.

Source: FloatHistogram in model/histogram/float_histogram.go of v3.5.0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from reliability.promql.evaluate.bounds import is_custom, upper_bound

Buckets = Mapping[int, float]
"""Counts by bucket index, ascending."""
NO_BUCKETS: Final[Buckets] = MappingProxyType({})


def same(left: float, right: float) -> bool:
    """Return whether two numbers are equal, including their signs; NaN equals NaN."""
    if left != left:
        return right != right
    return left == right and math.copysign(1.0, left) == math.copysign(1.0, right)


def same_buckets(left: Buckets, right: Buckets) -> bool:
    """Return whether two mappings have the same buckets with the same counts."""
    return left.keys() == right.keys() and all(
        same(count, right[index]) for index, count in left.items()
    )


def beyond(buckets: Buckets, threshold: float, schema: int) -> Iterator[tuple[int, float]]:
    """Yield the buckets from the first one whose upper bound is above a threshold."""
    is_beyond = is_custom(schema)
    for index, count in buckets.items():
        is_beyond = is_beyond or upper_bound(index, schema) > threshold
        if is_beyond:
            yield index, count


def coarser(buckets: Buckets, schema: int, target: int) -> Buckets:
    """Merge the buckets of a schema into those of a lower one."""
    merged: dict[int, float] = {}
    for index, count in buckets.items():
        coarse = ((index - 1) >> (schema - target)) + 1
        merged[coarse] = merged[coarse] + count if coarse in merged else count
    return merged


def outside_of(buckets: Buckets, threshold: float, schema: int) -> Buckets:
    """Return the nonempty buckets whose lower bound is at or above a threshold."""
    return {
        index: count
        for index, count in buckets.items()
        if count and upper_bound(index - 1, schema) >= threshold
    }


def added(total: float, counts: list[float]) -> float:
    """Add counts one after another, because rounding depends on the order."""
    for count in counts:
        total += count
    return total


def inside_of(buckets: Buckets, threshold: float, schema: int) -> tuple[list[float], float]:
    """Return the counts that a zero bucket of a width covers, and the width.

    The width grows to the upper bound of the last of them, if that is above `threshold` and the
    bucket is not empty.
    """
    counts: list[float] = []
    for index, count in buckets.items():
        if upper_bound(index - 1, schema) >= threshold:
            break
        counts.append(count)
        upper = upper_bound(index, schema)
        if upper > threshold:
            return counts, upper if count else threshold
    return counts, threshold
