"""What people would have been sent, as lines below the facts of a backtest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from reliability.backtest.outcome import PAGES, TICKETS, UNTOLD, Backtest, UnknownNotifications
from reliability.backtest.tally import NotificationTally, SideNotifications

FIGURES: Final[tuple[tuple[Callable[[NotificationTally], int], str], ...]] = (
    (lambda tally: tally.pages, "pages"),
    (lambda tally: tally.mentions, "mentions"),
    (lambda tally: tally.night, "at night"),
    (lambda tally: tally.weekend, "at a weekend"),
)


def notified(result: Backtest) -> Iterator[str]:
    """One line for each of the two tiers; the reason where they could not be played."""
    after = result.told.new
    if isinstance(after, UnknownNotifications):
        if after is not UNTOLD:
            yield f"no notifications: {after.reason}"
        return
    for tier in (PAGES, TICKETS):
        if any(
            tier in side.tiers
            for side in (after, result.told.old)
            if isinstance(side, SideNotifications)
        ):
            yield f"{tier}: {', '.join(_figures(result, tier))}"


def _figures(result: Backtest, tier: str) -> Iterator[str]:
    sent = _both(result, tier, lambda tally: tally.notifications)
    repeats = _both(result, tier, lambda tally: tally.repeats)
    yield f"{sent} notifications ({repeats} of them repeats)"
    for of, words in FIGURES:
        yield f"{_both(result, tier, of)} {words}"


def _both(result: Backtest, tier: str, of: Callable[[NotificationTally], int]) -> str:
    """`old -> new`, or the one where nothing is compared or both are the same."""
    old, new = map(of, result.told.tiers(tier))
    if not result.compares or old == new:
        return str(new)
    return f"{'-' if isinstance(result.told.old, UnknownNotifications) else old} -> {new}"
