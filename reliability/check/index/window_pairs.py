"""The window pairs of a set, with their locations and a check of written factors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from reliability.location import Pointer
from reliability.model.slo_policy import BurnRateWindows, BurnWindow

TOLERANCE: Final = 0.01


def pairs(windows: BurnRateWindows) -> Iterator[tuple[Pointer, BurnWindow]]:
    """Yield each pair of a set with its route, the fast ones first."""
    for speed in ("fast", "slow"):
        window: BurnWindow
        for index, window in enumerate(getattr(windows.spec, speed)):
            yield ("spec", speed, index), window


def is_typed_wrong(window: BurnWindow, period: timedelta) -> bool:
    """Return whether a written factor differs by more than 1 % from the computed one."""
    if window.factor is None:
        return False
    right = window.pair.factor(period)
    return abs(float(window.factor) - right) > TOLERANCE * right
