"""The lines that findings are on, each file split once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from reliability.check.masking.masking import may_show_line
from reliability.check.report.secrets import holds_secret
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.location import Location

LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")
BYTE_ORDER_MARK: Final = "\ufeff"


class SourceLines:
    """The lines of files by their paths, without byte order marks.

    `hidden` are lines that nobody is shown, as a secret stands there; nor are those that look so.
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
        """The line that a place begins on, or None where it is hidden, or could not be opened."""
        if (at.path, at.span.line) in self.hidden:
            return None
        line = self.numbered(at.path, at.span.line)
        if line and at.path == BASE_ALERTMANAGER and not may_show_line(line, at.pointer):
            return None
        return None if line and holds_secret(line) else line

    def numbered(self, path: PurePosixPath, number: int) -> str | None:
        """A line by its number from 1, or None where it is not there."""
        if path not in self.texts:
            return None
        if path not in self.split:
            text = self.texts[path].removeprefix(BYTE_ORDER_MARK)
            self.split[path] = LINE_BREAK.split(text)
        lines = self.split[path]
        return lines[number - 1] if number <= len(lines) else None

    def byte_column(self, path: PurePosixPath, number: int, column: int) -> int:
        """A column in UTF-8 bytes from 1, of one in code points; a byte order mark counts."""
        before = (self.numbered(path, number) or "")[: column - 1]
        is_marked = number == 1 and self.texts.get(path, "").startswith(BYTE_ORDER_MARK)
        return len(before.encode("utf-8", "surrogatepass")) + 1 + 3 * is_marked
