"""Reads the drift of the sync targets, for `reliability drift` and for issues."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from reliability.cli.targets import planned, selected
from reliability.plan.decisions import PlanDecisions
from reliability.plan.report import Unreached
from reliability.providers.targets import only_drift
from reliability.review.digest.issue import DriftedTarget

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.plan.report import Report


def drift_reports(
    app: App, names: Sequence[str], environments: Sequence[str], form: str = "text"
) -> list[Report]:
    """Return the drift of each sync target with one of these names, or of all without names.

    Raises:
        ReliabilityError: the documents or the targets cannot be read at all.
    """
    selection = selected(app, names, form, environments)
    with ExitStack() as closing:
        targets = planned(
            app,
            selection,
            PlanDecisions(),
            closing=closing,
            writable=False,
            reads_evaluations=True,
        )
        return [only_drift(target) for target in targets]


def drifted_targets(app: App, environments: Sequence[str] = ()) -> tuple[DriftedTarget, ...]:
    """Return each target with what differs there from what was written.

    Raises:
        ReliabilityError: as `drift_reports`.
    """
    return tuple(map(_drifted, drift_reports(app, (), environments)))


def _drifted(report: Report) -> DriftedTarget:
    if isinstance(report, Unreached):
        return DriftedTarget(report.target, (), report.why)
    # What a server stores and does not run is drift as well, as `reliability drift` shows it.
    ids = (*(drift.id for drift in report.plan.drifted), *(each.id for each in report.plan.stale))
    names = tuple(dict.fromkeys(f"{identity.kind} {identity.name}" for identity in ids))
    return DriftedTarget(report.plan.target, names)
