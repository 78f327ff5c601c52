"""`reliability sync --forge`: the result as the one comment of each merged pull request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from reliability.cli.issues import opened_forge
from reliability.errors import ReliabilityError
from reliability.forge.event import BranchEvent, read_branch_event
from reliability.git import GitRepository
from reliability.plan.sync import unexpected
from reliability.render.display import inert, safe
from reliability.review.kept_comment import keep_comment
from reliability.review.language import policy_words
from reliability.review.sync_comment import KIND, SyncResult, sync_comment

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.cli.sync.options import SyncRequest
    from reliability.forge.forge import Forge
    from reliability.plan.report import Report

PARTIAL = (
    "--forge comments on the sync of a whole commit; leave out --only, --sync-target and "
    "--environment"
)


@contextmanager
def commented(app: App, request: SyncRequest) -> Iterator[list[Report]]:
    """Yield the list of reports to fill; then comment on them, or on the error that ended the sync.

    Nothing is written for a dry run, or if a person declined.

    Raises:
        click.UsageError: the request leaves out a part of the repository.
        SettingsError: the repository or the token is not set.
        MissingExtraError: PyGithub is not installed.
    """
    reports: list[Report] = []
    if request.forge is None or request.dry_run:
        yield reports
        return
    if request.is_partial:
        raise click.UsageError(PARTIAL)

    forge = opened_forge(app, "sync", request.forge)
    failure = ""
    try:
        yield reports
    except Exception as error:
        failure = error.message if isinstance(error, ReliabilityError) else unexpected(error)
        raise
    finally:
        if reports or failure:
            _comment(app, request.forge, forge, reports, failure=failure)


def _comment(app: App, name: str, forge: Forge, reports: list[Report], failure: str) -> None:
    """Comment on every pull request that the commit merged; an error is printed, not raised."""
    try:
        commit = GitRepository.containing(app.root).commit("HEAD")
        numbers = _merged(app, name, forge, commit)
        words = policy_words(app.catalog())
        result = SyncResult(
            commit=commit, run=app.settings.github_run_url, reports=reports, failure=failure
        )
        text = sync_comment(result, words)
        for number in numbers:
            kept = keep_comment(forge, number, KIND, text)
            for why in (*kept.unwritten, *kept.failed):
                _note(app, f"no comment on #{number}: {why}")
    except ReliabilityError as error:
        _note(app, f"no comment on the merged pull request: {error}")
    else:
        if not numbers:
            app.note(f"no pull request was merged by {commit[:12]}, so no comment is written")


def _merged(app: App, name: str, forge: Forge, commit: str) -> tuple[int, ...]:
    """Return the pull requests that were merged by the synced commit, or by the same push."""
    path = app.settings.github_event
    event = read_branch_event(path) if path and name == "github" else BranchEvent()
    pushed = [pushed.id for pushed in event.commits]
    # A run by hand, or of another commit than the event's, is about the commit that is here.
    commits = pushed if pushed[-1:] == [commit] else [commit]
    return forge.merged_pull_requests(event.branch, commits)


def _note(app: App, text: str) -> None:
    app.note(inert(safe(text)))
