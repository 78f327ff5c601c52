"""The nearest that Datadog can express: periods, slices, targets and alerts.

What is compiled for Datadog, and what is replayed for it, are both made from these alerts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Final

from reliability.burnrate import AT_ONCE, BurnRateAlert, SingleWindow, WindowPair, can_fire
from reliability.timespan import MINUTE

PERIODS: Final = (timedelta(days=7), timedelta(days=30), timedelta(days=90))
SLICES: Final = (timedelta(minutes=1), timedelta(minutes=5))
SHORTEST_LONG: Final = timedelta(hours=1)
LONGEST_LONG: Final = timedelta(hours=48)
"""Bounds of the long window (https://docs.datadoghq.com/service_level_objectives/burn_rate/)."""
INSTEAD_OF_LONGER: Final = timedelta(hours=24)
PARTS: Final = 12
"""The short window is a twelfth of the long one (Site Reliability Workbook, chapter 5)."""
PERCENT_DIGITS: Final = Decimal("0.001")
HIGHEST: Final = Decimal("99.999")
MOST_IN_COMPOSITE: Final = 10
"""Monitors that one composite can join (https://docs.datadoghq.com/monitors/types/composite/)."""


@dataclass(frozen=True, slots=True)
class DatadogWindows:
    """Windows and burn rate of one monitor."""

    long: timedelta
    short: timedelta
    factor: float

    @property
    def text(self) -> str:
        """The windows and the burn rate for a message: 24h/2h at 3."""
        return f"{window_text(self.long)}/{window_text(self.short)} at {number_text(self.factor)}"


def nearest_period(period: timedelta) -> timedelta:
    """Return the period of 7, 30 or 90 days that is nearest."""
    return min(PERIODS, key=lambda known: abs(known - period))


def nearest_slice(length: timedelta) -> timedelta:
    """Return the slice of 1 or 5 minutes that is nearest."""
    return min(SLICES, key=lambda known: abs(known - length))


def nearest_percentage(target: Decimal) -> Decimal:
    """Return a target (a ratio 0..1) as a percentage with 3 decimals, and below 100."""
    rounded = (target * 100).quantize(PERCENT_DIGITS, ROUND_HALF_EVEN)
    return min(rounded, HIGHEST)


def nearest_windows(pair: WindowPair | SingleWindow, period: timedelta) -> DatadogWindows:
    """Return the windows that Datadog accepts: a long one of 1 to 48 hours, and a shorter one.

    A longer window becomes one of 24 hours in which the same share of the budget is spent: 10 % of
    30 days in 3 days, a burn rate of 1, become 10 % in 24 hours, a burn rate of 3. This is also the
    slowest alert that Datadog recommends.
    """
    factor, long, short = pair.factor(period), pair.long, pair.short
    if long > LONGEST_LONG:
        factor = factor * (long / INSTEAD_OF_LONGER)
        long, short = INSTEAD_OF_LONGER, INSTEAD_OF_LONGER / PARTS
    elif long < SHORTEST_LONG:
        long, short = SHORTEST_LONG, SHORTEST_LONG / PARTS
    elif short >= long:
        short = long / PARTS

    whole = timedelta(minutes=max(1, round(short / MINUTE)))
    return DatadogWindows(long, whole, round(factor, 4))


def datadog_alerts(alerts: Iterable[BurnRateAlert]) -> Iterator[BurnRateAlert]:
    """Yield the alerts as Datadog evaluates them, without those of which no window can fire.

    Each has one or several window pairs with long windows of 1 to 48 hours, and no pair twice. It
    alerts at once, whatever the number of failures.
    """
    for alert in alerts:
        period = nearest_period(alert.period)
        windows = (nearest_windows(pair, alert.period) for pair in alert.pairs)
        pairs = (_pair(each, period) for each in windows if _can_fire(each, alert))
        distinct = tuple(dict.fromkeys(pairs))[:MOST_IN_COMPOSITE]
        if distinct:
            yield replace(
                alert,
                target=rounded(alert.target),
                period=period,
                pairs=distinct,
                minimum_failures=0,
                after=AT_ONCE,
            )


def _pair(windows: DatadogWindows, period: timedelta) -> WindowPair:
    """Return a pair whose factor is exactly the burn rate of the monitor."""
    second = timedelta(seconds=1)
    length = Fraction(windows.long // second, period // second)
    return WindowPair(windows.long, windows.short, Fraction(number_text(windows.factor)) * length)


def windows_of(alert: BurnRateAlert) -> tuple[DatadogWindows, ...]:
    """Return the windows of the monitors of an alert that Datadog evaluates."""
    return tuple(nearest_windows(pair, alert.period) for pair in alert.pairs)


def impossible_windows(alert: BurnRateAlert) -> Iterator[DatadogWindows]:
    """Yield the windows whose burn rate no error ratio reaches, which Datadog answers with 400."""
    for pair in alert.pairs:
        windows = nearest_windows(pair, alert.period)
        if not _can_fire(windows, alert):
            yield windows


def _can_fire(windows: DatadogWindows, alert: BurnRateAlert) -> bool:
    return can_fire(windows.factor, rounded(alert.target))


def rounded(target: Decimal) -> Decimal:
    """Return a target as a ratio 0..1, as Datadog gets it."""
    return nearest_percentage(target) / 100


def window_text(window: timedelta) -> str:
    """Format a window as Datadog reads it, in hours or minutes."""
    hours, rest = divmod(window, timedelta(hours=1))
    return f"{hours}h" if not rest else f"{round(window / MINUTE)}m"


def number_text(number: float) -> str:
    """Format a number without trailing zeros: 14.4, 3."""
    return f"{number:.4f}".rstrip("0").rstrip(".")
