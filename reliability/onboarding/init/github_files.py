"""The files of GitHub, put into another repository; a file that is there stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from reliability.errors import ReliabilityError
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
"""What runs the tool, and so needs to know where to install it from."""

FORMS: Final = (
    ".github/ISSUE_TEMPLATE/slo-review.yml",
    ".github/ISSUE_TEMPLATE/policy-exception.yml",
    ".github/ISSUE_TEMPLATE/incident.yml",
    ".github/PULL_REQUEST_TEMPLATE.md",
)
TEMPLATES: Final = (*RUNNABLE, *FORMS)
TOOL: Final = f"{ACTION}/tool.txt"
"""The one line that says which commit of the tool is installed."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A file that was not there."""

    path: str
    word: ClassVar[str] = "wrote"


@dataclass(frozen=True, slots=True)
class Same:
    """A file that was there as we would write it."""

    path: str
    word: ClassVar[str] = "same"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was there with other content, and was left as it is."""

    path: str
    word: ClassVar[str] = "kept"


Laid = Wrote | Same | KeptFile


def lay_out(root: Path, source: ToolSource | UnknownSource) -> Iterator[Laid]:
    """Write each file that is not there; nothing is overwritten, and no link is followed.

    Without a known source nothing is written that would have to install the tool.

    Raises:
        ReliabilityError: a folder is a link, or cannot be written.
    """
    shipped = shipped_repository()
    is_known = isinstance(source, ToolSource)
    for path in TEMPLATES if is_known else FORMS:
        yield _lay(root, path, (shipped / path).read_bytes())
    if isinstance(source, ToolSource):
        yield _lay(root, TOOL, f"{source.requirement}\n".encode())


def declared_source(root: Path) -> ToolSource | None:
    """The source that a repository names already; None if it names none that can be read."""
    try:
        return read_source((root / TOOL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def installs_by_name(root: Path) -> bool:
    """Whether the action of a repository installs from a list without hashes."""
    try:
        text = (root / ACTION / "requirements.txt").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "--hash=" not in text


def _lay(root: Path, path: str, content: bytes) -> Laid:
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
            raise ReliabilityError(f"{folder.relative_to(root)} is a link, and is not followed")
