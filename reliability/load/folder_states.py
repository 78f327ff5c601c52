"""State of the files in the folder of each service, to see which documents may have changed.

As the index of Git does, it takes a file for unchanged if its size, times and inode are. A file
that is written again within the resolution of its times could look unchanged. So files that were
changed less than two seconds before they were looked at have no state, and are read the next time
("racy-git.txt" of the documentation of Git).
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from reliability.load.listing import DEEPEST, SUFFIXES

FRESH: Final = 2_000_000_000
"""Nanoseconds within which a change may not show in the times of a file: those of FAT."""
STATE: Final = 16
UNKNOWN: Final = b""
"""State of files that may have changed since they were looked at."""
Entry: TypeAlias = tuple[str, int, int, int, int, int]
"""Path, mode, size, times of content and state in nanoseconds, inode."""


@dataclass(frozen=True, slots=True)
class FolderStates:
    """A digest of the files in the folder of each service that has a document.

    `is_usual` is whether `services/` has only folders that can be opened; a document in it belongs
    to no service.
    """

    services: Mapping[str, bytes]
    is_usual: bool

    @classmethod
    def of(cls, root: Path) -> FolderStates:
        """Look at all files below `services/`."""
        now = time.time_ns()
        services: dict[str, bytes] = {}
        is_usual = True
        for entry in os.scandir(root / "services"):
            if not entry.is_dir(follow_symlinks=False) or entry.name.endswith(SUFFIXES):
                is_usual = is_usual and not (entry.is_symlink() or entry.name.endswith(SUFFIXES))
            elif not entry.name.startswith("."):
                entries = _entries(entry.path)
                if entries is None:
                    is_usual = False
                elif any(one[0].endswith(SUFFIXES) for one in entries):
                    services[entry.name] = _digest(entries, now)
        return cls(services, is_usual)


def state_of(paths: Iterable[str]) -> bytes:
    """Return the state of files and folders, without what is in the folders."""
    now = time.time_ns()
    entries: list[Entry] = []
    for path in paths:
        try:
            entries.append(_entry(path, os.lstat(path)))
        except OSError:
            entries.append((path, 0, 0, 0, 0, 0))
    return _digest(entries, now)


def _entries(folder: str) -> list[Entry] | None:
    """Return what is below a folder; None if a part of it cannot be opened, or is just removed."""
    try:
        return sorted(_below(folder, "", DEEPEST))
    except OSError:
        return None


def _below(folder: str, above: str, deeper: int) -> Iterator[Entry]:
    with os.scandir(folder) as found:
        for entry in found:
            name = f"{above}{entry.name}"
            status = entry.stat(follow_symlinks=False)
            yield _entry(name, status)
            if deeper and stat.S_ISDIR(status.st_mode) and not entry.name.startswith("."):
                yield from _below(entry.path, f"{name}/", deeper - 1)


def _entry(name: str, status: os.stat_result) -> Entry:
    return (
        name,
        status.st_mode,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
    )


def _digest(entries: list[Entry], now: int) -> bytes:
    if max((max(one[3], one[4]) for one in entries), default=0) > now - FRESH:
        return UNKNOWN
    text = repr(entries).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=STATE).digest()
