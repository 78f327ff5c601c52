"""`reliability sync`: what the plan shows, done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from reliability.cli.app import App
from reliability.errors import UnsafePlanError

if TYPE_CHECKING:
    from reliability.model.targets import Target
    from reliability.plan.plan import Plan
    from reliability.plan.report import Report
    from reliability.sync import Provider

FORMATS = ("text", "json", "markdown")


@click.command("sync")
@click.option("--target", "names", multiple=True, metavar="NAME", help="Only this one; repeatable.")
@click.option("--dry-run", is_flag=True, help="Do everything but write; no write can leave.")
@click.option(
    "--allow",
    multiple=True,
    metavar="TARGET:DIGEST",
    help="Let this one plan go over its limits; another plan is refused.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.pass_obj
def command(app: App, names: Sequence[str], dry_run: bool, allow: Sequence[str], form: str) -> int:
    """Make each target what the repository says, within its limits.

    Only objects with our mark are changed, and none that somebody else changed since, unless the
    target says `onDrift: mend`. Ends with 1 when something was left undone; run it again then.

    \b
    reliability sync --dry-run               everything but the writing
    reliability sync                         what `plan` showed
    reliability sync --allow files:9c1d02    a plan over its limits, by its digest
    """
    from reliability.cli.targets import WOULD_BE_DELETED, for_each_target, select
    from reliability.plan.limits import allowances
    from reliability.plan.render import FORMATS as RENDERERS

    selection = select(app, names)
    allowed = allowances(allow, [target.name for target in selection.targets])
    if selection.missing:
        raise UnsafePlanError(f"nothing was synced: {selection.missing}; {WOULD_BE_DELETED}")
    act = _Act(allowed, dry_run)
    reports = for_each_target(app, selection, act, writable=not dry_run)
    app.say(RENDERERS[form](reports))
    if dry_run:
        app.note("dry run: nothing was written")
    return exit_code(reports, dry_run=dry_run)


class _Act:
    """Carries a plan out, or in a dry run only says whether it would."""

    def __init__(self, allowed: Mapping[str, str], dry_run: bool) -> None:
        self.allowed = allowed
        self.dry_run = dry_run

    def __call__(self, target: Target, provider: Provider, planned: Plan) -> Report:
        from reliability.cli.targets import carried_out, within_limits

        allowed = self.allowed.get(target.name)
        if self.dry_run:
            return within_limits(target, planned, allowed)
        return carried_out(target, provider, planned, allowed)


def exit_code(reports: Sequence[Report], *, dry_run: bool) -> int:
    """2 where no target was read, 1 where something was left undone, else 0."""
    from reliability.plan.report import Planned, is_read, settled

    if reports and not any(map(is_read, reports)):
        return 2
    done = all(isinstance(each, Planned) for each in reports) if dry_run else settled(reports)
    return 0 if done else 1
