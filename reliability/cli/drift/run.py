"""Runs `reliability drift`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from reliability.cli.app import App
from reliability.cli.targets import planned, selected
from reliability.plan.decisions import PlanDecisions
from reliability.plan.render import render_drift
from reliability.plan.render.detail import PlanDetail
from reliability.plan.report import drift_exit_code
from reliability.providers.targets import only_drift


def run(
    app: App,
    /,
    names: Sequence[str],
    environments: Sequence[str],
    form: str,
    brief: bool,
    detailed_exitcode: bool,
) -> int:
    """Print the drift of each target, and return the exit code."""
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
        reports = [only_drift(target) for target in targets]
    app.say(render_drift(reports, form, PlanDetail(brief=brief, full=True, view=app.view)))
    return drift_exit_code(reports, detailed=detailed_exitcode)
