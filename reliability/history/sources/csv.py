"""Counts a minute from a CSV file: `time,good,total` or `time,bad,total`, and columns of labels.

`time` is when the minute begins: ISO 8601 with an offset, or seconds since 1970; seconds within
the minute are cut. Minutes without a row are gaps. Rows of one minute and the same labels add up.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.errors import SourceError
from reliability.history.month import Column, Labels
from reliability.promql.selector import METRIC_NAME
from reliability.scalars import NUMBER, ScalarError, read_moment, read_number, since_1970
from reliability.timespan import DAY, EPOCH, MINUTE, TimeSpan

TIME: Final = "time"
TOTAL: Final = "total"
LONGEST: Final = timedelta(days=1100)
MOST_CELLS: Final = 200_000_000
"""Values in memory, of 8 bytes; a row far away from the others makes a minute of each between."""
COUNTED: Final = ("good", "bad")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One line: the minute since 1970, its labels, how many were counted, how many there were."""

    minute: int
    labels: Labels
    counted: float
    total: float


def read_counts(path: Path) -> tuple[TimeSpan, dict[Column, FloatArray]]:
    """The span from the first to the last minute, and its columns.

    Raises:
        SourceError: a column or a row is not as described.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines, strict=True)
            counts = _counted_column(reader.fieldnames or [], path)
            rows = [_row(cells, counts, f"{path}:{reader.line_num}") for cells in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path} cannot be read as CSV in UTF-8: {error}") from error

    if not rows:
        raise SourceError(f"{path} has no row below its head")
    first, last = min(row.minute for row in rows), max(row.minute for row in rows)
    span = TimeSpan(EPOCH + first * MINUTE, EPOCH + (last + 1) * MINUTE)
    if span.length > LONGEST:
        days = f"{-(-span.length // DAY)} days, and {LONGEST.days} are read at most"
        raise SourceError(f"{path}: from {span.start:%Y-%m-%d} to {span.end:%Y-%m-%d} are {days}")

    minutes = last + 1 - first
    if minutes * len((counts, TOTAL)) * len({row.labels for row in rows}) > MOST_CELLS:
        raise SourceError(
            f"{path}: {minutes:,} minutes of so many groups are more than {MOST_CELLS:,} values; "
            "split the file"
        )

    return span, _columns(rows, counts, first, minutes=minutes)


def _counted_column(names: Iterable[str], path: Path) -> str:
    columns = set(names)
    counted = [name for name in COUNTED if name in columns]
    if not {TIME, TOTAL} <= columns or len(counted) != 1:
        raise SourceError(
            f"{path}:1: the columns are {', '.join(names) or 'none'}; "
            "write time, total and one of good and bad"
        )
    return counted[0]


def _row(cells: Mapping[str, str | None], counts: str, place: str) -> CsvRow:
    values = {name: value for name, value in cells.items() if value is not None}
    if None in cells or len(values) < len(cells):
        raise SourceError(f"{place}: the row and the head differ in their number of columns")
    counted, total = (_number(values.pop(name), name, place) for name in (counts, TOTAL))
    if counted > total:
        raise SourceError(f"{place}: {counts} is {counted:g}, and total is {total:g}")
    minute = _minute(values.pop(TIME), place)
    return CsvRow(minute, tuple(sorted(values.items())), counted, total=total)


def _number(text: str, name: str, place: str) -> float:
    try:
        number = read_number(text.strip())
    except ScalarError:
        number = -1.0
    if number < 0:
        raise SourceError(f"{place}: {name} is {text!r}; write a number of events, 0 or more")
    return number


def _minute(text: str, place: str) -> int:
    try:
        moment = since_1970(read_number(text)) if NUMBER.fullmatch(text) else _moment(text)
    except ValueError:
        raise SourceError(
            f"{place}: time is {text!r}; write 2026-11-25T10:00:00Z, or seconds since 1970"
        ) from None
    return (moment - EPOCH) // MINUTE


def _moment(text: str) -> datetime:
    moment = read_moment(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _columns(rows: list[CsvRow], counts: str, first: int, minutes: int) -> dict[Column, FloatArray]:
    columns: dict[Column, FloatArray] = {}
    for row in rows:
        for name, number in ((counts, row.counted), (TOTAL, row.total)):
            column = _column_of(columns, name, row.labels, minutes=minutes)
            before = column[row.minute - first]
            column[row.minute - first] = number + (0.0 if np.isnan(before) else before)
    return columns


def _column_of(
    columns: dict[Column, FloatArray], name: str, labels: Labels, minutes: int
) -> FloatArray:
    key = Column(0, tuple(sorted((*labels, (METRIC_NAME, name)))))
    if key not in columns:
        columns[key] = np.full(minutes, np.nan)
    return columns[key]
