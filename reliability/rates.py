"""`WeeklyRate`: how often something happens in a week, which may be unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeeklyRate:
    """Number of times a week; None if nothing of the time is known, which is never zero.

    It has no default, so that whoever makes one decides whether it is known.
    """

    value: float | None

    @classmethod
    def of(cls, times: int, known_weeks: float) -> WeeklyRate:
        """Return the rate of what happened within the weeks that are known."""
        return cls(times / known_weeks if known_weeks > 0 else None)

    @classmethod
    def total(cls, rates: Iterable[WeeklyRate]) -> WeeklyRate:
        """Return the sum of those that are known; unknown if none of several is."""
        every = list(rates)
        known = [rate.value for rate in every if rate.value is not None]
        return cls(sum(known) if known or not every else None)

    @property
    def is_known(self) -> bool:
        """Whether there is a number."""
        return self.value is not None

    def exceeds(self, limit: float) -> bool:
        """Return whether it is known to be above a limit."""
        return self.value is not None and self.value > limit


UNKNOWN_RATE = WeeklyRate(None)
