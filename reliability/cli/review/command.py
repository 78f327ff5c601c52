"""`reliability review`: what a pull request changes in notifications and SLOs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reliability.cli.extras import ensure_extra
from reliability.cli.options import (
    Whole,
    approved_by_option,
    days_option,
    event_option,
    fail_on_option,
    forge_option,
    out_option,
)
from reliability.cli.review.options import ReviewOptions

if TYPE_CHECKING:
    from reliability.cli.app import App


@click.command("review")
@click.option("--base", metavar="REV", help="Base of the change [default: from the event]")
@forge_option("Post the comments there [default: print the review]")
@event_option("File with the pull request's event [default with --forge: GITHUB_EVENT_PATH]")
@click.option(
    "--pull-request",
    "number",
    type=Whole(1),
    help="Number of the pull request, if there is no event",
)
@approved_by_option("Approvers in addition to those that the forge reports")
@days_option("Days to replay")
@fail_on_option("Exit with 1 if a new finding has at least this severity")
@click.option(
    "--allow-pending-approval",
    is_flag=True,
    help="Exit with 0 if nothing but approvals is missing",
)
@click.option(
    "--max-inline",
    type=Whole(0),
    default=20,
    show_default=True,
    help="Maximum number of findings that get a comment on their line",
)
@out_option("Also write report.md, findings.sarif and annotations.txt to this directory")
@click.option(
    "--live", is_flag=True, help="Plan against the real sync targets of the base; read-only"
)
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Show who gets notified, which SLOs change and what would have fired, old against new.

    The policies, approvers and limits of the base apply. Exits with 1 if an approval is missing,
    an incident is newly missed, more pages exceed a page budget than before, or the change has
    new findings that --fail-on names.

    \b
    reliability review --base origin/main            print the review
    reliability review --forge github                in a job of GitHub Actions
    reliability review --base main --forge folder:f  as files
    """
    ensure_extra("review", "history")
    from reliability.cli.review.run import run

    return run(app, ReviewOptions(**given))
