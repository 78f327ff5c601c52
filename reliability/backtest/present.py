"""What burns now: the burn rates of the last hour and five minutes, and the alerts that fire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

import numpy as np

from reliability.backtest.burn_state import (
    BurnState,
    WindowBurn,
    burn_rate,
    burn_state,
    burn_windows,
)
from reliability.burnrate import budget_of
from reliability.history.series import CountedSpans, Series
from reliability.resolve.objectives import Objective
from reliability.timespan import DAY, HOUR, TimeSpan

Source = Literal["server", "history"]
MINUTES: Final = timedelta(minutes=5)
STALE: Final = DAY
"""Age from which the last data says nothing about the present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentState:
    """State of an objective at the latest time that is known, of the worst group.

    `hour` and `minutes` are the burn rates of the last hour and of the last five minutes before
    `at`, None if they are not known. `firing` are the tiers whose alerts fire, the most urgent
    first; None if no server could say. `windows` are the burn rates of the alerts' windows. Unlike
    the attainment it needs no coverage of the period.
    """

    at: datetime
    source: Source
    hour: float | None = None
    minutes: float | None = None
    firing: tuple[str, ...] | None = None
    windows: tuple[WindowBurn, ...] = field(default=(), compare=False)

    @property
    def state(self) -> BurnState:
        """Burn state in one word, as the pages of the site have it."""
        return burn_state(self.windows)

    @property
    def burn(self) -> float | None:
        """Burn rate of the last hour, else of the last five minutes."""
        return self.minutes if self.hour is None else self.hour

    @property
    def is_burning(self) -> bool:
        """Whether an alert fires, or the budget burns faster than it lasts."""
        return bool(self.firing) or (self.burn or 0.0) > 1


def past_present(
    objective: Objective, groups: Sequence[CountedSpans], at: datetime
) -> PresentState | None:
    """Return the state at the end of the known data, at most `at`; None without a part of a day.

    A series says itself where its data ends; of stored sums only what ends at `at` is known.
    """
    ends = [end for group in groups if (end := _end(group, at)) is not None]
    budget = budget_of(objective.target)
    end = max(ends, default=None)
    if end is None or at - end >= STALE or not budget:
        return None

    return PresentState(
        at=end,
        source="history",
        hour=_worst(groups, TimeSpan(end - HOUR, end), budget),
        minutes=_worst(groups, TimeSpan(end - MINUTES, end), budget),
        windows=burn_windows(objective, groups, end),
    )


def _end(counted: CountedSpans, at: datetime) -> datetime | None:
    if not isinstance(counted, Series):
        return at
    known = np.flatnonzero(counted.known[: max((at - counted.start) // counted.step, 0)])
    return counted.start + (int(known[-1]) + 1) * counted.step if len(known) else None


def _worst(groups: Iterable[CountedSpans], span: TimeSpan, budget: float) -> float | None:
    """Return the highest burn rate in a span; None without complete data."""
    counted = (group.within(span) for group in groups)
    # The span is short: with any gap in it, the rate could be that of the other half.
    rates = (burn_rate(counts, budget) for counts in counted if counts.known == counts.steps)
    return max(rates, default=None)
