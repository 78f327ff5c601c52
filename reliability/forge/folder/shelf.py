"""Pages of one kind in a folder: listed, added and rewritten by one process at a time."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from reliability.errors import ForgeError, reason_of
from reliability.forge.folder.page import Page, page_text, read_page, replace_text, write_page
from reliability.forge.marker import ensure_readable, marker_of
from reliability.writing import make_folder


@dataclass(frozen=True, slots=True)
class FolderWriter:
    """Author and clock of writes to a folder; `formerly` are authors whose pages are also ours."""

    root: Path
    author: str
    now: Callable[[], datetime]
    formerly: frozenset[str] = frozenset()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes and threads out; the kernel releases the lock if the process dies.

        Raises:
            ForgeError: the folder cannot be written.
        """
        try:
            make_folder(self.root, None)
            descriptor = os.open(self.root, os.O_RDONLY)
        except OSError as error:
            raise ForgeError(f"{self.root}: {reason_of(error)}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        except OSError as error:
            raise ForgeError(f"{error.filename}: {reason_of(error)}") from error
        finally:
            os.close(descriptor)

    @property
    def moment(self) -> datetime:
        """Current time, in whole seconds."""
        return self.now().replace(microsecond=0)

    def is_ours(self, author: object) -> bool:
        """Return whether an author is the current or a former author of ours."""
        return author == self.author or author in self.formerly


@dataclass(frozen=True, slots=True)
class FolderPages:
    """Pages of a folder whose marker has a given kind."""

    writer: FolderWriter
    folder: Path
    kind: str

    def pages(self) -> list[Page]:
        """Return our pages of this kind, by number."""
        pages = [page for page in self._all() if self.writer.is_ours(page.fields.get("author"))]
        return [page for page in pages if self._is_of_kind(page)]

    def _is_of_kind(self, page: Page) -> bool:
        marker = marker_of(page.body)
        if marker is None or marker.kind != self.kind:
            return False
        ensure_readable(marker, str(page.path))
        return True

    def _all(self) -> list[Page]:
        generator = (read_page(path) for path in sorted(self.folder.glob("*.md")))
        return sorted((page for page in generator if page is not None), key=lambda page: page.id)

    def add(self, name: Callable[[int], str], fields: dict[str, Any], body: str) -> None:
        """Write a new page with the next number; `name` returns the file name for a number."""
        with self.writer.locked():
            number = max(map(_number, self.folder.glob("*.md")), default=0) + 1
            moment = self.writer.moment
            times = {"created": moment, "updated": moment}
            fields = {"id": number, **fields, "author": self.writer.author, **times}
            write_page(Page(self._free(name(number)), fields, body))

    def _free(self, name: str) -> Path:
        """Return the path for a file name, with a number appended if the name is taken."""
        path = self.folder / f"{name}.md"
        number = 1
        while path.exists():
            number += 1
            path = self.folder / f"{name}-{number}.md"
        return path

    def rewrite(self, path: Path, body: str | None = None, **fields: Any) -> None:
        """Change fields of a page, and its body if one is given.

        Raises:
            ForgeError: the page was removed.
        """
        with self.writer.locked():
            page = read_page(path)
            if page is None:
                raise ForgeError(f"{path}: the page is gone")
            changed = {**page.fields, **fields, "updated": self.writer.moment}
            write_page(replace(page, fields=changed, body=page.body if body is None else body))

    def remove(self, path: Path) -> None:
        """Remove a page, if it exists."""
        with self.writer.locked():
            path.unlink(missing_ok=True)

    def say(self, path: Path, word: str) -> None:
        """Append a comment to the file beside a page, unless it is the last one there."""
        if not word.strip():
            return
        with self.writer.locked():
            words = path.with_suffix(".comments.txt")
            text = page_text(words)
            if not text.endswith(f"\n\n{word.strip()}\n"):
                head = f"{self.writer.author}, {self.writer.moment.isoformat(' ')}"
                replace_text(words, f"{text}{head}\n\n{word.strip()}\n")


def _number(path: Path) -> int:
    """Return a page's number: from its file name, or from its fields if the name has none."""
    if match := re.match(r"\d+", path.name):
        return int(match[0])
    page = read_page(path)
    return 0 if page is None else page.id
