"""Bounds of the buckets of a native histogram, bit-identical to Prometheus.

Source: exponentialBounds and getBoundExponential in model/histogram/generic.go of v3.5.0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

CUSTOM: Final = -53
"""Schema of histograms with custom bounds."""
FINEST: Final = 8
"""Schema with the finest buckets: 2^8 per power of two."""
LARGEST: Final = 1.7976931348623157e308
"""math.MaxFloat64, the upper bound of the last bucket before that of infinite observations."""
COARSEST: Final = -4
"""Schema with the coarsest buckets (`IsExponentialSchema` in model/histogram/generic.go)."""
OVERFLOWN: Final = 1024
OFF: Final = (
    "00000010001000000012001111111111001000100111001100110p1100110011"
    "0000001111221021001000100001000000010p00102200110111001010221111"
    "1010112211211011111111212122212200110010112210221122101121221121"
    "1132112122322232222222333344324311211222213311222132112222432233"
)
"""Difference of Prometheus's table of bounds from 2^(i/256 - 1), in units in the last place.

A digit says how far below the table is; p stands for one unit above.
"""


def is_custom(schema: int) -> bool:
    """Return whether a schema has custom bounds."""
    return schema == CUSTOM


def is_known(schema: int) -> bool:
    """Return whether Prometheus has a schema; others have no bounds."""
    return is_custom(schema) or COARSEST <= schema <= FINEST


def upper_bound(index: int, schema: int, custom: Sequence[float] = ()) -> float:
    """Return the upper bound of the positive bucket at an index: the lower bound of the next."""
    if is_custom(schema):
        if index < 0:
            return -math.inf
        return custom[index] if index < len(custom) else math.inf
    return _exponential(index, schema)


@lru_cache(maxsize=65536)
def _exponential(index: int, schema: int) -> float:
    if schema < 0:
        exponent = index << -schema
        return LARGEST if exponent == OVERFLOWN else _power_of_two(1.0, exponent)

    fraction = _fraction((index & ((1 << schema) - 1)) << (FINEST - schema))
    exponent = (index >> schema) + 1
    if fraction == 0.5 and exponent == OVERFLOWN + 1:
        return LARGEST
    return _power_of_two(fraction, exponent)


def _power_of_two(fraction: float, exponent: int) -> float:
    """Return `math.ldexp`, but infinity on overflow, as Go does, where Python raises an error."""
    return math.ldexp(fraction, exponent) if exponent <= OVERFLOWN else math.inf


@lru_cache(maxsize=256)
def _fraction(step: int) -> float:
    value = math.pow(2.0, step / 256 - 1)
    if OFF[step] == "p":
        return math.nextafter(value, math.inf)
    for _ in range(int(OFF[step])):
        value = math.nextafter(value, 0.0)
    return value
