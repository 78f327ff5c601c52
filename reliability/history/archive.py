"""Unpacks a store from a ZIP archive next to its folder, then replaces the folder in one step."""

from __future__ import annotations

import io
import lzma
import shutil
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from reliability.errors import SourceError


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """The number of files, and their unpacked bytes: an archive of zeros would fill any disk."""

    files: int = 200_000
    size: int = 8 * 1024**3


USUAL: Final = ArchiveLimits()
UNREADABLE: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)
"""What zipfile raises for a damaged archive, some of it by the decompressor of an entry."""


def unpack(archive: IO[bytes], root: Path, folder: Path, limits: ArchiveLimits = USUAL) -> int:
    """Replace a folder below `root` with the files of an archive, and return their number.

    Links are not followed, because a committed link could lead outside of the repository.

    Raises:
        SourceError: it is not a ZIP archive, a name leads out of it, it is too large, or the folder
            cannot be written.
    """
    ensure_no_link(root, folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".restoring-") as beside:
            place = Path(beside) / folder.name
            place.mkdir()
            with zipfile.ZipFile(archive) as opened:
                count = _unpacked(opened, place, limits)
            if folder.exists():
                shutil.rmtree(folder)
            place.rename(folder)
        return count
    except UNREADABLE as error:
        raise SourceError(f"the stored history is not a readable archive: {error}") from error
    except OSError as error:
        raise SourceError(f"{folder} cannot be written: {error.strerror}") from error


def ensure_no_link(root: Path, folder: Path) -> None:
    """Refuse a folder that is a symbolic link or is below one.

    Raises:
        SourceError: a part of the path below `root` is a link.
    """
    below = root
    for part in folder.relative_to(root).parts:
        below /= part
        if below.is_symlink():
            raise SourceError(f"{below.relative_to(root)} is a symbolic link; remove it")


def _unpacked(archive: zipfile.ZipFile, place: Path, limits: ArchiveLimits) -> int:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > limits.files:
        raise SourceError(f"the stored history has {len(entries):,} files, limit {limits.files:,}")

    room = limits.size
    for entry in entries:
        target = place / _inside(entry.filename)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("xb") as file:
            # The declared size of an archive may be false, so the unpacked bytes are counted.
            while part := source.read(io.DEFAULT_BUFFER_SIZE):
                room -= len(part)
                if room < 0:
                    raise SourceError(
                        f"the stored history unpacks to more than {limits.size:,} bytes"
                    )
                file.write(part)

    return len(entries)


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise SourceError(f"the stored history names a file outside of it: {name!r}")
    return path
