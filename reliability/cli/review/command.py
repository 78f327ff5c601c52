"""`reliability review`: what a pull request does to people, as its comments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.cli.check.options import FAIL_ON, handles
from reliability.cli.extras import ensure_extra
from reliability.cli.forges import read_forge
from reliability.cli.review.options import ReviewOptions
from reliability.cli.whole import Whole

if TYPE_CHECKING:
    from reliability.cli.app import App


@click.command("review")
@click.option("--base", metavar="REV", help="Base of the change [default: from the event]")
@click.option(
    "--forge",
    metavar="github|folder:DIR",
    callback=read_forge,
    help="Post the comments there [default: print the review]",
)
@click.option(
    "--event",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with the pull request's event [default with --forge: GITHUB_EVENT_PATH]",
)
@click.option(
    "--pull-request",
    "number",
    type=Whole(1),
    help="Number of the pull request, if there is no event",
)
@click.option(
    "--approved-by",
    "approved",
    metavar="@HANDLE,...",
    callback=handles,
    help="Approvers in addition to those that the forge reports",
)
@click.option("--days", type=Whole(1, 400), help="Days to replay")
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="error",
    show_default=True,
    help="Exit with 1 if a new finding has at least this severity",
)
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
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write report.md, findings.sarif and annotations.txt to this directory",
)
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
