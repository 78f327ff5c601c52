"""`Family`: the files of one definition of one SLO, and how fetched data is written to them.

A month is one Parquet file. Fetched data is first written to numbered parts next to it, each in
one step. Compaction rewrites the month with its parts, and then removes the parts. A month records
the number of the last part that it contains. If a part remains after its compaction, it is not
merged again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from reliability.history.covered import merged
from reliability.history.definition import Definition
from reliability.history.month import Column, Month, month_span, months
from reliability.history.parquet import DamagedError, Header, read_header, read_month, write_month
from reliability.timespan import TimeSpan

MONTHS: Final = "*.parquet"
PARTS: Final = "*.part"
ENDINGS: Final = (".parquet", ".part")
TEMPORARY: Final = ".*.tmp"
DAMAGED: Final = ".damaged"
SUMS: Final = "sums-*.bin"
"""Sums of the months for pages, which are made again when they are missing."""


def every_column(_: Column) -> bool:
    """Accept every column of a file."""
    return True


@dataclass(frozen=True, slots=True)
class Family:
    """The files of one definition of one SLO; `definition` is None for imported counts."""

    folder: Path
    slo: str
    definition: Definition | None

    def path(self, month: date) -> Path:
        """Return the path of a month's file."""
        return self.folder / f"{month:%Y-%m}.parquet"

    def parts(self, month: date, after: int = 0) -> list[Path]:
        """Return a month's parts with numbers above `after`, in order."""
        generator = self.folder.glob(f"{month:%Y-%m}.{PARTS}")
        return sorted((path for path in generator if _number(path) > after), key=_number)

    def months(self) -> list[date]:
        """Return the months with stored data, in order."""
        files = [*self.folder.glob(MONTHS), *self.folder.glob(PARTS)]
        return sorted({_month(file) for file in files})

    def read(self, month: date, wanted: Callable[[Column], bool] = every_column) -> Month | None:
        """Read a month's columns, merged with its parts; None if nothing is stored.

        Raises:
            SourceError: a file is damaged.
        """
        path = self.path(month)
        stored = read_month(path, wanted) if path.is_file() else None
        parts = self.parts(month, stored.through if stored else 0)
        if stored is None and not parts:
            return None

        result = stored or Month(span=month_span(month))
        for part in parts:
            result.take_in(read_month(part, wanted))
        return result

    def add(self, part: Month) -> None:
        """Store a part of one month; it replaces the data of the spans that it covers."""
        month = part.span.start.date().replace(day=1)
        header = self._header(month)
        numbers = [_number(existing) for existing in self.parts(month)]
        part.through = max([header.through if header else 0, *numbers]) + 1
        path = self.folder / f"{month:%Y-%m}.{part.through:06}.part"
        write_month(path, part, self.slo, definition=self.definition)

    def compact(self) -> int:
        """Merge all parts into their months, and return the number of these months.

        Raises:
            SourceError: a file is damaged.
        """
        for left_over in self.folder.glob(TEMPORARY):
            left_over.unlink()
        changed = 0
        for month in self.months():
            if parts := self.parts(month):
                self._compact(month, parts)
                changed += 1

        return changed

    def _compact(self, month: date, parts: list[Path]) -> None:
        whole = self.read(month)
        if whole is not None:
            write_month(self.path(month), whole, self.slo, definition=self.definition)
        for part in parts:
            part.unlink()

    def covered(self, span: TimeSpan) -> tuple[TimeSpan, ...]:
        """Return the stored parts of a span, including those known to be empty.

        Raises:
            SourceError: a file is damaged.
        """
        spans: list[TimeSpan] = []
        for month, _ in months(span):
            header = self._header(month)
            spans.extend(header.covered if header else ())
            for path in self.parts(month, header.through if header else 0):
                spans.extend(read_header(path).covered)

        return merged(part for time_span in spans if (part := time_span.overlap(span)))

    def set_aside(self) -> Iterator[str]:
        """Rename each damaged file, and yield its description.

        Raises:
            SourceError: a file is of a newer version.
        """
        for path in files_of(self.folder):
            try:
                read_month(path, every_column)
            except DamagedError as error:
                path.rename(path.with_name(path.name + DAMAGED))
                yield str(error).partition("; run ")[0]

    def remove_before(self, day: date) -> Iterator[Path]:
        """Remove the files of months that ended before a day, and yield their paths."""
        for path in self.files_before(day):
            path.unlink()
            yield path
        if not files_of(self.folder):
            for path in self.folder.glob(SUMS):
                path.unlink()

    def files_before(self, day: date) -> list[Path]:
        """Return the files of months that ended before a day, also damaged ones."""
        files = [*files_of(self.folder), *self.folder.glob(f"*{DAMAGED}")]
        return sorted(path for path in files if month_span(_month(path)).end.date() <= day)

    def _header(self, month: date) -> Header | None:
        path = self.path(month)
        return read_header(path) if path.is_file() else None


def files_of(folder: Path) -> list[Path]:
    """Return the files of a family's months and parts, by name."""
    return sorted([*folder.glob(MONTHS), *folder.glob(PARTS)])


def has_files(folder: Path) -> bool:
    """Return whether a folder has files of months or parts."""
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith(ENDINGS) for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return False


def definition_in(folder: Path) -> Definition | None:
    """Return the definition of a family, from the first of its files that can be read.

    Raises:
        SourceError: no file can be read.
    """
    *others, last = files_of(folder)
    for path in others:
        with suppress(DamagedError):
            return read_header(path).definition
    return read_header(last).definition


def _month(path: Path) -> date:
    return datetime.strptime(path.name[:7] + " +0000", "%Y-%m %z").date()


def _number(part: Path) -> int:
    return int(part.name.split(".")[1])
