"""Formats files one by one; a file that cannot be formatted stays as it is."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reliability.bugs import contained
from reliability.errors import ReliabilityError
from reliability.formatting.format import CannotFormatError, formatted
from reliability.formatting.outline import NotYamlError
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import DEFAULT_LIMITS
from reliability.load.files import documents_below
from reliability.load.text import text_of
from reliability.writing import replace as replace_content

SUFFIXES: Final = (".yaml", ".yml")


class FileChangedError(ReliabilityError):
    """A file that another program changed after it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormattedFile:
    """One file before and after; `reason` says why it is not formatted.

    `at` is the line and column of the reason, from 1, or None if it concerns the whole file.
    `is_unreadable` says that the file is not YAML, so that somebody has to fix it.
    """

    path: Path
    before: bytes = b""
    after: bytes = b""
    reason: str = ""
    at: tuple[int, int] | None = None
    is_unreadable: bool = False

    @property
    def location(self) -> str:
        """`:LINE:COLUMN` of the reason, or nothing."""
        return f":{self.at[0]}:{self.at[1]}" if self.at else ""

    @property
    def is_changed(self) -> bool:
        """Whether formatting changes the file."""
        return self.before != self.after

    def write(self, top: Path | None) -> None:
        """Replace the file, unless it was changed since it was read; no link is followed.

        Raises:
            FileChangedError: it was changed.
            OSError: it cannot be written, or a link below `top` leads to it.
        """
        if self.path.read_bytes() != self.before:
            raise FileChangedError(
                f"{self.path} was changed by another program; run the command again"
            )
        replace_content(self.path, self.after, top)


def yaml_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files themselves, and every YAML file in or below the folders.

    The base configuration of Alertmanager is left out: it stays the copy of another tool's file.
    """
    return (
        path
        for path in documents_below(paths)
        if path.suffix in SUFFIXES and path.name != BASE_ALERTMANAGER.name
    )


def format_files(paths: Iterable[Path]) -> Iterator[FormattedFile]:
    """Format each file in memory. Line breaks (LF or CRLF) and a byte order mark are kept."""
    for path in paths:
        try:
            # A FIFO has no end, and a device may have none; `check` reports both.
            if path.exists() and not path.is_file():
                yield FormattedFile(path=path, reason="not a regular file", is_unreadable=True)
                continue
            before = path.read_bytes()
        except OSError as error:
            reason = (error.strerror or "cannot be read").lower()
            yield FormattedFile(path=path, reason=reason, is_unreadable=True)
            continue
        with contained(path):
            yield _formatted_file(path, before)


def _formatted_file(path: Path, before: bytes) -> FormattedFile:
    text, fault = text_of(before, DEFAULT_LIMITS.bytes)
    unchanged = FormattedFile(path=path, before=before, after=before)
    if fault is not None:
        line = text.count("\n", 0, fault.start) + 1
        column = fault.start - text.rfind("\n", 0, fault.start)
        reason = str(fault.message)
        return replace(unchanged, reason=reason, at=(line, column), is_unreadable=True)

    try:
        after = formatted(text.replace("\r\n", "\n"))
    except NotYamlError as error:
        at = (error.line, error.column)
        return replace(unchanged, reason=str(error), at=at, is_unreadable=True)
    except CannotFormatError as error:
        return replace(unchanged, reason=str(error), at=error.at)

    content = after.replace("\n", "\r\n") if "\r\n" in text else after
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    return replace(unchanged, after=mark + content.encode())
