"""Files of a site: written only if their content differs, and removed when no page has them.

A list in the folder names the files that belong to the site, so that nothing else is removed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.errors import ReliabilityError
from reliability.message import Message
from reliability.writing import ensure_no_link, make_folder, write_file

LIST: Final = "site-files.json"
NOT_A_LINK: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


class SiteFolderError(ReliabilityError):
    """The folder for a site holds other files."""


@dataclass(frozen=True, slots=True)
class WrittenSite:
    """The number of files of a site, of those that were written, and of those removed."""

    files: int
    written: int
    removed: int


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """The folder of a site; `top` is the working tree inside of which no link is followed."""

    folder: Path
    top: Path | None
    made: set[Path] = field(default_factory=set, compare=False)
    """Folders that exist and are not reached by a link of the repository."""

    def listed(self) -> frozenset[str]:
        """Return the files of the last build.

        Raises:
            SiteFolderError: the folder is not empty, and no site was written there.
        """
        path = self.folder / LIST
        if path.is_file():
            return frozenset(filter(is_below, _names(path)))
        if self.folder.is_dir() and any(self.folder.iterdir()):
            raise SiteFolderError(
                Message(
                    "{folder} is not empty and holds no site; pass an empty folder to --out",
                    folder=self.folder,
                )
            )
        return frozenset()

    def begin(self, before: frozenset[str], names: Iterable[str]) -> None:
        """List files before they are written, so that a build that fails leaves a site's folder."""
        if not before.issuperset(names := frozenset(names)):
            self._write_list(before | names)

    def put(self, name: str, content: bytes) -> bool:
        """Write a file if its content differs; return whether it was written.

        Raises:
            OSError: it cannot be written, or a link of the repository is in the way.
        """
        path = self.folder / name
        if path.parent not in self.made:
            make_folder(path.parent, self.top)
            self.made.add(path.parent)
        with suppress(FileNotFoundError):
            if path.read_bytes() == content:
                return False
        if path.is_symlink():
            write_file(path, content, self.top)
        else:
            # The folder was checked when its first file was written, and this is not one.
            with os.fdopen(os.open(path, NOT_A_LINK, 0o666), "wb") as file:
                file.write(content)
        return True

    def finish(self, before: Iterable[str], names: Iterable[str]) -> int:
        """Remove the files of the last build that are not in this one, and write the list.

        Return the number of removed files.
        """
        kept = {*names}
        old = [name for name in before if name not in kept]
        for name in old:
            path = self.folder / name
            ensure_no_link(path, self.top)
            path.unlink(missing_ok=True)
        self._write_list(kept)
        return len(old)

    def _write_list(self, names: Iterable[str]) -> None:
        listed = json.dumps({"version": 1, "files": sorted(names)}, indent=0)
        self.put(LIST, listed.encode())


def is_below(name: str) -> bool:
    """Return whether a name in the list leads to a file below the folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)


def _names(path: Path) -> list[str]:
    try:
        files = json.loads(path.read_bytes())["files"]
    except (ValueError, KeyError, TypeError):
        files = None
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
        raise SiteFolderError(
            Message("{path} is not a list of files; remove the folder", path=path)
        )
    return files
