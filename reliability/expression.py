"""The small tree of a burn-rate alert: compile renders it, and backtest evaluates it.

Both read the same value, so the replayed alert is the one that Prometheus gets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class BurnAbove:
    """The error ratio over `window` is greater than `factor` times `budget`.

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
        """The error ratio that must be exceeded, 0..1 (above 1 it can never be)."""
        return self.factor * self.budget


@dataclass(frozen=True, slots=True)
class FailuresAtLeast:
    """At least `count` events failed within `window`."""

    window: timedelta
    count: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition holds (`and`)."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds (`or`)."""

    conditions: tuple[Condition, ...]


Condition = BurnAbove | FailuresAtLeast | AllOf | AnyOf


def leaves(condition: Condition) -> Iterator[BurnAbove | FailuresAtLeast]:
    """The comparisons of a condition, left to right."""
    match condition:
        case AllOf(conditions) | AnyOf(conditions):
            for inner in conditions:
                yield from leaves(inner)
        case _:
            yield condition
