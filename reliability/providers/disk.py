"""Files replaced so that everything can be undone, also by the process after one that was killed.

Beside `rules.yml` there may lie `.rules.yml.reliability-new`, staged and not yet in place, and
`.rules.yml.reliability-former`, what it replaced and nobody has confirmed; an empty one says that
there was nothing. No glob that a server reads (`*.yml`) matches either.
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
    """The only way in which a provider writes files; in a dry run it refuses every write.

    `durable` makes staged files survive a power cut, which takes a while for thousands of them.
    `top` is the folder whose links others may have committed; no write follows one.
    """

    writable: bool
    durable: bool = True
    top: Path | None = None

    def make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, where they are not there."""
        self._ensure_writable(folder)
        make_folder(folder, self.top)

    def stage(self, path: Path, content: bytes) -> None:
        """Write what shall become `path` beside it, with the permissions of what is there.

        What is left over of an earlier run goes first, and is never written through.
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
                    os.fsync(file.fileno())
                keep_mode(file, path)
        except OSError as error:
            staged.unlink(missing_ok=True)  # a full disk gets its room back
            error.filename = error.filename or str(path)  # a write that fails names no file
            raise

    def put(self, path: Path) -> None:
        """Move what was staged into its place in one step."""
        self._ensure_writable(path)
        ensure_no_link(path, self.top)
        beside(path, NEW).replace(path)

    def remove(self, path: Path) -> None:
        """Take a file away."""
        self._ensure_writable(path)
        ensure_no_link(path, self.top)
        path.unlink()

    def keep_former(self, path: Path) -> None:
        """Keep what is there now for `restore`, unless an older one waits to be confirmed."""
        self._ensure_writable(path)
        former = beside(path, FORMER)
        if former.is_symlink():
            former.unlink()  # we never make one
        if former.exists():
            return
        if path.exists():
            os.link(path, former, follow_symlinks=False)
        else:
            create(former).close()

    def has_former(self, path: Path) -> bool:
        """Whether there is something to restore."""
        former = beside(path, FORMER)
        return former.is_file() and not former.is_symlink()

    def restore(self, path: Path) -> None:
        """Put back what `keep_former` kept; nothing where it kept nothing."""
        self._ensure_writable(path)
        former = beside(path, FORMER)
        if not self.has_former(path):
            return
        if former.stat().st_size:
            former.replace(path)
        else:
            path.unlink(missing_ok=True)
        former.unlink(missing_ok=True)  # a rename onto its own hard link leaves both

    def confirm(self, path: Path) -> None:
        """Forget the former file and what may be staged: what is in place is right."""
        self._ensure_writable(path)
        beside(path, FORMER).unlink(missing_ok=True)
        beside(path, NEW).unlink(missing_ok=True)

    @contextmanager
    def locked(self, folder: Path) -> Iterator[None]:
        """Keep other syncs out of a folder; the lock ends with the process, however it ends.

        Raises:
            ProviderError: another sync is in there.
        """
        ensure_no_link(folder, self.top)
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
    """Why a file could not be written, beginning with its path."""
    if isinstance(error, ProviderError) or error.filename is None:
        return str(error)
    return f"{error.filename}: {(error.strerror or type(error).__name__).lower()}"


def beside(path: Path, ending: str) -> Path:
    """The hidden file that belongs to `path`."""
    return path.with_name(f".{path.name}{ending}")


def unconfirmed(folder: Path) -> Iterator[Path]:
    """The files of a folder whose replacement, or whose staging, nobody has confirmed."""
    for ending in (FORMER, NEW):
        for hidden in folder.glob(f".*{ending}"):
            if hidden.is_symlink() or hidden.is_file():
                yield hidden.with_name(hidden.name[1 : -len(ending)])
