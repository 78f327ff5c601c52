"""What `reliability plan` does with its options."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from reliability.cli.app import App
from reliability.cli.decisions import Decisions
from reliability.cli.targets import ensure_plannable, read_targets, select, shown
from reliability.plan.limits import allowances
from reliability.plan.render import render
from reliability.plan.report import exit_code


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
    """Do what the options say; the exit code."""
    selection = select(app, names)
    ensure_plannable(app, selection, form)
    allowed = allowances(allow, [target.name for target in selection.targets])

    with ExitStack() as closing:
        targets = read_targets(
            app, selection, Decisions(**decided), closing=closing, writable=False
        )
        reports = [shown(target, allowed.get(target.name)) for target in targets]

    app.say(render(reports, form, brief=brief))
    return exit_code(reports, detailed=detailed_exitcode)
