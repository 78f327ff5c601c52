"""A provisional target from measured events, with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from reliability.burnrate import WindowPair, events_below_which_one_failure_pages
from reliability.render.durations import full_units
from reliability.render.numbers import exact_percent, measured_percent

LADDER: Final = tuple(
    Decimal(text)
    for text in ("0.95", "0.98", "0.99", "0.995", "0.998", "0.999", "0.9995", "0.9999")
)
"""Round targets. At 0.9, the fast windows of `google-30d` would need an error ratio above 1."""
GUESS: Final = Decimal("0.99")
MIN_FAILURES: Final = 10
"""The failures that a period must allow, so that one does not exhaust the budget."""
FAILURES_IF_FEW: Final = 5
"""The failures that a window requires if a single one would fire it otherwise."""
ENOUGH_DAYS: Final = 7
SPENT: Final = 0.75
"""The share of budget that the past may have spent: at a barely met target, alerts flap."""


@dataclass(frozen=True, slots=True)
class CountedEvents:
    """All events and failed events, counted over a length of time."""

    length: timedelta
    events: float
    failed: float

    @property
    def reached(self) -> float:
        """The share of good events, 0..1."""
        return 1 - self.failed / self.events if self.events else 1.0

    @property
    def words(self) -> str:
        """The counts in words.

        `99.97 % measured over 12 days: 370 of 1,234,567 failed`
        """
        share = measured_percent(self.reached)
        failed, events = round(self.failed), round(self.events)
        return f"{share} measured over {full_units(self.length)}: {failed:,} of {events:,} failed"


@dataclass(frozen=True, slots=True)
class TargetProposal:
    """A target as a ratio 0..1, and the reason for it; `is_measured` is False for a guess.

    `events_an_hour` is the measured average; None for a guess.
    """

    target: Decimal
    reason: str
    is_measured: bool
    events_an_hour: float | None = None


def guess(why: str) -> TargetProposal:
    """Propose a target without measurements: one that most services meet, to be reviewed soon."""
    return TargetProposal(
        GUESS, f"a guess, because {why}; measure it before the first review", False
    )


def propose(
    past: CountedEvents, period: timedelta, bounds: tuple[Decimal, Decimal]
) -> TargetProposal:
    """Propose the highest round target that was met with budget to spare.

    The period must have enough events for some failures within the budget. `bounds` are the
    lowest and the highest allowed target.
    """
    if not past.events:
        return guess("no events were counted")
    lowest, highest = bounds
    allowed = [target for target in LADDER if lowest <= target <= highest] or [lowest]
    per_period = past.events * (period / past.length)
    kept = [target for target in allowed if 1 - past.reached <= SPENT * (1 - float(target))]
    shown = [target for target in kept if (1 - float(target)) * per_period >= MIN_FAILURES]
    target, reason = _chosen(past, allowed, kept, shown=shown, per_period=per_period)

    return TargetProposal(
        target, reason, True, events_an_hour=past.events / (past.length / timedelta(hours=1))
    )


def failures_to_wait_for(
    events_an_hour: float | None, target: Decimal, pairs: Sequence[WindowPair], period: timedelta
) -> int | None:
    """Return the failures to require if a single one would fire a window pair.

    None if there is enough traffic, or the traffic is unknown. Options for low-traffic services:
    The Site Reliability Workbook, chapter 5.
    """
    if events_an_hour is None:
        return None
    for pair in pairs:
        held = events_an_hour * (pair.long / timedelta(hours=1))
        if held < events_below_which_one_failure_pages(pair.factor(period), target):
            return FAILURES_IF_FEW

    return None


def _chosen(
    past: CountedEvents,
    allowed: list[Decimal],
    kept: list[Decimal],
    shown: list[Decimal],
    per_period: float,
) -> tuple[Decimal, str]:
    soon = "" if past.length >= timedelta(days=ENOUGH_DAYS) else "; few days, so only a first guess"
    if not kept:
        lowest = allowed[0]
        today = (
            "it is not met today" if past.reached < lowest else "it leaves little to spare today"
        )
        reason = f"{past.words}; {exact_percent(lowest)} is the lowest target for burn-rate alerts"
        return lowest, f"{reason}, and {today}{soon}"

    if not shown:
        reason = f"{past.words}; with {per_period:,.0f} events per period no target allows "
        return kept[0], f"{reason}{MIN_FAILURES} failures, so one failure is a large share{soon}"

    if shown[-1] < kept[-1]:
        reason = f"{past.words}; {per_period:,.0f} events per period are too few for a higher one"
        return shown[-1], f"{reason}{soon}"

    return shown[-1], f"{past.words}; the next lower round target, with budget to spare{soon}"
