"""Pyrra's four window pairs, which it scales from 28 days to the period of each SLO.

Source: pyrra-dev/pyrra 1ba95af, slo/rules.go `Windows()`: factors stay, lengths are rounded to
minutes.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Final

from reliability.burnrate import WindowPair
from reliability.convert.burn_sets import BurnPair, burn_set
from reliability.convert.prometheus_rules.window_sets import WindowSet
from reliability.timespan import HOUR, MINUTE

FOUR_WEEKS: Final = timedelta(days=28)
PAIRS: Final = (
    (HOUR, 5 * MINUTE, 14, True),
    (6 * HOUR, 30 * MINUTE, 7, True),
    (24 * HOUR, 2 * HOUR, 2, False),
    (96 * HOUR, 6 * HOUR, 1, False),
)
"""Long window, short window, factor, and whether Pyrra calls it critical, for 28 days."""


def pyrra_windows(period: timedelta) -> WindowSet:
    """Return the set of Pyrra's pairs for an SLO period; the shortest window is one minute."""
    pairs = [
        BurnPair(WindowPair(long, short, _share(long, factor, period)), fast)
        for long, short, factor, fast in (
            (_scaled(long, period), _scaled(short, period), factor, fast)
            for long, short, factor, fast in PAIRS
        )
    ]
    return burn_set("pyrra", period, pairs)


def shortest(period: timedelta) -> Fraction:
    """Return the length of the shortest window in minutes before rounding."""
    return Fraction(5 * (period // MINUTE), FOUR_WEEKS // MINUTE)


def _scaled(window: timedelta, period: timedelta) -> timedelta:
    minutes = Fraction((window // MINUTE) * (period // MINUTE), FOUR_WEEKS // MINUTE)
    return max(int(minutes + Fraction(1, 2)), 1) * MINUTE


def _share(long: timedelta, factor: int, period: timedelta) -> Fraction:
    return factor * Fraction(long // MINUTE, period // MINUTE)
