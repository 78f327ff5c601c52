"""`reliability verdict`: the commit status that a branch rule requires."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reliability.cli.check.options import FAIL_ON
from reliability.cli.forges import open_on_github
from reliability.cli.whole import Whole
from reliability.errors import ReliabilityError
from reliability.forge.event import read_workflow_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reliability.cli.app import App
    from reliability.cli.verdict.judge import VerdictOptions
    from reliability.forge.event import WorkflowRun
    from reliability.forge.github.forge import GitHubForge
    from reliability.forge.github.statuses import State
    from reliability.review.pull_request.commit_status import Judgment


@click.command("verdict")
@click.option(
    "--event",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with the workflow_run event; by default GITHUB_EVENT_PATH",
)
@click.option("--days", type=Whole(1, 400), help="Days to replay")
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="error",
    show_default=True,
    help="Fail if a new finding has at least this severity",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write the reports of each pull request there",
)
@click.option("--dry-run", is_flag=True, help="Print the status; write nothing to GitHub")
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Judge a commit again, and set its status `reliability/review` on GitHub.

    For a job that a `workflow_run` event starts on the default branch. The commit is read as Git
    objects; nothing of it is checked out or run, and no artifact of its own run is read. The status
    is success only if every open pull request with this head passes, or every pull request of the
    merge queue up to this commit.

    \b
    reliability verdict                       in the job of verdict.yml
    reliability verdict --event e.json --dry-run
    """
    from reliability.cli.verdict.judge import UnidentifiedError, VerdictOptions

    options = VerdictOptions(**given)
    path = options.event or app.settings.github_event
    if path is None:
        raise click.UsageError("pass --event with the file of a workflow_run event")
    run = read_workflow_run(path)
    forge = open_on_github(app, "verdict")
    try:
        return _deliver(app, forge, run, options)
    except UnidentifiedError as error:
        _set(app, forge, run, options, "failure", str(error))
        return 0
    except ReliabilityError as error:
        _leave_no_verdict(app, forge, run, options, error)
        raise


def _deliver(app: App, forge: GitHubForge, run: WorkflowRun, options: VerdictOptions) -> int:
    """Judge, then set the status; 0 if it was set, whatever it says."""
    from reliability.cli.verdict.judge import judged
    from reliability.review.pull_request.commit_status import commit_status

    judgments = judged(app, forge, run, options)
    if not judgments:
        app.note(f"no open pull request has {run.head_sha[:12]} as its head; no status is set")
        return 0
    status = commit_status(judgments)
    _set(app, forge, run, options, status.state, status.description)
    return _crashed(judgments)


def _crashed(judgments: Sequence[Judgment]) -> int:
    """3 if a rule crashed, so that the job is red and the status an error."""
    from reliability.check.engine.run import BUG

    counted = [pair for each in judgments for pair in each.shown.reviewed.found.counted]
    return 3 if any(finding.rule == BUG for _, finding in counted) else 0


def _set(
    app: App, forge: GitHubForge, run: WorkflowRun, options: VerdictOptions, state: State, why: str
) -> None:
    """Set the status, with a link to this run and its reports."""
    from reliability.cli.review.output import log_line
    from reliability.forge.github.statuses import CommitStatus

    if not options.dry_run:
        forge.write_status(run.head_sha, CommitStatus(state, why, app.settings.github_run_url))
    app.say(log_line(f"{state}: {why}"))


def _leave_no_verdict(
    app: App,
    forge: GitHubForge,
    run: WorkflowRun,
    options: VerdictOptions,
    error: ReliabilityError,
) -> None:
    """Leave no older verdict standing on a commit that could not be judged."""
    from reliability.cli.review.output import log_line

    try:
        _set(app, forge, run, options, "error", f"not judged: {error}")
    except ReliabilityError as second:
        app.note(log_line(f"the status was not set either: {second}"))
