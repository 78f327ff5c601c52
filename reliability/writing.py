"""Writes files exactly where their path says: a committed link cannot redirect a write.

Authors of pull requests may commit symbolic links. So no write follows a link inside the
repository, wherever it leads. Links above or outside of the repository belong to their owner.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from reliability.git import top_of
from reliability.real_path import real_path

LINKED: Final = "it is a symbolic link in the repository, and writes follow none"
STATE: Final = ".reliability"
"""Folder of what commands store, such as history: Git ignores it in any repository."""
STAGED: Final = ".tmp"
"""End of the hidden name of a file that is not yet in place."""
NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def repository_of(folder: Path) -> Path:
    """Return the top of the working tree around a folder; without Git, the folder itself."""
    return top_of(folder) or real_path(folder)


def ensure_no_link(path: Path, top: Path | None) -> None:
    """Ensure that no part of a path is a link in the repository, before `..` is resolved.

    Raises:
        OSError: a part, including the last one, is a symbolic link in or below `top`.
    """
    if top is None:
        return
    step = Path(path.anchor) if path.is_absolute() else Path.cwd()
    for part in path.parts[1:] if path.is_absolute() else path.parts:
        step = step / part
        if step.is_symlink() and real_path(step.parent).is_relative_to(top):
            raise OSError(errno.ELOOP, LINKED, str(step))


def make_folder(folder: Path, top: Path | None) -> None:
    """Create a folder and its parents; a new folder STATE is ignored by Git.

    Raises:
        OSError: a folder cannot be created, or a link below `top` is in the way.
    """
    ensure_no_link(folder, top)
    folder.mkdir(parents=True, exist_ok=True)
    if STATE in folder.parts:
        state = Path(*folder.parts[: folder.parts.index(STATE) + 1])
        with suppress(FileExistsError):
            _write_whole(state / ".gitignore", b"*\n")


def write_file(path: Path, content: bytes, top: Path | None, *, append: bool = False) -> None:
    """Write a file, or append to it.

    Raises:
        OSError: it cannot be written, or a part of its path is a link below `top`.
    """
    ensure_no_link(path, top)
    is_inside = top is not None and real_path(path.parent).is_relative_to(top)
    flags = os.O_NOFOLLOW if is_inside else 0  # elsewhere a link is fine: /dev/stdout is one
    flags |= os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_APPEND if append else os.O_TRUNC)
    with naming(path), os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        file.write(content)


def write_new(path: Path, content: bytes, top: Path | None) -> None:
    """Write a new file, and create its folder.

    Raises:
        OSError: it exists, cannot be written, or a part of its path is a link below `top`.
    """
    make_folder(path.parent, top)
    ensure_no_link(path, top)
    _write_whole(path, content)


def _write_whole(path: Path, content: bytes) -> None:
    """Write a new file, or leave none: half of one would stay, since nothing replaces it."""
    with naming(path), create(path) as file:
        try:
            file.write(content)
            file.flush()
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def create(path: Path) -> IO[bytes]:
    """Open a new file; `O_EXCL` does not follow a link of that name."""
    return os.fdopen(os.open(path, NEW, 0o666), "wb")


def replace(path: Path, content: bytes, top: Path | None) -> None:
    """Replace a file atomically: a reader sees either the old or the new content.

    Raises:
        OSError: it cannot be written, or a part of its path is a link below `top`.
    """
    ensure_no_link(path, top)
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """Yield a new file that replaces the one at a path, or a link there, when the block ends.

    `durable` flushes it to the disk before; this is slow for thousands of files.

    Raises:
        OSError: it cannot be written; the error names `path`, also if the disk is full.
    """
    staged = path.with_name(f".{path.name[:100]}.{secrets.token_hex(8)}{STAGED}")
    try:
        with naming(path):
            with create(staged) as file:
                yield file
                file.flush()
                if durable:
                    os.fsync(file.fileno())
                keep_mode(file, path)
            staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let errors of the system name a file: a write to a full disk names none."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def keep_mode(file: IO[bytes], path: Path) -> None:
    """Copy the permissions of the file to be replaced, if it exists, to an open file."""
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            os.fchmod(file.fileno(), stat.S_IMODE(mode))
