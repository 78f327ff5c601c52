"""The forge for comments and issues: the values of `--forge`, and the GitHub forge."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reliability.errors import MissingExtraError

if TYPE_CHECKING:
    from reliability.cli.app import App
    from reliability.forge.github.forge import GitHubForge

FOLDER: Final = "folder:"


def read_forge(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> str | None:
    """Read `github` or `folder:DIR`; return None if no forge is requested."""
    if text and text != "github" and not text.startswith(FOLDER):
        raise click.BadParameter(f"{text} is not a valid forge; write github or folder:DIR")
    if text and text != "github" and not text.removeprefix(FOLDER).strip():
        raise click.BadParameter("a folder needs a path; write folder:DIR")
    return text or None


def folder_of(app: App, forge: str) -> Path:
    """Return the folder of `folder:DIR`.

    Raises:
        OSError: a symbolic link of the repository leads there.
    """
    from reliability.writing import ensure_no_link

    folder = Path(forge.removeprefix(FOLDER))
    ensure_no_link(folder, app.committed)
    return folder


def open_on_github(app: App, command: str, repository: str = "") -> GitHubForge:
    """Return the forge of a repository on GitHub, by default that of this run.

    `command` is the full name of the command, for the message about a missing extra.

    Raises:
        SettingsError: the repository or the token is not set.
        MissingExtraError: PyGithub is not installed.
    """
    if find_spec("github") is None:
        raise MissingExtraError(f"reliability {command}", "github")
    from reliability.forge.github.client import GitHubAccess
    from reliability.forge.github.forge import open_github

    settings = app.settings
    name = repository or settings.github_repository
    return open_github(
        GitHubAccess(
            url=settings.github_api_url,
            repository=name,
            token=settings.github_token,
            formerly=settings.former_authors,
            today=app.today,
        )
    )
