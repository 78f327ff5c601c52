"""Conversion of window pairs with factors to a shipped set, or a new set with these factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Final

from reliability.burnrate import WindowPair
from reliability.convert.prometheus_rules.burn_rate_alerts import AlertWindows
from reliability.convert.writing import Block
from reliability.resource import Json
from reliability.scalars import duration_text
from reliability.timespan import DAY, HOUR

LENGTHS: Final = ((HOUR, HOUR / 12), (6 * HOUR, HOUR / 2), (DAY, 2 * HOUR), (3 * DAY, 6 * HOUR))
SHIPPED: Final[Mapping[str, tuple[timedelta, tuple[str, ...]]]] = {
    "google-30d": (30 * DAY, ("0.02", "0.05", "0.1", "0.1")),
    "google-28d": (28 * DAY, ("0.02", "0.05", "0.1", "0.1")),
    "7d": (7 * DAY, ("0.08", "0.125", "0.2", "0.42")),
}
"""The sets of the shipped `policies/burn-rates.yaml`: period, and budget share of each pair."""

CLOSE: Final = 0.01
"""Relative difference up to which a factor equals that of a shipped set."""
FAST_FROM: Final = 5
"""Burn-rate factor from which a pair is fast if all pairs page, or none."""


@dataclass(frozen=True, slots=True)
class NotifyingPair:
    """A window pair, and whether its alert paged."""

    pair: AlertWindows
    pages: bool


@dataclass(frozen=True, slots=True)
class WindowSet:
    """A set by its name and period; `spec` is None for a shipped set."""

    name: str
    period: timedelta
    spec: Block | None


def window_set(pairs: Sequence[NotifyingPair]) -> WindowSet:
    """Return the shipped set with these pairs, or a new one.

    In a new set the paging pairs are fast. If all or none page, factors from FAST_FROM are fast.
    """
    for name, (period, shares) in SHIPPED.items():
        shipped = [
            WindowPair(long, short, Fraction(share))
            for (long, short), share in zip(LENGTHS, shares, strict=True)
        ]
        if len(shipped) == len(pairs) and all(
            _is_in(entry.pair, shipped, period) for entry in pairs
        ):
            return WindowSet(name, period, None)

    period = _period(pairs)
    ordered = sorted(pairs, key=lambda entry: entry.pair.long)
    fast = [entry for entry in ordered if entry.pages]
    if not fast or len(fast) == len(ordered):
        fast = [entry for entry in ordered if entry.pair.factor >= FAST_FROM] or ordered[:1]
    slow = [entry for entry in ordered if entry not in fast]
    body: dict[str, Json | Block | Sequence[Block]] = {"period": duration_text(period)}
    body["fast"] = tuple(_entry(entry.pair, period) for entry in fast)
    if slow:
        body["slow"] = tuple(_entry(entry.pair, period) for entry in slow)
    return WindowSet(_name(ordered, period), period, Block(body))


def _is_in(pair: AlertWindows, shipped: Iterable[WindowPair], period: timedelta) -> bool:
    return any(
        (pair.long, pair.short) == (window_pair.long, window_pair.short)
        and abs(float(pair.factor) - window_pair.factor(period))
        <= CLOSE * window_pair.factor(period)
        for window_pair in shipped
    )


def _period(pairs: Sequence[NotifyingPair]) -> timedelta:
    """Return the SLO period in which all budget shares are round; 30 days if none or several."""
    for days in (30, 28, 7):
        if all((_share(entry.pair, days * DAY) * 1000).denominator == 1 for entry in pairs):
            return days * DAY
    return 30 * DAY


def _share(pair: AlertWindows, period: timedelta) -> Fraction:
    second = timedelta(seconds=1)
    return pair.factor * Fraction(pair.long // second, period // second)


def _entry(pair: AlertWindows, period: timedelta) -> Block:
    share = f"{float(_share(pair, period) * 100):.6f}".rstrip("0").rstrip(".")
    return Block(
        {
            "long": duration_text(pair.long),
            "short": duration_text(pair.short),
            "budget": f"{share}%",
            "factor": _plain(float(pair.factor)),
        }
    )


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _name(pairs: Sequence[NotifyingPair], period: timedelta) -> str:
    parts = [f"{duration_text(entry.pair.long)}x{float(entry.pair.factor):g}" for entry in pairs]
    return "-".join(["imported", duration_text(period), *parts]).replace(".", "p")[:63].strip("-")
