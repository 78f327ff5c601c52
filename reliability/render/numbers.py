"""Numbers and percentages as reports and messages write them; a share is 0 to 1.

A percentage reads as 0 or 100 only if it is: 2 failures of 8,707,216 events are not 100 %.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from reliability.rates import WeeklyRate
from reliability.render.words import ENGLISH, Words


def number_text(number: float) -> str:
    """Format a number with at most four significant digits: 14.4, 0.9306, 1."""
    return f"{number:.4g}"


def rate_text(rate: WeeklyRate, words: Words = ENGLISH) -> str:
    """Format a rate with one decimal, or as `not known`; small ones are not rounded to 0.0."""
    if rate.value is None:
        return words("not known")
    return words("under 0.1") if 0 < rate.value < 0.05 else f"{rate.value:.1f}"


def percent(share: float, words: Words = ENGLISH) -> str:
    """Format a share: in whole percent from 10 % on, else with one decimal."""
    hundred = share * 100
    if 0 < hundred < 0.1:
        return words("under 0.1 %")
    return whole_percent(share, 0 if hundred >= 9.95 or not hundred else 1)


def whole_percent(share: float | Fraction | Decimal, decimals: int = 0) -> str:
    """Format a share in whole percent, or with this many decimals or more: `0 %`, `37 %`."""
    return f"{float(share * 100):.{_decimals(share, decimals)}f} %"


def column_percent(share: float) -> str:
    """Format a share in whole percent for a narrow column: `37%`."""
    return f"{share:.{_decimals(share, 0)}%}"


def significant_percent(share: float | Fraction | Decimal, digits: int = 6) -> str:
    """Format a share with at most this many significant digits: `2 %`, `99.952 %`."""
    text = f"{float(share * 100):.{digits}g}"
    return whole_percent(share) if text == "100" or "e-" in text else f"{text} %"


def exact_percent(share: Decimal) -> str:
    """Format a share with all of its digits, as a target is written: `99.95 %`."""
    return f"{(share * 100).normalize():f} %"


def measured_percent(share: float) -> str:
    """Format a measured share with up to four decimals, if they suffice: `99.97 %`."""
    return whole_percent(share, 4).removesuffix(" %").rstrip("0").rstrip(".") + " %"


def percent_known(share: float, words: Words = ENGLISH) -> str:
    """Format a share of time, rounded down: `100 %` means that nothing is missing."""
    if 0 < share < 0.001:
        return words("under 0.1 %")
    return f"{floor(share * 1000 + 1e-6) / 10:g} %"


def attained(share: float) -> str:
    """Format a share of good events with two to five decimals: `99.95 %`, `99.9987 %`."""
    missing = round((1 - share) * 100, 9)  # 1 - 0.9995 is above 0.0005 as a float
    digits = 2
    while digits < 5 and 0 < missing < 5 * 10.0**-digits:
        digits += 1
    return whole_percent(share, digits)


def _decimals(share: float | Fraction | Decimal, least: int) -> int:
    """Return the decimals without which a percentage would be rounded to 0 or 100."""
    hundred, decimals = round(float(share * 100), 9), least  # 9, as floats of sums are not exact
    while hundred not in (0, 100) and round(hundred, decimals) in (0, 100):
        decimals += 1
    return decimals
