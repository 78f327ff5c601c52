"""What became of each target: planned, over its limits, synced, or not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reliability.errors import UnsafePlanError
from reliability.model.targets import Target
from reliability.plan.plan import Plan
from reliability.plan.sync import ChangeFailed, Outcome


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
    def failed(self) -> tuple[ChangeFailed, ...]:
        """What was not done."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, ChangeFailed))


@dataclass(frozen=True, slots=True)
class Unreached:
    """A target that could not be read; nothing is known of it, and nothing was written."""

    target: str
    why: str
    bug: Exception | None = None

    @property
    def name(self) -> str:
        """The target's name."""
        return self.target


Report = Planned | Unsafe | Synced | Unreached


def target_of(report: Report) -> str:
    """The name of the target that a report is about."""
    return report.target if isinstance(report, Unreached) else report.plan.target


def within_limits(target: Target, planned: Plan, allowed: str | None) -> Planned | Unsafe:
    """A plan as it may be shown: good to go, or over its limits."""
    try:
        planned.ensure_safe(target.limits, allowed)
    except UnsafePlanError as error:
        return Unsafe(planned, str(error))
    return Planned(planned)


def bug_in(reports: Sequence[Report]) -> Exception | None:
    """The first error that should not have happened; all else is reported first."""
    for report in reports:
        if isinstance(report, Unreached) and report.bug is not None:
            return report.bug
        if isinstance(report, Synced):
            for failure in report.failed:
                if failure.bug is not None:
                    return failure.bug
    return None


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


def exit_code(reports: Sequence[Report], *, detailed: bool = False) -> int:
    """2 if no target was read; 1 if something is refused, failed, held or not read; else 0.

    Detailed: 4 instead of 0 if there are changes.
    """
    if reports and not any(map(is_read, reports)):
        return 2
    if not all(map(_is_complete, reports)):
        return 1
    return 4 if detailed and not settled(reports) else 0


def drift_exit_code(reports: Sequence[Report], *, detailed: bool) -> int:
    """2 if no target was read, 1 if one of several was not, else 0; detailed: 4 if there is drift.

    Drift that is held is what the command is for, and is nothing left undone.
    """
    if not all(map(is_read, reports)):
        return 1 if any(map(is_read, reports)) else 2
    return 4 if detailed and not settled(reports) else 0


def _is_complete(report: Report) -> bool:
    """Whether all of a plan was done, or would be."""
    match report:
        case Planned(plan):
            return not plan.held_back
        case Synced(plan):
            return not (report.failed or plan.held_back or plan.missing)
        case _:
            return False
