"""Runs `reliability plan`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from reliability.cli.app import App
from reliability.cli.targets import planned, selected
from reliability.plan.decisions import PlanDecisions
from reliability.plan.limits import allowances
from reliability.plan.render import render
from reliability.plan.report import exit_code
from reliability.providers.targets import shown


def run(
    app: App,
    /,
    names: Sequence[str],
    allow: Sequence[str],
    form: str,
    brief: bool,
    detailed_exitcode: bool,
    **decided: Any,
) -> int:
    """Print the plan of each target, and return the exit code."""
    selection = selected(app, names, form)
    allowed = allowances(allow, [target.name for target in selection.targets])

    with ExitStack() as closing:
        targets = planned(app, selection, PlanDecisions(**decided), closing=closing, writable=False)
        reports = [shown(target, allowed.get(target.name)) for target in targets]

    app.say(render(reports, form, brief=brief))
    return exit_code(reports, detailed=detailed_exitcode)
