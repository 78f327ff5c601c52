"""Minutes of an SLI as a Parquet table: one row per minute, one column of events per label set.

The metadata of a file holds its version, unit, definition, checksum and covered spans.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reliability.arrays import FloatArray
from reliability.errors import SourceError
from reliability.history.definition import IMPORTED, Definition
from reliability.history.month import Column, Month, month_span
from reliability.timespan import EPOCH, MINUTE, TimeSpan
from reliability.writing import replacing

VERSION: Final = 2
READABLE: Final = (1, 2)
"""Version 1 had no parts, and held whole months only."""

KEY: Final = b"reliability"
MINUTE_COLUMN: Final = "minute"
UNIT: Final = "events in the minute that begins at `minute`"


class DamagedError(SourceError):
    """A stored file that can no longer be read; it can be set aside and fetched again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The metadata of a file: the span of its rows, the name of each column, the covered spans.

    `through` is the number of the last part that it contains.
    """

    rows: TimeSpan
    definition: Definition | None
    names: Mapping[Column, str]
    covered: tuple[TimeSpan, ...]
    source: str
    through: int
    interval: timedelta | None


def read_header(path: Path) -> Header:
    """Read a file's metadata only.

    Raises:
        DamagedError: it is damaged, or of a version that is no longer read.
        SourceError: a newer version of reliability wrote it.
    """
    with _readable(path):
        return _header(pq.read_schema(path), path)


def read_month(path: Path, wanted: Callable[[Column], bool]) -> Month:
    """Read the columns of a file that `wanted` selects.

    Raises:
        DamagedError: it is damaged (every page has a checksum), or of a version that is no longer
            read.
        SourceError: a newer version of reliability wrote it.
    """
    with (
        _readable(path),
        pa.memory_map(str(path)) as mapped,
        pq.ParquetFile(mapped, page_checksum_verification=True) as file,
    ):
        header = _header(file.schema_arrow, path)
        names = {column: name for column, name in header.names.items() if wanted(column)}
        table = file.read(list(names.values()), use_threads=False)
        columns = {column: _numbers(table.column(name)) for column, name in names.items()}
        if any(len(column) != header.rows.steps(MINUTE) for column in columns.values()):
            raise ValueError("it has not as many rows as it says")

    month = Month(
        span=header.rows,
        columns=columns,
        covered=header.covered,
        source=header.source,
        through=header.through,
    )
    month.interval = header.interval
    return month


def write_month(path: Path, month: Month, slo: str, definition: Definition | None) -> None:
    """Write a file in one step: readers see either the old file or the new one.

    The data is on the disk before the file gets its name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    table = _table(month, _metadata(month, slo, definition))
    with replacing(path) as out:
        pq.write_table(
            table,
            out,
            compression="zstd",
            use_dictionary=table.column_names[1:],
            column_encoding={MINUTE_COLUMN: "DELTA_BINARY_PACKED"},
            write_page_checksum=True,
        )


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DamagedError(
            f"{path} cannot be read: {reason}; run `reliability history pull`, which sets it "
            "aside and fetches its days again"
        ) from error


def _header(schema: Any, path: Path) -> Header:
    header = json.loads(schema.metadata[KEY])
    if header["version"] > VERSION:
        raise SourceError(
            f"{path} has version {header['version']}, and {VERSION} is the newest that is read "
            "here; upgrade reliability"
        )

    if header["version"] not in READABLE:
        raise ValueError(f"version {header['version']}, and {READABLE[0]} is the oldest read here")
    names = {_column(field): field.name for field in schema if field.name != MINUTE_COLUMN}
    covered = tuple(_span(pair) for pair in header["covered"])
    definition = Definition.read(header["definition"]) if header["definition"] else None
    rows = _span(header["rows"]) if "rows" in header else _rows_of_month(path)
    seconds = header.get("interval_seconds")

    return Header(
        rows=rows,
        definition=definition,
        names=names,
        covered=covered,
        source=header["source"],
        through=header.get("through", 0),
        interval=None if seconds is None else timedelta(seconds=seconds),
    )


def _rows_of_month(path: Path) -> TimeSpan:
    return month_span(datetime.strptime(path.stem + " +0000", "%Y-%m %z").date())


def _span(pair: list[str]) -> TimeSpan:
    return TimeSpan(*map(datetime.fromisoformat, pair))


def _metadata(month: Month, slo: str, definition: Definition | None) -> dict[str, Any]:
    return {
        "version": VERSION,
        "slo": slo,
        "unit": UNIT,
        "step_seconds": int(MINUTE.total_seconds()),
        "source": month.source,
        "definition": definition.values if definition else None,
        "checksum": definition.checksum if definition else IMPORTED,
        "rows": _moments(month.span),
        "covered": [_moments(span) for span in month.covered],
        "through": month.through,
        "interval_seconds": month.interval.total_seconds() if month.interval else None,
    }


def _moments(span: TimeSpan) -> list[str]:
    return [span.start.isoformat(), span.end.isoformat()]


def _table(month: Month, metadata: Mapping[str, Any]) -> Any:
    first = (month.span.start - EPOCH) // MINUTE
    minutes = (np.arange(month.span.steps(MINUTE), dtype=np.int64) + first) * 60
    arrays = [pa.array(minutes.astype("datetime64[s]"), pa.timestamp("s", tz="UTC"))]
    fields = [pa.field(MINUTE_COLUMN, arrays[0].type, nullable=False)]
    for column in sorted(month.columns):
        values = month.columns[column]
        arrays.append(pa.array(values, mask=np.isnan(values)))
        fields.append(pa.field(_name(column), pa.float64(), metadata=_column_metadata(column)))
    schema = pa.schema(fields, metadata={KEY: json.dumps(metadata)})
    return pa.table(arrays, schema=schema)


def _name(column: Column) -> str:
    labels = ",".join(f"{name}={json.dumps(value)}" for name, value in column.labels)
    return f"{column.selector}{{{labels}}}"


def _column_metadata(column: Column) -> dict[str, str]:
    return {"selector": str(column.selector), "labels": json.dumps(dict(column.labels))}


def _column(field: Any) -> Column:
    labels = json.loads(field.metadata[b"labels"])
    return Column(int(field.metadata[b"selector"]), tuple(sorted(labels.items())))


def _numbers(column: Any) -> FloatArray:
    """Return a column's values, NaN if the file has no value; do not write to the array."""
    values: FloatArray = column.to_numpy()
    return values
