"""The result of each target: planned, over its limits, synced, or not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reliability.errors import UnsafePlanError
from reliability.model.targets import Target
from reliability.plan.plan import Plan
from reliability.plan.sync import ChangeFailed, Outcome


@dataclass(frozen=True, slots=True)
class Planned:
    """A target that was read; nothing was written."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Unsafe:
    """A plan that exceeds its limits, or is not the one that was allowed."""

    plan: Plan
    why: str


@dataclass(frozen=True, slots=True)
class Synced:
    """A plan that was applied, with the outcome of each change."""

    plan: Plan
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> tuple[ChangeFailed, ...]:
        """The changes that failed."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, ChangeFailed))


@dataclass(frozen=True, slots=True)
class Unreached:
    """A target that could not be read; nothing was written."""

    target: str
    why: str
    bug: Exception | None = None

    @property
    def name(self) -> str:
        """The target's name."""
        return self.target


Report = Planned | Unsafe | Synced | Unreached


def target_of(report: Report) -> str:
    """Return the name of a report's target."""
    return report.target if isinstance(report, Unreached) else report.plan.target


def within_limits(target: Target, planned: Plan, allowed: str | None) -> Planned | Unsafe:
    """Return a report of a plan, which is unsafe if the plan is not allowed by its limits."""
    try:
        planned.ensure_safe(target.limits, allowed)
    except UnsafePlanError as error:
        return Unsafe(planned, error.message)
    return Planned(planned)


def bug_in(reports: Sequence[Report]) -> Exception | None:
    """Return the first unexpected exception, which is raised after everything was reported."""
    for report in reports:
        if isinstance(report, Unreached) and report.bug is not None:
            return report.bug
        if isinstance(report, Synced):
            for failure in report.failed:
                if failure.bug is not None:
                    return failure.bug
    return None


def is_read(report: Report) -> bool:
    """Return whether a target could be read."""
    return not isinstance(report, Unreached)


def is_settled(report: Report) -> bool:
    """Return whether a target is in the desired state, or will be once it runs what was written."""
    match report:
        case Planned(plan):
            return plan.is_settled
        case Synced(plan):
            return not report.failed and not plan.held_back
        case _:
            return False


def settled(reports: Sequence[Report]) -> bool:
    """Return whether all targets are in the desired state."""
    return all(map(is_settled, reports))


def exit_code(reports: Sequence[Report], *, detailed: bool = False) -> int:
    """Return the exit code of plan and sync.

    2 if no target was read; 1 if something was refused, failed, held or not read; else 0.
    Detailed: 4 instead of 0 if there are changes.
    """
    if reports and not any(map(is_read, reports)):
        return 2
    if not all(map(_is_complete, reports)):
        return 1
    return 4 if detailed and not settled(reports) else 0


def drift_exit_code(reports: Sequence[Report], *, detailed: bool) -> int:
    """Return the exit code of drift.

    2 if no target was read, 1 if one of several was not, else 0. Detailed: 4 if there is drift.
    Unlike in `exit_code`, held drift does not count as incomplete: this command only shows it.
    """
    if not all(map(is_read, reports)):
        return 1 if any(map(is_read, reports)) else 2
    return 4 if detailed and not settled(reports) else 0


def _is_complete(report: Report) -> bool:
    """Return whether a plan was applied completely, or would be."""
    match report:
        case Planned(plan):
            return not plan.held_back
        case Synced(plan):
            return not (report.failed or plan.held_back or plan.missing)
        case _:
            return False
