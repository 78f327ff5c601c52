"""Replacement of files that can be undone, even by a later process after this one was killed.

Two hidden files may be beside `rules.yml`. `.rules.yml.reliability-new` is staged and not yet in
place. `.rules.yml.reliability-former` is the previous file until the change is confirmed; if it is
empty, there was no previous file. No glob of a server (`*.yml`) matches either of them.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.errors import ProviderError
from reliability.writing import create, ensure_no_link, keep_mode, make_folder

NEW: Final = ".reliability-new"
FORMER: Final = ".reliability-former"


@dataclass(frozen=True, slots=True)
class Disk:
    """Write access to files, for all providers; it refuses every write unless `writable`.

    `durable` flushes staged files to the disk, so that they survive a power failure; this is slow
    for thousands of files. Others may have committed symbolic links below `top`; no write follows
    one.
    """

    writable: bool
    durable: bool = True
    top: Path | None = None

    def make_folder(self, folder: Path) -> None:
        """Create a folder and its parents, unless they exist."""
        self._ensure_writable(folder)
        make_folder(folder, self.top)

    def write(self, path: Path, content: bytes, like: Path | None = None) -> bool:
        """Write a file atomically; return whether it had another content before.

        A new file gets the permissions of the file `like`.
        """
        if path.is_file() and path.read_bytes() == content:
            return False
        self.stage(path, content, like)
        self.put(path)
        return True

    def stage(self, path: Path, content: bytes, like: Path | None = None) -> None:
        """Write the new content of `path` beside it, with the permissions of the current file.

        A new file gets those of the file `like`.
        A file or link that an earlier run left at that name is removed first, never written to.
        """
        self._ensure_writable(path)
        staged = beside(path, NEW)
        ensure_no_link(staged.parent, self.top)
        staged.unlink(missing_ok=True)

        try:
            with create(staged) as file:
                file.write(content)
                file.flush()
                if self.durable:
                    # Before the rename: after a power failure, ext4 and XFS may otherwise have the
                    # new name with no content.
                    os.fsync(file.fileno())
                keep_mode(file, path if like is None or path.exists() else like)
        except OSError as error:
            staged.unlink(missing_ok=True)  # frees the space if the disk is full
            error.filename = error.filename or str(path)  # an error of write() names no file
            raise

    def put(self, path: Path) -> None:
        """Move the staged file into place atomically."""
        self._ensure_writable(path)
        ensure_no_link(path, self.top)
        beside(path, NEW).replace(path)

    def remove(self, path: Path) -> None:
        """Remove a file."""
        self._ensure_writable(path)
        ensure_no_link(path, self.top)
        path.unlink()

    def keep_former(self, path: Path) -> None:
        """Keep the current file for `restore`, unless an older one is not confirmed yet."""
        self._ensure_writable(path)
        former = beside(path, FORMER)
        if former.is_symlink():
            former.unlink()  # not from this program
        if former.exists():
            return
        if path.exists():
            # A hard link and not a copy: it keeps content, owner and permissions, and cannot be
            # half written.
            os.link(path, former, follow_symlinks=False)
        else:
            # An empty file stands for "there was none", so `restore` knows to remove the new one.
            # Neither rules nor a configuration are ever empty.
            create(former).close()

    def has_former(self, path: Path) -> bool:
        """Return whether there is something to restore."""
        former = beside(path, FORMER)
        return former.is_file() and not former.is_symlink()

    def restore(self, path: Path) -> None:
        """Put back the former file, or remove a file that is new; do nothing if none was kept."""
        self._ensure_writable(path)
        former = beside(path, FORMER)
        if not self.has_former(path):
            return
        if former.stat().st_size:
            former.replace(path)
        else:
            path.unlink(missing_ok=True)
        former.unlink(missing_ok=True)  # rename(2) leaves both names if they are one inode

    def confirm(self, path: Path) -> None:
        """Remove the former file and any staged one, because the current file is valid."""
        self._ensure_writable(path)
        beside(path, FORMER).unlink(missing_ok=True)
        beside(path, NEW).unlink(missing_ok=True)

    @contextmanager
    def locked(self, folder: Path) -> Iterator[None]:
        """Keep other syncs out of a folder; the kernel releases the lock if the process is killed.

        Raises:
            ProviderError: another sync holds the lock.
        """
        ensure_no_link(folder, self.top)
        # The folder itself is locked, so no lock file is left behind or has to be ignored by a glob
        # of `rule_files`.
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise ProviderError(
                f"another sync is writing to {folder}; wait until it ends"
            ) from error
        finally:
            os.close(descriptor)

    def _ensure_writable(self, path: Path) -> None:
        if not self.writable:
            raise ProviderError(f"{path}: a dry run does not write files")


def reason(error: OSError | ProviderError) -> str:
    """Describe why a file could not be written, beginning with its path."""
    if isinstance(error, ProviderError) or error.filename is None:
        return str(error)
    return f"{error.filename}: {(error.strerror or type(error).__name__).lower()}"


def beside(path: Path, ending: str) -> Path:
    """Return the path of the hidden file that belongs to `path`."""
    # A leading dot and a further suffix: `rule_files: *.yml` matches neither.
    return path.with_name(f".{path.name}{ending}")


def unconfirmed(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that have a former or a staged file."""
    for ending in (FORMER, NEW):
        for hidden in folder.glob(f".*{ending}"):
            if hidden.is_symlink() or hidden.is_file():
                yield hidden.with_name(hidden.name[1 : -len(ending)])
