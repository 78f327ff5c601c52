"""Series and alerts for tests, and a plain loop that says where a condition holds."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np

from reliability.burnrate import BurnRateAlert, WindowPair
from reliability.expression import AllOf, AnyOf, BurnAbove, Condition, FailuresAtLeast
from reliability.history.series import Series
from reliability.promql.evaluate.semantics import Ranges
from reliability.timespan import MINUTE, TimeSpan

START = datetime(2026, 9, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def series(
    bad: Sequence[float], total: Sequence[float], known: Sequence[bool] | None = None
) -> Series:
    """A series from `START` on."""
    there = np.ones(len(total), dtype=bool) if known is None else np.array(known, dtype=bool)
    failed, every = np.array(bad, dtype=np.float64), np.array(total, dtype=np.float64)
    return Series(start=START, step=MINUTE, bad=failed, total=every, known=there, source="a test")


def minutes(first: int, last: int) -> TimeSpan:
    """From one minute after `START` until another."""
    return TimeSpan(START + first * MINUTE, START + last * MINUTE)


def pair(long: timedelta, short: timedelta, share: str) -> WindowPair:
    """A window pair; the share of the budget is a ratio."""
    return WindowPair(long, short, Fraction(share))


FAST = (pair(HOUR, HOUR / 12, "0.02"), pair(6 * HOUR, HOUR / 2, "0.05"))
SLOW = (pair(DAY, 2 * HOUR, "0.1"), pair(3 * DAY, 6 * HOUR, "0.1"))


def burn_alert(
    target: str = "0.999",
    pairs: tuple[WindowPair, ...] = FAST,
    tier: str = "alert",
    minimum_failures: int = 0,
) -> BurnRateAlert:
    """An alert on an SLO over 30 days."""
    return BurnRateAlert(
        service="shop",
        slo="checkout",
        objective="",
        tier=tier,
        target=Decimal(target),
        period=30 * DAY,
        pairs=pairs,
        minimum_failures=minimum_failures,
    )


def holds_at(condition: Condition, of: Series, steps: int, ranges: Ranges) -> bool:
    """Whether a condition is true once so many steps are known: sums taken one by one."""
    match condition:
        case AllOf(conditions):
            return all(holds_at(each, of, steps, ranges) for each in conditions)
        case AnyOf(conditions):
            return any(holds_at(each, of, steps, ranges) for each in conditions)
        case BurnAbove(window):
            bad, total = window_sums(of, steps, ranges.increments(window, MINUTE))
            return bad > total * condition.threshold
        case FailuresAtLeast(window, count):
            length = ranges.increments(window, MINUTE)
            bad, _ = window_sums(of, steps, length)
            return bad > (count - 0.5) * length / (window // MINUTE)


def window_sums(of: Series, steps: int, length: int) -> tuple[float, float]:
    """Bad and all events of the last `length` steps."""
    bad = total = 0.0
    for index in range(max(steps - length, 0), steps):
        bad += float(of.bad[index])
        total += float(of.total[index])
    return bad, total
