"""The window pairs of a set, where each is written, and whether its typed factor follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.location import Pointer
from reliability.model.slo_policy import BurnRateWindows, BurnWindow

TOLERANCE: Final = 0.01


def pairs(windows: BurnRateWindows) -> Iterator[tuple[Pointer, BurnWindow]]:
    """Each pair of a set, the fast ones first, with its route."""
    for speed in ("fast", "slow"):
        window: BurnWindow
        for index, window in enumerate(getattr(windows.spec, speed)):
            yield ("spec", speed, index), window


def is_typed_wrong(window: BurnWindow, period: timedelta) -> bool:
    """Whether a factor is written that is more than 1 % off the one that follows."""
    if window.factor is None:
        return False
    right = window.pair.factor(period)
    return abs(float(window.factor) - right) > TOLERANCE * right
