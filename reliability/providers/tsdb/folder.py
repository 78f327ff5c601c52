"""Data folder of a Prometheus on this machine, and the check that it belongs to a given server."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reliability.errors import ProviderError
from reliability.providers.tsdb.facts import Database
from reliability.real_path import real_path

BLOCK: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
"""A ULID (https://github.com/ulid/spec); Prometheus ignores folders with other names."""

STAGING: Final = "reliability-backfill"
TRIES: Final = 45
BETWEEN: Final = 2.0
"""Seconds between two tries.

A server looks for new blocks once a minute (`blocksReload` in tsdb/db.go).
"""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Folder of `--storage.tsdb.path` of a server."""

    path: Path

    @property
    def staging(self) -> Path:
        """Folder in which blocks are made: on the same file system, so that a rename moves them."""
        return self.path / STAGING

    def blocks(self) -> dict[Path, dict[str, Any]]:
        """Return the blocks in the folder, each with the content of its `meta.json`."""
        by_path: dict[Path, dict[str, Any]] = {}
        for path in sorted(self.path.iterdir()):
            meta = path / "meta.json"
            if BLOCK.fullmatch(path.name) and meta.is_file():
                by_path[path] = json.loads(meta.read_text(encoding="utf-8"))
        return by_path

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep other backfills out; the kernel releases the lock if the process is killed.

        Raises:
            ProviderError: the folder cannot be written, or another backfill runs.
        """
        with _named(self.path):
            self._ensure_owned()
            handle = os.open(self.path, os.O_RDONLY)

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise ProviderError(f"another backfill writes to {self.path}; wait for it") from None

        try:
            with _named(self.path):
                shutil.rmtree(self.staging, ignore_errors=True)  # of a backfill that was killed
                self.staging.mkdir()
                yield
        finally:
            shutil.rmtree(self.staging, ignore_errors=True)
            os.close(handle)

    def _ensure_owned(self) -> None:
        """Ensure that the server's user will own the blocks, to remove them after retention."""
        if not self.path.is_dir():
            raise ProviderError(f"{self.path} is not a folder on this machine; {ELSEWHERE}")
        owner = self.path.stat().st_uid
        if os.geteuid() not in (0, owner):
            raise ProviderError(
                f"{self.path} belongs to user {owner}, and this is user {os.geteuid()}: the server "
                f"could not remove the blocks later; run this as the user of the server, or {LESS}"
            )

        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise ProviderError(f"{self.path} cannot be written; run this as its user, or {LESS}")

    def ensure_of(self, read: Callable[[], Database], pause: Callable[[float], None]) -> Database:
        """Ensure that this is the folder of a server; return what the server reports about it.

        An equal path proves nothing, because another replica may have the same one. So the folder
        must have as many blocks as the server has loaded, the same oldest sample, and a write-ahead
        log of the same size.

        Raises:
            ProviderError: it is not, or is still being loaded after 90 seconds.
        """
        difference = ""
        for _ in range(TRIES):
            before, blocks, size, after = read(), self._loadable(), self._wal(), read()
            self._ensure_path(after)
            difference = _difference(before, after, blocks, size=size)
            if not difference:
                return after
            pause(BETWEEN)

        raise ProviderError(
            f"{self.path} is not the data folder of that server, or is still being loaded: "
            f"{difference}; the server's own is {after.path}"
        )

    def _ensure_path(self, database: Database) -> None:
        """Ensure that the folder is the server's, if the server's path exists on this machine."""
        theirs = Path(database.path)
        if (theirs / "wal").is_dir() and real_path(theirs) != real_path(self.path):
            raise ProviderError(
                f"{self.path} is not the data folder of that server, which is {theirs}"
            )

    def _loadable(self) -> list[dict[str, Any]]:
        with _named(self.path):
            return list(self.blocks().values())

    def _wal(self) -> int:
        with _named(self.path):
            files = [path for path in (self.path / "wal").rglob("*") if path.is_file()]
            return sum(file.stat().st_size for file in files)


LESS: Final = "leave out --data-dir to get the commands"
ELSEWHERE: Final = f"run this on the machine of the server, or {LESS}"


def _difference(before: Database, after: Database, blocks: list[dict[str, Any]], size: int) -> str:
    """Describe a difference between the folder and the server; empty if there is none.

    The server is read before and after the folder, because its values change while it runs.
    """
    if not before.blocks <= len(blocks) <= after.blocks:
        return f"{len(blocks)} blocks are in it, and the server has loaded {after.blocks}"
    oldest = min((int(block["minTime"]) for block in blocks), default=None)
    if oldest is not None and oldest != after.lowest:
        return "its oldest block begins at another time than the server's oldest sample"
    if not before.wal_bytes <= size <= after.wal_bytes:
        return f"its write-ahead log has {size:,} bytes, and the server's {after.wal_bytes:,}"
    return ""


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Convert errors of the file system to a `ProviderError` that names the path."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or "cannot be used").lower()
        raise ProviderError(f"{error.filename or path}: {why}; {ELSEWHERE}") from error


def wait(seconds: float) -> None:
    """Sleep while the server works."""
    time.sleep(seconds)
