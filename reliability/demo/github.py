"""Our workflows, put into another repository; what is there already stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability import __version__
from reliability.demo.shipped import shipped_repository
from reliability.errors import ReliabilityError

TEMPLATES: Final = (
    ".github/workflows/pull-request.yml",
    ".github/workflows/sync.yml",
    ".github/workflows/schedule.yml",
    ".github/actions/reliability/action.yml",
    ".github/ISSUE_TEMPLATE/slo-review.yml",
    ".github/ISSUE_TEMPLATE/policy-exception.yml",
    ".github/ISSUE_TEMPLATE/incident.yml",
    ".github/PULL_REQUEST_TEMPLATE.md",
)
REQUIREMENTS: Final = ".github/actions/reliability/requirements.txt"


@dataclass(frozen=True, slots=True)
class Wrote:
    """A file that was not there."""

    path: str


@dataclass(frozen=True, slots=True)
class Same:
    """A file that was there as we would write it."""

    path: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was there with other content, and was left as it is."""

    path: str


Laid = Wrote | Same | Kept


def lay_out(root: Path) -> Iterator[Laid]:
    """Write each file that is not there; nothing is overwritten, and no link is followed.

    Raises:
        ReliabilityError: a folder is a link, or cannot be written.
    """
    source = shipped_repository()
    for path in TEMPLATES:
        yield _lay(root, path, (source / path).read_bytes())
    yield _lay(root, REQUIREMENTS, f"reliability-as-code[all]=={__version__}\n".encode())


def _lay(root: Path, path: str, content: bytes) -> Laid:
    file = root / path
    try:
        _ensure_inside(root, file)
        if os.path.lexists(file):
            is_same = not file.is_symlink() and file.is_file() and file.read_bytes() == content
            return Same(path) if is_same else Kept(path)
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
