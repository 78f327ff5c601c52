"""Burn-rate arithmetic that check, compile and backtest share.

Formulas: Google, The Site Reliability Workbook, chapter 5 ("Alerting on SLOs"). With budget
B = 1 - target, factor f, long window L, short window S, period P and a constant error ratio e:
detection takes f*B*L/e, f*L/P of the budget is spent by then, and an alert with f*B >= 1 can
never fire.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from reliability.expression import AllOf, AnyOf, BurnAbove, Condition, FailuresAtLeast

FAST_EVERY = timedelta(minutes=1)
SLOW_EVERY = timedelta(minutes=2)
SLOW_FROM = timedelta(days=1)
AT_ONCE = timedelta(0)
PAGES = "alert"
"""Tier whose alerts do not end because their data vanish."""


@dataclass(frozen=True, slots=True)
class WindowPair:
    """A long window that decides, and a short one that ends the alert after the last errors."""

    long: timedelta
    short: timedelta
    share: Fraction

    def factor(self, period: timedelta) -> float:
        """Return the burn rate that spends `share` of a period's budget within the long window.

        The division is exact before it becomes a double: 2 % of 30 days in an hour is 14.4.
        """
        return _factor(self.share, self.long, period)


@dataclass(frozen=True, slots=True)
class SingleWindow:
    """One window and a burn rate, as in OpenSLO: no short window ends its alert early."""

    window: timedelta
    burn: float
    inclusive: bool

    @property
    def long(self) -> timedelta:
        """The window that decides."""
        return self.window

    @property
    def short(self) -> timedelta:
        """The same window, because there is no other."""
        return self.window

    def factor(self, _period: timedelta) -> float:
        """Return the burn rate as it was written, whatever the period."""
        return self.burn


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnRateAlert:
    """The alert of one objective in one tier: its window pairs, joined by `or`.

    `target` is a ratio 0..1 as it was written. `minimum_failures` is 0 if there is no floor. The
    alert fires once its condition was true for `after`. `policy` is the OpenSLO policy that it
    comes from, or empty.
    """

    service: str
    slo: str
    objective: str
    tier: str
    target: Decimal
    period: timedelta
    pairs: tuple[WindowPair | SingleWindow, ...]
    minimum_failures: int = 0
    after: timedelta = AT_ONCE
    policy: str = ""

    @property
    def budget(self) -> float:
        """The error budget as a ratio, computed in decimals: 0.001 for 0.999."""
        return budget_of(self.target)

    @property
    def condition(self) -> Condition:
        """The condition that is compiled and replayed."""
        return AnyOf(tuple(self._pair(pair) for pair in self.pairs))

    @property
    def every(self) -> timedelta:
        """The evaluation interval; alerts on windows of a day or more are in the slow group."""
        longest = max(pair.long for pair in self.pairs)
        return SLOW_EVERY if is_slow(longest) else FAST_EVERY

    @property
    def outlasts_data(self) -> bool:
        """Whether it goes on firing while its data are missing: a page that has two windows."""
        return self.tier == PAGES and any(isinstance(pair, WindowPair) for pair in self.pairs)

    @property
    def windows(self) -> tuple[timedelta, ...]:
        """The windows that it reads, ascending, without duplicates."""
        return tuple(
            sorted({duration for pair in self.pairs for duration in (pair.long, pair.short)})
        )

    def _pair(self, pair: WindowPair | SingleWindow) -> Condition:
        factor = pair.factor(self.period)
        if isinstance(pair, SingleWindow):
            return AllOf((BurnAbove(pair.window, factor, self.budget, inclusive=pair.inclusive),))
        both: tuple[Condition, ...] = (
            BurnAbove(pair.short, factor, self.budget),
            BurnAbove(pair.long, factor, self.budget),
        )
        if self.minimum_failures:
            both = (*both, FailuresAtLeast(pair.long, self.minimum_failures))
        return AllOf(both)


@lru_cache(maxsize=1024)
def _factor(share: Fraction, long: timedelta, period: timedelta) -> float:
    """Return an exact factor; cached, since few window sets serve thousands of objectives."""
    second = timedelta(seconds=1)
    return float(share * Fraction(period // second, long // second))


def budget_of(target: Decimal) -> float:
    """Return the error budget of a target; both are ratios 0..1."""
    return float(Decimal(1) - target)


def is_slow(window: timedelta) -> bool:
    """Return whether a window is a day or more, and so is evaluated in the slow group."""
    return window >= SLOW_FROM


def can_fire(factor: float, target: Decimal) -> bool:
    """Return whether any error ratio, at most 1, can exceed factor x (1 - target)."""
    return factor * budget_of(target) < 1


def lowest_target_that_can_fire(factor: float) -> float:
    """Return the target above which such an alert can fire: 1 - 1/factor."""
    return 1 - 1 / factor


def events_below_which_one_failure_pages(factor: float, target: Decimal) -> float:
    """Return the events in a long window below which one failure fires."""
    return 1 / (factor * budget_of(target))


def by_tier(
    pairs: Iterable[tuple[str, Sequence[WindowPair]]],
) -> Iterator[tuple[str, tuple[WindowPair, ...]]]:
    """Join pairs that go to the same tier, in the order in which tiers first appear."""
    joined: dict[str, tuple[WindowPair, ...]] = {}
    for tier, of_tier in pairs:
        joined[tier] = (*joined.get(tier, ()), *of_tier)
    yield from joined.items()
