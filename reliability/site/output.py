"""Files of a site: written only if their content differs, and removed when no page has them.

A list in the folder names the files that belong to the site, so that nothing else is removed or
published with them.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.errors import ReliabilityError
from reliability.git import GitRepository, top_of
from reliability.message import Message
from reliability.real_path import real_path
from reliability.writing import STAGED, ensure_no_link, make_folder, replacing

LIST: Final = "site-files.json"
LARGEST_LIST: Final = 64 * 1024 * 1024
"""Limit on the bytes of a list of files, which is 3 MB with 10,000 services."""
HOST: Final = re.compile(r"\..*|[^.]*(\.txt)?")
"""Names of files for a web host, such as `.nojekyll`, `CNAME`, `_headers` and `robots.txt`."""
UNFINISHED: Final = re.compile(rf"\..+\.[0-9a-f]{{16}}{re.escape(STAGED)}")
"""Names of files that a build left that was killed."""


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
            SiteFolderError: files of something else are in the folder, or its list is damaged.
        """
        self.ensure_untracked()
        path = self.folder / LIST
        if os.path.lexists(path):
            return _names(path)
        # A new working tree for pages has `.git` alone.
        there = self.folder.iterdir() if self.folder.is_dir() else ()
        if any(not path.name.startswith(".") for path in there):
            raise SiteFolderError(
                Message(
                    "{folder} is not empty and holds no site; pass an empty folder to --out",
                    folder=self.folder,
                )
            )
        return frozenset()

    def ensure_untracked(self) -> None:
        """Require that Git tracks nothing in the folder: authors of changes may add any page.

        Raises:
            SiteFolderError: it tracks a file there.
        """
        folder = real_path(self.folder)
        if self.top is None or top_of(self.top) is None or not folder.is_relative_to(self.top):
            return
        below = folder.relative_to(self.top).as_posix()
        for path in GitRepository.containing(self.top).indexed(below):
            raise SiteFolderError(
                Message(
                    "{path} is tracked by Git and would be published as well; run "
                    "`git rm {path}`, or pass another folder to --out",
                    path=path,
                )
            )

    def _ensure_no_stray(self, names: set[str]) -> None:
        """Require that the folder has only files of the site, of other sites, and of a web host.

        A web host has hidden files, and at the top files without an ending or with `.txt`. What a
        build left that was killed is removed.
        """
        known = {*names, LIST}
        for above, folders, files in os.walk(self.folder):
            below = PurePosixPath(Path(above).relative_to(self.folder))
            is_top = not below.parts
            if not is_top and os.path.lexists(f"{above}/{LIST}"):
                folders.clear()  # another site, as of an environment
                continue
            links = [name for name in folders if Path(above, name).is_symlink()]
            if is_top:
                folders[:] = [name for name in folders if not name.startswith(".")]
            for name in (*files, *links):
                path = Path(above, name)
                if UNFINISHED.fullmatch(name):
                    path.unlink()
                elif str(below / name) not in known and not (is_top and _is_of_host(path)):
                    raise SiteFolderError(
                        Message(
                            "{path} is not of this site and would be published with it; remove "
                            "it, or pass another folder to --out",
                            path=path,
                        )
                    )

    def begin(self, before: frozenset[str], names: Iterable[str]) -> None:
        """List files before they are written, so that a build that fails leaves a site's folder."""
        if not before.issuperset(names := frozenset(names)):
            self._write_list(before | names)

    def put(self, name: str, content: bytes) -> bool:
        """Write a file in one step if its content differs; return whether it was written.

        What else has its name, such as a link or a device, is replaced.

        Raises:
            OSError: it cannot be written, or its folder is a link of the repository.
        """
        path = self.folder / name
        if path.parent not in self.made:
            make_folder(path.parent, self.top)
            self.made.add(path.parent)
        if _content(path, len(content)) == content:
            return False
        # Not flushed: after a power failure, the next build writes what is not whole.
        with replacing(path, durable=False) as file:
            file.write(content)
        return True

    def finish(self, before: Iterable[str], names: Iterable[str]) -> int:
        """Remove the files of the last build that are not in this one, and write the list.

        Return the number of removed files.

        Raises:
            SiteFolderError: files of something else would be published with them.
        """
        kept = {*names}
        old = [name for name in before if name not in kept]
        for name in old:
            path = self.folder / name
            ensure_no_link(path, self.top)
            path.unlink(missing_ok=True)
        self._write_list(kept)
        # Not before: a build that failed left pages that only the next one knows.
        self._ensure_no_stray(kept)
        return len(old)

    def _write_list(self, names: Iterable[str]) -> None:
        listed = json.dumps({"version": 1, "files": sorted(names)}, indent=0)
        self.put(LIST, listed.encode())


def is_below(name: str) -> bool:
    """Return whether a name in the list leads to a file below the folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)


def _names(path: Path) -> frozenset[str]:
    """Return the names in a list of files.

    Raises:
        SiteFolderError: it is something else, or larger than any list.
    """
    try:
        names = json.loads(_content(path, LARGEST_LIST) or b"")["files"]
    except (ValueError, KeyError, TypeError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(map(_is_name, names)):
        raise SiteFolderError(
            Message("{path} is not a list of files; remove the folder", path=path)
        )
    return frozenset(filter(is_below, names))


def _is_of_host(path: Path) -> bool:
    return HOST.fullmatch(path.name) is not None and not path.is_symlink()


def _content(path: Path, most: int) -> bytes | None:
    """Return the content of a plain file of at most so many bytes; None for anything else."""
    try:
        # Without waiting: it may be a pipe.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            is_plain = stat.S_ISREG(status.st_mode) and status.st_size <= most
            return file.read(most) if is_plain else None
    except OSError:
        return None  # there is none, it is a link, or it is not ours to read: it is replaced


def _is_name(value: object) -> bool:
    """Return whether a value can be the name of a file: no NUL, and no half of a character."""
    return isinstance(value, str) and not re.search(r"[\0\ud800-\udfff]", value)
