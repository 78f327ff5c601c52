"""Runs `reliability drift`."""

from __future__ import annotations

from collections.abc import Sequence

from reliability.cli.app import App
from reliability.cli.drifted import drift_reports
from reliability.plan.render import render_drift
from reliability.plan.render.detail import PlanDetail
from reliability.plan.report import drift_exit_code


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
    reports = drift_reports(app, names, environments, form)
    app.say(render_drift(reports, form, PlanDetail(brief=brief, full=True, view=app.view)))
    return drift_exit_code(reports, detailed=detailed_exitcode)
