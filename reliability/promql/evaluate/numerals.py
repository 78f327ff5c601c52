"""Number formatting as in Go."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

LARGEST_PLAIN: Final = 6
"""Power of ten from which `%g` writes an exponent, as it does below 1e-4."""


def general(value: float) -> str:
    """Format a number as `%g` does: the shortest text that parses to the same number."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    shortest = Decimal(repr(value))
    text = "".join(map(str, shortest.as_tuple().digits)).rstrip("0")
    power = shortest.adjusted() if value else 0
    minus = "-" if shortest.is_signed() else ""
    if power < -4 or power >= LARGEST_PLAIN:
        point = f".{text[1:]}" if len(text) > 1 else ""
        return f"{minus}{text[0]}{point}e{'-' if power < 0 else '+'}{abs(power):02d}"
    return minus + _plain(text, power)


def _plain(text: str, power: int) -> str:
    if power < 0:
        return f"0.{'0' * (-power - 1)}{text}"
    whole, fraction = text[: power + 1].ljust(power + 1, "0"), text[power + 1 :]
    return f"{whole}.{fraction}" if fraction else whole
