"""Selects and plans the sync targets of `plan`, `sync`, `drift` and `digest`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from reliability.cli.app import App
from reliability.cli.readable import problem_line
from reliability.errors import ReliabilityError
from reliability.pipeline import plan_targets, select_targets
from reliability.plan.decisions import PlanDecisions
from reliability.plan.render import UNREADABLE_FORMATS
from reliability.plan.report import Unreached
from reliability.plan.sync import ReadyTarget
from reliability.providers.access import ProviderAccess
from reliability.providers.owner import owner_of
from reliability.providers.targets import SyncSelection


def selected(
    app: App, names: Sequence[str], form: str, environments: Sequence[str] = ()
) -> SyncSelection:
    """Return the targets by name or environment, or all; without a whole repository, no plan.

    Raises:
        ReliabilityError: a name is unknown, or something cannot be read; then a document in the
            requested format is printed, too.
    """
    selection = select_targets(app.repository, names, environments)
    if not selection.unreadable:
        return selection

    lines = "\n".join(f"  {problem_line(problem)}" for problem in selection.unreadable)
    message = (
        f"part of the repository cannot be read, so there is no plan:\n{lines}\n"
        "what it declares would look deleted; run `reliability check`"
    )
    if form != "text":
        app.say(UNREADABLE_FORMATS[form](message, selection.unreadable))

    raise ReliabilityError(message)


def planned(
    app: App,
    selection: SyncSelection,
    decisions: PlanDecisions,
    closing: ExitStack,
    *,
    writable: bool,
    reads_evaluations: bool = False,
) -> list[ReadyTarget | Unreached]:
    """Read each target and plan it, with the secrets and the root of this run.

    With `reads_evaluations`, rules that a ruler cannot evaluate count as not running.

    Raises:
        ReliabilityError: a decision names an object that no plan contains.
    """
    access = ProviderAccess(
        root=app.root,
        allowed_hosts=selection.spec.allowed_hosts,
        secret=app.settings.secret,
        tell=app.note,
        writable=writable,
        closing=closing,
        owner=owner_of(app.root, selection.spec),
        search_path=app.settings.search_path,
        reads_evaluations=reads_evaluations,
    )
    return plan_targets(selection, decisions, access)
