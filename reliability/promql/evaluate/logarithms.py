"""Logarithms and powers in the order of operations of Go's package math.

The C library rounds some of them differently in the last bit. Source: log.go, log10.go, exp2.go and
pow.go of Go 1.24. Only the exponential function is the C library's, because Go has it in assembler.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from reliability.arrays import FloatArray

LN2_HIGH: Final = 6.93147180369123816490e-01
LN2_LOW: Final = 1.90821492927058770002e-10
LOG2_OF_E: Final = 1.44269504088896340735992468100189214
LOG10_OF_2: Final = 0.301029995663981195213738894724493027
LOG_TERMS: Final = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
EXP_TERMS: Final = (
    1.66666666666666657415e-01,
    -2.77777777770155933842e-03,
    6.61375632143793436117e-05,
    -1.65339022054652515390e-06,
    4.13813679705723846039e-08,
)
OVERFLOW: Final = 1.0239999999999999e03
UNDERFLOW: Final = -1.0740e03
FARTHEST: Final = 1 << 12
"""Exponent above which `math.Pow` stops multiplying."""


def ln(values: FloatArray) -> FloatArray:
    """Return `math.Log` of each value."""
    fraction, exponent = np.frexp(values)
    is_low = fraction < math.sqrt(2) / 2
    fraction = np.where(is_low, fraction * 2, fraction)
    k = (exponent - is_low).astype(np.float64)

    l1, l2, l3, l4, l5, l6, l7 = LOG_TERMS
    f = fraction - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (l1 + s4 * (l3 + s4 * (l5 + s4 * l7)))
    even = s4 * (l2 + s4 * (l4 + s4 * l6))
    half = 0.5 * f * f
    result = k * LN2_HIGH - ((half - (s * (half + (odd + even)) + k * LN2_LOW)) - f)
    return _at_the_ends(values, result)


def _at_the_ends(values: FloatArray, result: FloatArray) -> FloatArray:
    result = np.where(values == 0, -np.inf, result)
    result = np.where((values < 0) | np.isnan(values), np.nan, result)
    return np.where(np.isposinf(values), np.inf, result)


def logarithm_of_2(values: FloatArray) -> FloatArray:
    """Return `math.Log2` of each value."""
    fraction, exponent = np.frexp(values)
    result = np.where(
        fraction == 0.5, exponent - 1.0, ln(fraction) * LOG2_OF_E + exponent.astype(np.float64)
    )
    return _at_the_ends(values, result)


def logarithm_of_10(values: FloatArray) -> FloatArray:
    """Return `math.Log10` of each value."""
    return logarithm_of_2(values) * LOG10_OF_2


def log2(value: float) -> float:
    """Return `math.Log2` of one number."""
    with np.errstate(all="ignore"):
        return float(logarithm_of_2(np.array([value]))[0])


def exp2(value: float) -> float:
    """Return `math.Exp2` of one number."""
    if math.isnan(value):
        return value
    if value > OVERFLOW:
        return math.inf
    if value < UNDERFLOW:
        return 0.0

    k = int(value + math.copysign(0.5, value))
    t = value - k
    high, low = t * LN2_HIGH, -t * LN2_LOW
    r = high - low
    square = r * r
    p1, p2, p3, p4, p5 = EXP_TERMS
    c = r - square * (p1 + square * (p2 + square * (p3 + square * (p4 + square * p5))))
    return math.ldexp(1 - ((low - (r * c) / (2 - c)) - high), k)


def power(bases: FloatArray, exponents: FloatArray) -> FloatArray:
    """Return `math.Pow`, computed one by one where the C library could round differently."""
    bases, exponents = np.broadcast_arrays(bases, exponents)
    result: FloatArray = np.power(bases, exponents)
    regular = np.isfinite(bases) & np.isfinite(exponents) & (bases != 0) & ~np.isnan(result)
    for row in np.flatnonzero(regular).tolist():
        result[row] = _power(float(bases[row]), float(exponents[row]))
    return result


def _power(base: float, exponent: float) -> float:
    times = abs(exponent)
    if times == 0.5:
        root = math.sqrt(base)
        return root if exponent == times else 1 / root

    fraction, whole = math.modf(times)
    result = 1.0
    if fraction:
        if fraction > 0.5:
            fraction, whole = fraction - 1, whole + 1
        result = math.exp(fraction * float(ln(np.array([base]))[0]))
    result, scale = _multiplied(result, base, int(whole))
    if exponent != times:
        result, scale = 1 / result, -scale
    return _scaled(result, scale)


def _multiplied(result: float, base: float, times: int) -> tuple[float, int]:
    """Return `result * base**times` by squaring, as a fraction and an exponent of two."""
    scale = 0
    part, exponent = math.frexp(base)
    while times:
        if abs(exponent) > FARTHEST:
            return result, scale + exponent
        if times & 1:
            result, scale = result * part, scale + exponent
        part, exponent = part * part, exponent << 1
        if part < 0.5:
            part, exponent = part + part, exponent - 1
        times >>= 1
    return result, scale


def _scaled(value: float, exponent: int) -> float:
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.copysign(math.inf, value)
