"""How far a result may be off: evaluations near a threshold, and the other mode compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Confidence:
    """Number of evaluations near the threshold, and failures that an alert does not detect.

    `near_threshold` of the `evaluations` would differ with one failure more or less (in sample
    mode, also with values that differ by a billionth). `phases` has the number of episodes if
    evaluations were later by the given time. `unseen` is the largest share of the error budget
    (0..1) that was spent within six hours without a true evaluation.
    """

    evaluations: int = 0
    near_threshold: int = 0
    phases: tuple[tuple[timedelta, int], ...] = ()
    unseen: float = 0.0

    def __add__(self, other: Confidence) -> Confidence:
        counted = dict(self.phases)
        for phase, episodes in other.phases:
            counted[phase] = counted.get(phase, 0) + episodes
        return Confidence(
            self.evaluations + other.evaluations,
            self.near_threshold + other.near_threshold,
            tuple(sorted(counted.items())),
            unseen=max(self.unseen, other.unseen),
        )


@dataclass(frozen=True, slots=True)
class Deviation:
    """Event mode compared with sample mode: differing evaluations, and episodes of each mode."""

    evaluations: int = 0
    differing: int = 0
    by_samples: int = 0
    by_events: int = 0

    def __add__(self, other: Deviation) -> Deviation:
        return Deviation(
            self.evaluations + other.evaluations,
            self.differing + other.differing,
            self.by_samples + other.by_samples,
            by_events=self.by_events + other.by_events,
        )


NO_DEVIATION = Deviation()
