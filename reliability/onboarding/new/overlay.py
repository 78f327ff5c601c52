"""A repository with files that are not written yet, to check and replay it first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reliability.load.files import DiskFiles, read_repository
from reliability.load.loader import load
from reliability.pipeline import Repository


def with_files(root: Path, contents: Mapping[PurePosixPath, bytes]) -> Repository:
    """Load the repository as if these files were written."""
    files, unread = read_repository(root)
    left = [(path, content) for path, content in files if path not in contents]
    inside = [entry for entry in contents.items() if entry[0].parts[0] in ("services", "policies")]
    catalog, findings = load([*left, *inside], NewFiles(root, frozenset(contents)))
    return Repository(root=root, catalog=catalog, findings=(*unread, *findings))


@dataclass(frozen=True, slots=True)
class NewFiles:
    """The paths of files on disk and of files to write."""

    root: Path
    new: frozenset[PurePosixPath]

    def __contains__(self, path: object) -> bool:
        return path in self.new or path in DiskFiles(self.root)
