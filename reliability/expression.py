"""The small tree of a burn-rate alert: compile renders it, and backtest evaluates it.

Both read the same value, so the replayed alert is the one that Prometheus gets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class BurnAbove:
    """The condition that the error ratio over `window` is greater than `factor` times `budget`.

    If `inclusive`, it may also be equal, and at least one event is required. `budget` is 1 -
    target, a ratio. The threshold is the product of the two doubles, as Prometheus computes it from
    `(factor * budget)`.
    """

    window: timedelta
    factor: float
    budget: float
    inclusive: bool = False

    @property
    def threshold(self) -> float:
        """The error ratio that must be exceeded; if it is 1 or more, it never is."""
        return self.factor * self.budget


@dataclass(frozen=True, slots=True)
class FailuresAtLeast:
    """The condition that at least `count` events failed within `window`."""

    window: timedelta
    count: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """The condition that every inner condition holds (`and`)."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The condition that at least one inner condition holds (`or`)."""

    conditions: tuple[Condition, ...]


Condition = BurnAbove | FailuresAtLeast | AllOf | AnyOf


def leaves(condition: Condition) -> Iterator[BurnAbove | FailuresAtLeast]:
    """Yield the comparisons of a condition, left to right."""
    match condition:
        case AllOf(conditions) | AnyOf(conditions):
            for inner in conditions:
                yield from leaves(inner)
        case _:
            yield condition


@dataclass(frozen=True, slots=True)
class ShortAndRest:
    """A pair of windows: the short one, all other conditions, and the length of the long one."""

    short: BurnAbove
    rest: tuple[Condition, ...]
    longest: timedelta


def alternatives_of(condition: Condition) -> tuple[Condition, ...]:
    """Return the conditions of which one has to hold."""
    return condition.conditions if isinstance(condition, AnyOf) else (condition,)


def pairs_of(condition: Condition) -> Iterator[ShortAndRest | None]:
    """Yield each alternative of a condition with its windows apart; None if it has only one."""
    for one in alternatives_of(condition):
        parts = one.conditions if isinstance(one, AllOf) else (one,)
        burns = [part for part in parts if isinstance(part, BurnAbove)]
        if len(burns) < 2:
            yield None
            continue
        short = min(burns, key=lambda burn: burn.window)
        rest = tuple(part for part in parts if part is not short)
        yield ShortAndRest(short, rest, max(burn.window for burn in burns))
