"""Targets that a sweep tries: round numbers within the bounds of the SLO policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from reliability.model.slo_policy import TargetBounds

MANTISSAS: Final = tuple(
    Decimal(tenths) / 10 for tenths in (10, 12, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 90)
)
ROUND: Final = frozenset(Decimal(number) for number in (1, 2, 5))
SMALLEST: Final = -5
"""Exponent of the smallest budgets: 1 in 100,000."""
LARGEST_BUDGET: Final = Decimal("0.5")
"""Largest error budget to try."""


@dataclass(frozen=True, slots=True)
class TargetCandidate:
    """A target as a ratio 0..1; it is round if its budget is 1, 2 or 5 times a power of ten."""

    target: Decimal
    is_round: bool

    @property
    def budget(self) -> Decimal:
        """Share of events that may fail."""
        return 1 - self.target


def candidates(bounds: TargetBounds, current: Decimal) -> tuple[TargetCandidate, ...]:
    """Return about forty targets, the strictest first, including the current one."""
    lowest, highest = max(bounds.min, 1 - LARGEST_BUDGET), bounds.max
    by_target = {
        round_number.target: round_number
        for round_number in _round_numbers()
        if lowest <= round_number.target <= highest
    }
    by_target.setdefault(current.normalize(), TargetCandidate(current.normalize(), is_round=False))
    return tuple(by_target[target] for target in sorted(by_target, reverse=True))


def _round_numbers() -> Iterator[TargetCandidate]:
    for power in range(SMALLEST, 0):
        for mantissa in MANTISSAS:
            target = (1 - mantissa.scaleb(power)).normalize()
            yield TargetCandidate(target, mantissa in ROUND)
