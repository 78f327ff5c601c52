"""The example repository in the package, and a copy of it with one Git commit."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Final

from reliability.errors import DemoError, RevisionError
from reliability.git import initialize

DAY: Final = date(2026, 11, 25)
"""The demo's date; its incidents, reviews and history end there."""

PARTS: Final = ("services", "policies", "docs/runbooks")
IGNORED: Final = (
    "# written by `reliability history`, `build` and `sync`\n.reliability/\nbuild/\nout/\n"
)
SECRETS: Final = "/etc/alertmanager/secrets"
AUTHOR: Final = ("Reliability demo", "demo@example.com")


def shipped_repository() -> Path:
    """Return the folder with `services/` and `policies/`: in the package, or the clone's root.

    Raises:
        DemoError: neither exists.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "shipped", package.parent):
        if all((folder / part).is_dir() for part in PARTS):
            return folder
    raise DemoError(f"no services/ and policies/ in {package / 'shipped'}; reinstall reliability")


def copy_shipped(folder: Path) -> Path:
    """Copy the shipped repository into a new or empty folder, with one commit.

    Raises:
        DemoError: the folder is not empty, or cannot be written.
    """
    source = shipped_repository()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise DemoError(f"{folder} is not empty; pass a new folder with --folder")
        for part in PARTS:
            shutil.copytree(source / part, folder / part, ignore=shutil.ignore_patterns(".*"))
        (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")
    except OSError as error:
        raise DemoError(f"{folder} cannot be written: {error.strerror}") from error

    commit_all(folder)
    return folder


def commit_all(folder: Path) -> None:
    """Make a folder a Git repository with one commit, dated noon of the demo's day.

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
