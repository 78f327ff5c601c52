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
@click.option("--base", metavar="REV", help="Where the change starts; else as the event says.")
@click.option(
    "--forge",
    metavar="github|folder:DIR",
    callback=read_forge,
    help="Where the comments go; without it the review is printed.",
)
@click.option(
    "--event",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The event of the pull request; with --forge, by default what GITHUB_EVENT_PATH names.",
)
@click.option("--pull-request", "number", type=Whole(1), help="Its number, where no event says it.")
@click.option(
    "--approved-by",
    "approved",
    metavar="@HANDLE,...",
    callback=handles,
    help="Who approved, besides those whom the forge knows.",
)
@click.option("--days", type=Whole(1, 400), help="How many days to replay.")
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
    help="How many findings get a comment on their line.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write report.md, findings.sarif and annotations.txt there.",
)
@click.option("--live", is_flag=True, help="Plan against what the base's targets hold; reads only.")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Show what a change does: who gets notified, which SLOs change, what would have fired.

    Judged by the policies, approvers and limits of the base. Ends with 1 where an approval is
    missing, an incident is newly missed, a page budget is exceeded by more pages than before, or
    the change brings findings that --fail-on names.

    \b
    reliability review --base origin/main            print it
    reliability review --forge github                in a job of GitHub Actions
    reliability review --base main --forge folder:f  as files
    """
    ensure_extra("review", "history")
    from reliability.cli.review.run import run

    return run(app, ReviewOptions(**given))
