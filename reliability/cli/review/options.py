"""What the command line asked of `reliability review`, and where its comments go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reliability.cli.check.options import FAIL_ON
from reliability.cli.forges import folder_of, open_on_github
from reliability.finding import Severity
from reliability.forge.event import read_event

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.forge.event import PullRequestEvent
    from reliability.forge.forge import Forge


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOptions:
    """The options of one run, under the names that `cli/review/command.py` gives them."""

    base: str | None
    forge: str | None
    event: Path | None
    number: int | None
    approved: frozenset[str]
    days: int | None
    fail_on: str
    allow_pending_approval: bool
    max_inline: int
    out: Path | None
    live: bool

    @property
    def limit(self) -> Severity | None:
        """The least severity that stands in the way, or None where nothing does."""
        return FAIL_ON[self.fail_on]


@dataclass(frozen=True, slots=True)
class Started:
    """What a run is about: the base's revision and branch, and the event, where there is one."""

    revision: str
    branch: str
    number: int
    event: PullRequestEvent | None


def started(app: App, asked: ReviewOptions) -> Started:
    """Settle base and number: as asked, else as the event says.

    Raises:
        ForgeError: the event's file is about something else.
        click.UsageError: there is neither --base nor an event.
    """
    path = asked.event or (app.settings.github_event if asked.forge else None)
    if path is None:
        if asked.base is None or (asked.forge == "github" and asked.number is None):
            missing = "--base" if asked.base is None else "--pull-request"
            raise click.UsageError(f"pass {missing}, or --event with the file of an event")
        return Started(asked.base, asked.base, asked.number or 1, None)
    from reliability.load.changes import Changes

    event = read_event(path)
    revision = asked.base or Changes.at(app.root).tip(event.base.ref, event.base.sha)
    return Started(revision, event.base.ref, asked.number or event.number, event)


def open_forge(app: App, asked: ReviewOptions, start: Started, commit: str) -> Forge | None:
    """The forge that was asked for; None where the review is only printed.

    Raises:
        SettingsError: the repository or the token is not set.
        MissingExtraError: PyGithub is not installed.
    """
    match asked.forge:
        case None:
            return None
        case "github":
            return open_on_github(app, "review --forge github")
        case folder:
            from reliability.forge.folder.forge import FolderForge
            from reliability.forge.folder.local import local_pull_request

            local = local_pull_request(app.root, start.number, commit, start.branch)
            return FolderForge(folder_of(app, folder), {start.number: local})
