"""Conversion of burn-rate windows of other tools to a shipped set or a new `BurnRateWindows`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from reliability.burnrate import WindowPair
from reliability.convert.prometheus_rules.window_sets import LENGTHS, SHIPPED, WindowSet
from reliability.convert.writing import Block
from reliability.resource import Json
from reliability.scalars import duration_text


@dataclass(frozen=True, slots=True)
class BurnPair:
    """A window pair, and whether it detects the fast burn."""

    pair: WindowPair
    fast: bool


def burn_set(prefix: str, period: timedelta, pairs: Sequence[BurnPair]) -> WindowSet:
    """Return the shipped set with these pairs and period, or a new set named after its windows."""
    ordered = sorted(pairs, key=lambda entry: entry.pair.long)
    shares = [f"{float(entry.pair.share):g}" for entry in ordered]
    lengths = tuple((entry.pair.long, entry.pair.short) for entry in ordered)

    for name, (length, of_set) in SHIPPED.items():
        speeds = [entry.fast for entry in ordered] == [True, True, False, False]
        if (length, LENGTHS, of_set) == (period, lengths, tuple(shares)) and speeds:
            return WindowSet(name, period, None)

    body: dict[str, Json | Block | Sequence[Block]] = {"period": duration_text(period)}
    body["fast"] = tuple(_entry(entry.pair, period) for entry in pairs if entry.fast)
    slow = tuple(_entry(entry.pair, period) for entry in pairs if not entry.fast)
    if slow:
        body["slow"] = slow

    words = [
        f"{duration_text(entry.pair.long)}x{entry.pair.factor(period):.4g}" for entry in ordered
    ]
    name = "-".join([prefix, duration_text(period), *words]).replace(".", "p")[:63].strip("-")
    return WindowSet(name, period, Block(body))


def _entry(pair: WindowPair, period: timedelta) -> Block:
    factor = f"factor {pair.factor(period):.4g}"
    body: dict[str, Json | Block] = {
        "long": duration_text(pair.long),
        "short": duration_text(pair.short),
        "budget": f"{float(pair.share * 100):.10f}".rstrip("0").rstrip(".") + "%",
    }
    return Block(body, {"budget": factor})
