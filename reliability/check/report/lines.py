"""The lines that findings are on, each file split once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from reliability.check.masking.masking import may_show_line
from reliability.check.report.secrets import holds_secret
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.location import Location
from reliability.render.display import LINE_BREAK

BYTE_ORDER_MARK: Final = "\ufeff"


class SourceLines:
    """The lines of files by their paths, without byte order marks.

    `hidden` are lines that are never shown because they contain a secret. Lines that look like a
    secret are not shown either.
    """

    def __init__(
        self,
        texts: Mapping[PurePosixPath, str],
        hidden: frozenset[tuple[PurePosixPath, int]] = frozenset(),
    ) -> None:
        self.texts = texts
        self.hidden = hidden
        self.split: dict[PurePosixPath, list[str]] = {}

    def line(self, at: Location) -> str | None:
        """Return the line that a location begins on; None if it is hidden or cannot be opened."""
        if (at.path, at.span.line) in self.hidden:
            return None
        line = self.numbered(at.path, at.span.line)
        if line is None or holds_secret(line):
            return None
        is_base = at.path == BASE_ALERTMANAGER
        return None if is_base and not may_show_line(line, at.pointer) else line

    def numbered(self, path: PurePosixPath, number: int) -> str | None:
        """Return a line by its number from 1; None if it does not exist."""
        if path not in self.texts:
            return None
        if path not in self.split:
            text = self.texts[path].removeprefix(BYTE_ORDER_MARK)
            self.split[path] = LINE_BREAK.split(text)
        lines = self.split[path]
        return lines[number - 1] if number <= len(lines) else None

    def byte_column(self, path: PurePosixPath, number: int, column: int) -> int:
        """Return a column in UTF-8 bytes for one in code points, both from 1.

        A byte order mark counts.
        """
        before = (self.numbered(path, number) or "")[: column - 1]
        is_marked = number == 1 and self.texts.get(path, "").startswith(BYTE_ORDER_MARK)
        return len(before.encode("utf-8", "surrogatepass")) + 1 + 3 * is_marked
