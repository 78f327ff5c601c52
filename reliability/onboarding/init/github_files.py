"""Writes the workflows and forms for GitHub into a repository; existing files are not changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from reliability.errors import ReliabilityError
from reliability.onboarding.init.released import ReleasedSource, read_released
from reliability.onboarding.init.tool_source import ToolSource, UnknownSource, read_source
from reliability.onboarding.shipped import shipped_repository

ACTION: Final = ".github/actions/reliability"
RUNNABLE: Final = (
    ".github/workflows/pull-request.yml",
    ".github/workflows/verdict.yml",
    ".github/workflows/sync.yml",
    ".github/workflows/schedule.yml",
    f"{ACTION}/action.yml",
    f"{ACTION}/requirements.txt",
)
"""Files that install and run the tool."""

FORMS: Final = (
    ".github/ISSUE_TEMPLATE/slo-review.yml",
    ".github/ISSUE_TEMPLATE/policy-exception.yml",
    ".github/ISSUE_TEMPLATE/incident.yml",
    ".github/PULL_REQUEST_TEMPLATE.md",
)
TEMPLATES: Final = (*RUNNABLE, *FORMS)
TOOL: Final = f"{ACTION}/tool.txt"
"""The file with the commit or the release of the tool to install."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A new file."""

    path: str
    word: ClassVar[str] = "wrote"


@dataclass(frozen=True, slots=True)
class Same:
    """An existing file with the same content."""

    path: str
    word: ClassVar[str] = "same"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An existing file with other content, which was not changed."""

    path: str
    word: ClassVar[str] = "kept"


AnySource = ToolSource | ReleasedSource | UnknownSource
GithubFile = Wrote | Same | KeptFile


def write_github_files(root: Path, source: AnySource) -> Iterator[GithubFile]:
    """Write each missing file; nothing is overwritten, and no symbolic link is followed.

    Without a known source, only files that do not install the tool are written.

    Raises:
        ReliabilityError: a folder is a symbolic link, or cannot be written.
    """
    shipped = shipped_repository()
    is_known = not isinstance(source, UnknownSource)
    for path in TEMPLATES if is_known else FORMS:
        yield _write(root, path, (shipped / path).read_bytes())
    if not isinstance(source, UnknownSource):
        yield _write(root, TOOL, f"{source.requirement}\n".encode())


def declared_source(root: Path) -> ToolSource | ReleasedSource | None:
    """Return the source that a repository already names; None if it cannot be read."""
    try:
        text = (root / TOOL).read_text(encoding="utf-8")
        return read_released(text) or read_source(text)
    except (OSError, ValueError):
        return None


def installs_by_name(root: Path) -> bool:
    """Return whether the action of a repository installs packages without hashes."""
    try:
        text = (root / ACTION / "requirements.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "--hash=" not in text


def _write(root: Path, path: str, content: bytes) -> GithubFile:
    file = root / path
    try:
        _ensure_inside(root, file)
        if os.path.lexists(file):
            is_same = not file.is_symlink() and file.is_file() and file.read_bytes() == content
            return Same(path) if is_same else KeptFile(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as opened:
            opened.write(content)
    except OSError as error:
        raise ReliabilityError(f"{path} cannot be written: {error.strerror}") from error

    return Wrote(path)


def _ensure_inside(root: Path, file: Path) -> None:
    for folder in file.parents:
        if folder == root:
            return
        if folder.is_symlink():
            raise ReliabilityError(
                f"{folder.relative_to(root)} is a symbolic link and is not followed"
            )
