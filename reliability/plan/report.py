"""What became of each target: planned, over its limits, synced, or not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reliability.plan.plan import Plan
from reliability.sync import Failed, Outcome


@dataclass(frozen=True, slots=True)
class Planned:
    """A target that could be read; nothing was written."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Unsafe:
    """A plan that goes over its limits, or that is not the one that was allowed."""

    plan: Plan
    why: str


@dataclass(frozen=True, slots=True)
class Synced:
    """A plan that was carried out, as far as the outcomes say."""

    plan: Plan
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[Failed, ...]:
        """What was not done."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Failed))


@dataclass(frozen=True, slots=True)
class Unreached:
    """A target that could not be read; nothing is known of it, and nothing was written."""

    target: str
    why: str


Report = Planned | Unsafe | Synced | Unreached


def is_read(report: Report) -> bool:
    """Whether a target could be read at all."""
    return not isinstance(report, Unreached)


def is_settled(report: Report) -> bool:
    """Whether a target is as wanted, or will be as soon as it runs what was done."""
    match report:
        case Planned(plan):
            return plan.is_settled
        case Synced(plan):
            return not report.failed and not plan.held_back
        case _:
            return False


def settled(reports: Sequence[Report]) -> bool:
    """Whether every target is."""
    return all(map(is_settled, reports))
