"""`reliability verdict`: the commit status that a branch rule requires."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reliability.cli.extras import ensure_extra
from reliability.cli.options import days_option, event_option, fail_on_option, out_option

if TYPE_CHECKING:
    from reliability.cli.app import App


@click.command("verdict")
@event_option("File with the workflow_run event [default: GITHUB_EVENT_PATH]")
@days_option("Days to replay")
@fail_on_option("Fail if a new finding has at least this severity")
@out_option("Also write the reports of each pull request to this directory")
@click.option("--dry-run", is_flag=True, help="Print the status; write nothing to GitHub")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Review a commit again and set its status `reliability/review` on GitHub.

    For a job that a `workflow_run` event starts on the default branch. The commit is read as Git
    objects: nothing of it is checked out or run, and no artifact of its own run is read. The
    status is success only if every open pull request with this head passes, or every pull
    request of the merge queue up to this commit.

    \b
    reliability verdict                       in the job of verdict.yml
    reliability verdict --event e.json --dry-run
    """
    ensure_extra("verdict", "history", "github")
    from reliability.cli.verdict.run import VerdictOptions, run

    return run(app, VerdictOptions(**given))
