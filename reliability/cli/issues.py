"""The run of issues that `revisit`, `tickets`, `digest` and `dashboard` share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from reliability.cli.forges import FOLDER, folder_of, open_on_github
from reliability.cli.readable import ensure_readable
from reliability.forge.folder.forge import FolderForge
from reliability.review.issue_run import IssueRun

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.forge.forge import Forge


def issue_run(app: App, command: str, options: Mapping[str, Any]) -> IssueRun:
    """Return the run of a command that writes issues, by the options of `issue_options`.

    Raises:
        ReliabilityError: some documents cannot be read, so their content would seem deleted.
    """
    ensure_readable(app, "issues of what cannot be read would be closed")
    forge = options["forge"]
    return IssueRun(
        opens=partial(opened_forge, app, command, forge) if forge else None,
        is_on_github=forge == "github",
        dry_run=options["dry_run"],
        max_changes=options["max_changes"],
        say=app.say,
        note=app.note,
    )


def opened_forge(app: App, command: str, forge: str, repository: str = "") -> Forge:
    """Return the forge of `--forge`, by default for the repository of this run.

    Raises:
        SettingsError: the repository or the token is not set.
        MissingExtraError: PyGithub is not installed.
    """
    if forge.startswith(FOLDER):
        return FolderForge(root=folder_of(app, forge) / repository)
    return open_on_github(app, f"{command} --forge github", repository)
