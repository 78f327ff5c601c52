"""The repository that comes with the program, and a fresh copy of it with one Git commit."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from reliability.errors import DemoError, RevisionError
from reliability.git import initialize

DAY: Final = date(2026, 11, 25)
"""The demo's today: its incidents, reviews and history belong to it."""

PARTS: Final = ("services", "policies", "docs/runbooks")
IGNORED: Final = (
    "# made by `reliability history`, `build` and `sync`\n.reliability/\nbuild/\nout/\n"
)
SECRETS: Final = "/etc/alertmanager/secrets"
AUTHOR: Final = ("Reliability demo", "demo@example.com")


def shipped_repository() -> Path:
    """The folder with `services/` and `policies/`: in the installed package, or the clone's root.

    Raises:
        DemoError: neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "shipped", package.parent):
        if all((folder / part).is_dir() for part in PARTS):
            return folder
    raise DemoError(f"no services/ and policies/ in {package / 'shipped'}; install again")


def copy_shipped(folder: Path) -> Path:
    """Copy the shipped repository into a folder that is new or empty, with one commit.

    Raises:
        DemoError: the folder holds something, or cannot be written.
    """
    source = shipped_repository()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise DemoError(f"{folder} is not empty; pass --folder with a new one")
        for part in PARTS:
            shutil.copytree(source / part, folder / part, ignore=shutil.ignore_patterns(".*"))
        (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")
    except OSError as error:
        raise DemoError(f"{folder} cannot be written: {error.strerror}") from error
    commit_all(folder)
    return folder


def commit_all(folder: Path) -> None:
    """Make a folder a Git repository whose one commit holds all of it, at noon of the demo's day.

    Raises:
        DemoError: git is not installed.
    """
    moment = datetime.combine(DAY, time(12), UTC).isoformat()
    name, address = AUTHOR
    identity = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", name), ("EMAIL", address), ("DATE", moment))
    }
    try:
        initialize(folder, "What the team has agreed on", identity)
    except RevisionError as error:
        raise DemoError(f"the demo compares commits: {error}") from error
