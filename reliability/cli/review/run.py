"""Runs `reliability review`, and prints and writes its results."""

from __future__ import annotations

import click

from reliability.cli.app import App
from reliability.cli.forges import folder_of, open_on_github
from reliability.cli.review.options import ReviewOptions
from reliability.cli.review.output import (
    annotation_lines,
    append_summary,
    log_line,
    write_files,
)
from reliability.forge.event import read_event
from reliability.forge.folder.forge import FolderForge
from reliability.forge.folder.local import local_pull_request
from reliability.forge.forge import Forge
from reliability.load.base import Base
from reliability.load.changes import Changes
from reliability.load.merge import WORKING_TREE, merge_working_tree
from reliability.review.pull_request.headlines import verdict_text
from reliability.review.pull_request.post import Posting
from reliability.review.pull_request.report import full_report
from reliability.review.pull_request.run import ReviewRequest, review_pull_request
from reliability.review.pull_request.shown import ReportView


def run(app: App, options: ReviewOptions) -> int:
    """Run the requested review, and print it or the outcome of its comments."""
    request = read_request(app, options)
    here = Base(WORKING_TREE, app.repository.catalog, app.repository.findings)
    merge = merge_working_tree(app.root, request.revision, here)
    forge = open_forge(app, options, request, commit=merge.start)
    result = review_pull_request(app.workspace, merge, request, forge=forge)
    if result is None:
        return 0

    append_summary(app, result.view)
    if options.out is not None:
        write_files(app, options.out, result)
    if result.posting is None:
        _print(app, result.view)
        return _exit_code(options, result.view)

    app.say(log_line(verdict_text(result.view.reviewed.verdict, result.view.words)))
    _report_unwritten(app, result.posting, result.view)
    return _exit_code(options, result.view) or int(bool(result.posting.failed))


def read_request(app: App, options: ReviewOptions) -> ReviewRequest:
    """Return the base and the pull request: from the options, else from the event.

    Raises:
        ForgeError: the event's file is about something else.
        click.UsageError: there is neither --base nor an event.
    """
    path = options.event or (app.settings.github_event if options.forge else None)
    if path is None:
        if options.base is None or (options.forge == "github" and options.number is None):
            missing = "--base" if options.base is None else "--pull-request"
            raise click.UsageError(f"pass {missing}, or --event with the file of an event")
        return _request(
            app,
            options=options,
            revision=options.base,
            branch=options.base,
            number=options.number or 1,
            head=None,
        )

    event = read_event(path)
    revision = options.base or Changes.at(app.root).tip(event.base.ref, event.base.sha)
    number = options.number or event.number
    return _request(
        app,
        options=options,
        revision=revision,
        branch=event.base.ref,
        number=number,
        head=event.head.sha,
    )


def _request(
    app: App, options: ReviewOptions, revision: str, branch: str, number: int, head: str | None
) -> ReviewRequest:
    return ReviewRequest(
        revision=revision,
        branch=branch,
        number=number,
        head=head,
        approved=options.approved,
        limit=options.limit,
        days=options.days,
        live=options.live,
        max_inline=options.max_inline,
        report=app.settings.github_run_url,
    )


def open_forge(
    app: App, options: ReviewOptions, request: ReviewRequest, commit: str
) -> Forge | None:
    """Return the forge of the options; None if the review is only printed.

    Raises:
        SettingsError: the repository or the token is not set.
        MissingExtraError: PyGithub is not installed.
    """
    match options.forge:
        case None:
            return None
        case "github":
            return open_on_github(app, "review --forge github")
        case folder:
            local = local_pull_request(app.root, request.number, commit, branch=request.branch)
            return FolderForge(root=folder_of(app, folder), pull_requests={request.number: local})


def _print(app: App, view: ReportView) -> None:
    if view.reviewed.touched.is_nothing:
        app.note("the change touches no files below services/ and policies/")
    app.say(full_report(view).rstrip("\n"))


def _exit_code(options: ReviewOptions, view: ReportView) -> int:
    """Return 1 if a finding blocks and blocking is enabled, else 0."""
    verdict = view.reviewed.verdict
    if options.allow_pending_approval and verdict.waits_for_approval:
        return 0
    return int(options.limit is not None and not verdict.is_good)


def _report_unwritten(app: App, posting: Posting, view: ReportView) -> None:
    """Print findings as annotations and the reasons, if comments could not be written."""
    if posting.unwritten or posting.failed:
        for line in annotation_lines(view):
            app.say(line)

    if posting.unwritten:
        why = log_line(posting.unwritten[0])
        app.note(f"no comment was posted ({why}); the job summary has the whole review")

    for why in posting.failed:
        app.note(log_line(f"a comment was not posted: {why}"))
    for why in posting.not_requested:
        app.note(log_line(f"not requested as a reviewer: {why}"))
