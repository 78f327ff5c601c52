"""`reliability sync`: what the plan shows, done."""

from __future__ import annotations

from typing import Any

import click

from reliability.cli.app import App
from reliability.cli.decisions import decision_options

FORMATS = ("text", "json", "markdown")


@click.command("sync")
@click.option(
    "--sync-target", "names", multiple=True, metavar="NAME", help="Only this one; repeatable."
)
@decision_options
@click.option("--yes", is_flag=True, help="Make the changes without a question.")
@click.option("--dry-run", is_flag=True, help="Do everything except write.")
@click.option("--no-wait", is_flag=True, help="Verify the reload, and do not wait for evaluations.")
@click.option(
    "--allow",
    multiple=True,
    metavar="NAME:DIGEST",
    help="Let this one plan exceed its limits; another plan is refused.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--test-page", metavar="TEAM", help="Sync nothing; send one test alert to the team's pager."
)
@click.option("--brief", is_flag=True, help="One line for each object, without its diff.")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Apply the plan to each target, within its limits, after a question.

    Only objects with this repository's mark are changed, and none that was changed outside the
    repository, unless the target says `onDrift: overwrite`. Exits with 1 if something was left
    undone; run it again then.

    \b
    reliability sync --dry-run                  everything except writing
    reliability sync                            show the plan, ask, apply it
    reliability sync --yes                      without a question, for a job
    reliability sync --allow files:9c1d02       a plan over its limits, by its digest
    reliability sync --overwrite rules/shop     one object that was changed outside the repository
    reliability sync --test-page payroll        one alert through the real route, after a question
    """
    from reliability.cli.sync.run import run

    return run(app, **given)
