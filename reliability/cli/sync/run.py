"""Runs `reliability sync`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from reliability.cli.app import App
from reliability.cli.asking import on_terminal
from reliability.cli.sync.commenting import commented
from reliability.cli.sync.options import SyncRequest
from reliability.cli.sync.paging import page_team
from reliability.cli.targets import planned, selected
from reliability.errors import ReliabilityError
from reliability.pipeline import sync_targets
from reliability.plan.decisions import PlanDecisions
from reliability.plan.limits import allowances
from reliability.plan.render import render
from reliability.plan.render.detail import PlanDetail
from reliability.plan.report import Planned, bug_in, exit_code, is_settled
from reliability.providers.environment_order import NO_ORDER
from reliability.providers.targets import shown

if TYPE_CHECKING:
    from reliability.plan.report import Report
    from reliability.providers.targets import SyncSelection


YES: Final = "yes"


NOT_INTERACTIVE: Final = (
    "there is no terminal to ask on; read `reliability plan`, then pass --yes, "
    "which makes the changes without a question"
)


EARLIER: Final = (
    "an earlier environment comes first, and {targets} differ from the repository; sync them, or "
    "pass --out-of-order"
)


def run(app: App, /, **given: Any) -> int:
    """Sync, or send a test page; return the exit code."""
    request = SyncRequest.of(given)
    ensure_somebody_answers(app, request)
    if request.test_page is not None:
        return page_team(app, request, request.test_page)
    with commented(app, request) as reports:
        return synced(app, request, reports)


def synced(app: App, request: SyncRequest, done: list[Report]) -> int:
    """Read and plan the targets, ask, and apply the plans; return the exit code.

    What was applied is added to `done`.
    """
    selection = selected(app, request.names, request.form, request.environments)
    if request.out_of_order:
        selection = replace(selection, order=NO_ORDER)
    allowed = allowances(request.allow, [target.name for target in selection.targets])
    writable = not request.dry_run
    detail = PlanDetail(brief=request.brief, view=app.view)

    with ExitStack() as closing:
        ensure_earlier_environments(app, selection, closing)
        targets = planned(app, selection, request.decisions, closing=closing, writable=writable)
        plans = [shown(target, allowed.get(target.name)) for target in targets]
        if request.dry_run:
            app.say(render(plans, request.form, detail))
            app.note("dry run: nothing was written")
            return exit_code(plans)
        if request.is_question and not is_confirmed(app, plans, detail):
            app.note("nothing was changed")
            return 1
        reports = sync_targets(
            selection, targets, allowed, tell=app.note, waits=not request.no_wait
        )
        done += reports

    app.say(render(reports, request.form, detail))
    if (bug := bug_in(reports)) is not None:
        raise bug

    return exit_code(reports)


def ensure_earlier_environments(app: App, selection: SyncSelection, closing: ExitStack) -> None:
    """Ensure that earlier environments that are not selected are in the desired state.

    Raises:
        ReliabilityError: one is not, or cannot be read.
    """
    earlier = selection.earlier
    if not earlier.targets:
        return
    read = planned(app, earlier, PlanDecisions(), closing=closing, writable=False)
    differing = [target.name for target in read if not is_settled(shown(target, None))]
    if differing:
        raise ReliabilityError(EARLIER.format(targets=", ".join(differing)))


def ensure_somebody_answers(app: App, request: SyncRequest) -> None:
    """Ensure that a person can confirm at a terminal, if confirmation is needed.

    Raises:
        RootNotFoundError: there is no repository; this is reported first.
        ReliabilityError: no person can confirm.
    """
    if app.root.is_dir() and request.is_question and not on_terminal():
        raise ReliabilityError(NOT_INTERACTIVE)


def is_confirmed(app: App, reports: Sequence[Report], detail: PlanDetail) -> bool:
    """Show the plans and ask, as `terraform apply` does; return whether to go on.

    With nothing to change, it returns True without a question.
    """
    changing = [
        report.plan.target
        for report in reports
        if isinstance(report, Planned) and report.plan.changes
    ]
    if not changing:
        return True

    click.echo(render(reports, "text", detail), err=True, color=app.color)
    click.echo(
        f"\nApply these changes to {', '.join(changing)}? Only {YES!r} is accepted.", err=True
    )
    answer: str = click.prompt(">", default="no", show_default=False, prompt_suffix=" ", err=True)

    return answer.strip() == YES
