"""Runs `reliability verdict`: judges a commit, sets its status and writes reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from reliability.cli.app import App
from reliability.cli.forges import open_on_github
from reliability.cli.options import FAIL_ON
from reliability.cli.review.output import append_summary, log_line, write_files
from reliability.errors import ReliabilityError
from reliability.forge.event import WorkflowRun, read_workflow_run
from reliability.forge.github.forge import GitHubForge
from reliability.forge.github.statuses import CommitStatus, State
from reliability.review.pull_request.commit import UnidentifiedError, judge_commit
from reliability.review.pull_request.commit_status import Judgment, commit_status


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictOptions:
    """The options of one run, under the names that `cli/verdict/command.py` gives them."""

    event: Path | None
    days: int | None
    fail_on: str
    out: Path | None
    dry_run: bool


def run(app: App, options: VerdictOptions) -> int:
    """Judge the commit of the event and set its status, even if it cannot be judged."""
    path = options.event or app.settings.github_event
    if path is None:
        raise click.UsageError("pass --event with the file of a workflow_run event")

    event = read_workflow_run(path)
    forge = open_on_github(app, "verdict")
    try:
        _deliver(app, forge, event, options=options)
    except UnidentifiedError as error:
        _set(app, forge=forge, event=event, options=options, state="failure", why=str(error))
    except ReliabilityError as error:
        _leave_no_verdict(app, forge, event, options=options, error=error)
        raise
    return 0


def _deliver(app: App, forge: GitHubForge, event: WorkflowRun, options: VerdictOptions) -> None:
    """Judge, then set the status."""
    judgments = _judged(app, forge, event, options=options)
    if not judgments:
        app.note(f"no open pull request has {event.head_sha[:12]} as its head; no status is set")
        return
    status = commit_status(judgments)
    _set(app, forge=forge, event=event, options=options, state=status.state, why=status.description)


def _judged(
    app: App, forge: GitHubForge, event: WorkflowRun, options: VerdictOptions
) -> list[Judgment]:
    """Return the judgments; the report of each is written before the next one is made."""
    judgments = []
    for judgment, result in judge_commit(
        app.workspace,
        forge,
        event,
        limit=FAIL_ON[options.fail_on],
        days=options.days,
        report=app.settings.github_run_url,
    ):
        append_summary(app, result.view)
        if options.out is not None:
            write_files(app, options.out / str(judgment.number), result)
        judgments.append(judgment)

    return judgments


def _set(
    app: App,
    forge: GitHubForge,
    event: WorkflowRun,
    options: VerdictOptions,
    state: State,
    why: str,
) -> None:
    """Set the status, with a link to this run and its reports."""
    if not options.dry_run:
        forge.write_status(event.head_sha, CommitStatus(state, why, app.settings.github_run_url))
    app.say(log_line(f"{state}: {why}"))


def _leave_no_verdict(
    app: App,
    forge: GitHubForge,
    event: WorkflowRun,
    options: VerdictOptions,
    error: ReliabilityError,
) -> None:
    """Set the status to error, so that no older verdict stays on the commit."""
    try:
        _set(
            app,
            forge=forge,
            event=event,
            options=options,
            state="error",
            why=f"not judged: {error}",
        )
    except ReliabilityError as second:
        app.note(log_line(f"the status was not set either: {second}"))
