"""Burn state of an objective in one word, from the long and the short windows of its alerts.

The four words are those of Elastic's SLO pages: the long window shows that the budget burns too
fast, the short one that it still does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args

from reliability.backtest.budget import MIN_COVERAGE
from reliability.burnrate import budget_of
from reliability.history.series import CountedSpans, SpanCounts
from reliability.resolve.objectives import Objective
from reliability.timespan import TimeSpan

BurnState = Literal["critical", "increasing", "recovering", "acceptable", "unknown"]
WORST_FIRST: Final[tuple[BurnState, ...]] = get_args(BurnState)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowBurn:
    """Burn rates of one window pair, of the worst group; None below 90 % coverage.

    `factor` is the burn rate above which both windows fire the alert of `tier`.
    """

    tier: str
    long: timedelta
    short: timedelta
    factor: float
    long_burn: float | None
    short_burn: float | None

    @property
    def state(self) -> BurnState:
        """The state by these windows alone."""
        if self.long_burn is None or self.short_burn is None:
            return "unknown"
        is_long, is_short = self.long_burn > self.factor, self.short_burn > self.factor
        if is_long:
            return "critical" if is_short else "recovering"
        return "increasing" if is_short else "acceptable"


def burn_windows(
    objective: Objective, groups: Sequence[CountedSpans], at: datetime
) -> tuple[WindowBurn, ...]:
    """Return the burn rates at a time in every window pair of the objective's alerts."""
    budget = budget_of(objective.target)
    return windows_by(objective, lambda length: _worst(groups, TimeSpan(at - length, at), budget))


def windows_by(
    objective: Objective, burn: Callable[[timedelta], float | None]
) -> tuple[WindowBurn, ...]:
    """Return every window pair of the objective's alerts, with the burn rates of its lengths."""
    return tuple(
        WindowBurn(
            tier=alert.tier,
            long=pair.long,
            short=pair.short,
            factor=pair.factor(objective.period),
            long_burn=burn(pair.long),
            short_burn=burn(pair.short),
        )
        for alert in objective.alerts
        for pair in alert.pairs
    )


def burn_state(windows: Sequence[WindowBurn]) -> BurnState:
    """Return the worst state of all window pairs; acceptable only if every one is known."""
    states = {window.state for window in windows}
    if "unknown" in states:
        states.discard("acceptable")
    return next((state for state in WORST_FIRST if state in states), "unknown")


def _worst(groups: Sequence[CountedSpans], span: TimeSpan, budget: float) -> float | None:
    rates = [_burn(series, span, budget) for series in groups]
    return max((rate for rate in rates if rate is not None), default=None)


def _burn(counted: CountedSpans, span: TimeSpan, budget: float) -> float | None:
    counts = counted.within(span)
    if not budget or counts.coverage < MIN_COVERAGE:
        return None
    return burn_rate(counts, budget)


def burn_rate(counts: SpanCounts, budget: float) -> float:
    """Return the burn rate of a known span; 0 without events, as then nothing burns."""
    return counts.bad / counts.total / budget if counts.total else 0.0
