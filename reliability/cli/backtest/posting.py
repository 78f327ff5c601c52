"""`backtest --rules --forge`: the result as the one comment of a pull request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reliability.backtest.report import markdown
from reliability.backtest.rule_files.report.sections import rules_report
from reliability.cli.forges import folder_of, open_on_github
from reliability.errors import ForgeError, ReliabilityError
from reliability.forge.event import read_event
from reliability.forge.folder.forge import FolderForge
from reliability.forge.folder.local import local_pull_request
from reliability.load.changes import Changes
from reliability.render.display import inert, safe
from reliability.review.kept_comment import keep_comment

if TYPE_CHECKING:
    from reliability.backtest.rule_files.result import RuleBacktest
    from reliability.cli.app import App
    from reliability.forge.forge import Forge

KIND: Final = "backtest"
COMMENT_ROOM = 60_000
"""Characters; a comment of GitHub holds 65,536."""
SUMMARY_ROOM = 300_000
"""Characters; GitHub takes 1 MiB of a step, and drops all of what is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentedChange:
    """The pull request of a run: its base, and the head of its event if there is one."""

    forge: str
    number: int
    revision: str
    head: str | None


def change_of(app: App, forge: str, *, event: Path | None, revision: str | None) -> CommentedChange:
    """Settle base and number: as the options say, else as the event says.

    Raises:
        ForgeError: the event's file is about something else.
        ReliabilityError: there is neither --base nor an event.
    """
    path = event or app.settings.github_event
    if path is None and forge != "github" and revision is not None:
        return CommentedChange(forge=forge, number=1, revision=revision, head=None)
    if path is None:
        raise ReliabilityError("--forge needs the event of a pull request; pass --event FILE")
    event_read = read_event(path)
    tip = revision or Changes.at(Path.cwd()).tip(event_read.base.ref, event_read.base.sha)
    return CommentedChange(
        forge=forge, number=event_read.number, revision=tip, head=event_read.head.sha
    )


def post(app: App, change: CommentedChange, result: RuleBacktest, *, is_related: bool) -> int:
    """Keep the one comment of the pull request; 1 if it could not be written.

    A change that touches neither rules nor routes gets no comment. A token that may only read, as
    for a fork, leaves the result in the summary of the job.
    """
    report = markdown.text(rules_report(result, verbose=app.verbose), room=COMMENT_ROOM)
    if url := app.settings.github_run_url:
        report += (
            f"\n\nTimelines and every episode: [the run]({url}), artifact `reliability-backtest`"
        )
    summary = app.settings.job_summary
    if summary is not None:
        app.write(summary, f"{report[:SUMMARY_ROOM]}\n", append=True)

    forge = _open(app, change, result.base)
    pull = forge.pull_request(change.number)
    if not pull.is_open:
        app.note(f"#{pull.number} is closed, so no comment is written")
        return 0
    if change.head not in (None, pull.head):
        app.note(f"{pull.head[:12]} was pushed in the meantime; the run for it writes the comment")
        return 0

    try:
        kept = keep_comment(forge, change.number, KIND, report if is_related else None)
    except ForgeError as error:
        app.note(inert(safe(f"the comment was not posted: {error}")))
        return 1
    for why in kept.unwritten:
        app.note(inert(safe(f"no comment was posted ({why}); the job summary has the report")))
    for why in kept.failed:
        app.note(inert(safe(f"the comment was not posted: {why}")))
    return int(bool(kept.failed))


def _open(app: App, change: CommentedChange, base: str) -> Forge:
    if change.forge == "github":
        return open_on_github(app, "backtest --forge github")
    local = local_pull_request(Path.cwd(), change.number, base, branch=change.revision)
    return FolderForge(root=folder_of(app, change.forge), pull_requests={change.number: local})
