"""Who gets notified: counts of notifications by tier and by receiver, which all reports share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from reliability.backtest.effects import RANKED, NotificationEffect
from reliability.backtest.headline import both
from reliability.backtest.notified_sides import NOT_SIMULATED, UnknownNotifications
from reliability.backtest.outcome import ALERT_TIER, TICKET_TIER, Backtest
from reliability.backtest.tally import NOTHING, AlertKey, NotificationTally, SideNotifications
from reliability.render.words import Words, worded

RECEIVER_HEADS: Final = (
    *("receiver", "reaches", "notifications", "repeats", "counted", "at night", "at weekends"),
)
COUNTED: Final = (
    "Counted: pages that open an incident, first messages of a ticket, and all other messages. "
    "Nights (22:00 to 6:00) and weekends are of these, in the time zone of the team, else in UTC."
)
FIGURES: Final[tuple[tuple[Callable[[NotificationTally], int], str], ...]] = (
    (lambda tally: tally.pages, worded("{count} pages")),
    (lambda tally: tally.tickets, worded("{count} tickets")),
    (lambda tally: tally.mentions, worded("{count} mentions")),
    (lambda tally: tally.night, worded("{count} at night")),
    (lambda tally: tally.weekend, worded("{count} at a weekend")),
)


def notified(result: Backtest, words: Words) -> Iterator[str]:
    """Yield the notifications of each tier on a line, or why they are not known."""
    after = result.notifications.new
    if isinstance(after, UnknownNotifications):
        if after is not NOT_SIMULATED:
            yield words("no notifications: {why}", why=words.text(after.reason))
        return

    for tier in (ALERT_TIER, TICKET_TIER):
        if any(
            tier in side.tiers
            for side in (after, result.notifications.old)
            if isinstance(side, SideNotifications)
        ):
            yield f"{tier}: {words(', ').join(_figures(result, tier, words))}"


def _figures(result: Backtest, tier: str, words: Words) -> Iterator[str]:
    yield words(
        "{count} notifications ({repeats} of them repeats)",
        count=_both(result, tier, lambda tally: tally.notifications),
        repeats=_both(result, tier, lambda tally: tally.repeats),
    )
    for of, text in FIGURES:
        yield words(text, count=_both(result, tier, of))


def _both(result: Backtest, tier: str, of: Callable[[NotificationTally], int]) -> str:
    """Return `old -> new`, or one figure if there is no comparison or both are equal."""
    old, new = map(of, result.notifications.tiers(tier))
    if not result.compares or old == new:
        return str(new)
    return f"{'-' if isinstance(result.notifications.old, UnknownNotifications) else old} -> {new}"


def receiver_cells(result: Backtest) -> Iterator[tuple[str, ...]]:
    """Yield a row for each receiver that gets messages on a side, those that page first."""
    simulated = result.notifications.simulated
    if simulated is None:
        return
    old, new = simulated

    def effects(name: str) -> list[NotificationEffect]:
        known = (side.receiver_effects.get(name) for side in simulated)
        return [effect for effect in known if effect is not None]

    def strength(name: str) -> tuple[int, str]:
        return min(RANKED.index(effect) for effect in effects(name)), name

    names = {*old.receiver_effects, *new.receiver_effects}
    for name in sorted(names, key=strength):
        before, after = (side.receivers.get(name, NOTHING) for side in simulated)
        counts = zip(_counts(before), _counts(after), strict=True)
        yield (
            name,
            " -> ".join(dict.fromkeys(effects(name))),
            *(both(result, *sides) for sides in counts),
        )


def _counts(tally: NotificationTally) -> Iterator[str]:
    counts = (tally.notifications, tally.repeats, tally.counted, tally.night, tally.weekend)
    return (f"{count:,}" for count in counts)


def receivers_of(key: AlertKey, result: Backtest) -> Iterator[tuple[str, int, int]]:
    """Yield the receivers that get messages about an alert, and how many, before and after."""
    sides = [side.alert_receivers.get(key, {}) for side in result.notifications.simulated or ()]
    for name in sorted(set[str]().union(*sides)):
        old, new = (side.get(name, 0) for side in sides)
        yield name, old, new
