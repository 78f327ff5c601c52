"""A month as a Parquet table: a row a minute, a column of increments for each set of labels.

The file explains itself: metadata holds version, units, definition, checksum and covered spans.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reliability.errors import SourceError
from reliability.history.definition import IMPORTED, Definition
from reliability.history.month import Column, Month
from reliability.history.series import MINUTE, FloatArray
from reliability.history.timespan import EPOCH, TimeSpan

VERSION: Final = 1
KEY: Final = b"reliability"
MINUTE_COLUMN: Final = "minute"
UNIT: Final = "events in the minute that begins at `minute`"


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says about itself: the name of each column, its definition, what is covered."""

    definition: Definition | None
    names: Mapping[Column, str]
    covered: tuple[TimeSpan, ...]
    source: str


def read_header(path: Path) -> Header:
    """Read a file's metadata only.

    Raises:
        SourceError: it is damaged, or of another version.
    """
    with _readable(path):
        schema = pq.read_schema(path)
        said = json.loads(schema.metadata[KEY])
        if said["version"] != VERSION:
            raise SourceError(f"{path} has version {said['version']}, and {VERSION} is read here")
        names = {_column(field): field.name for field in schema if field.name != MINUTE_COLUMN}
        covered = tuple(TimeSpan(*map(datetime.fromisoformat, pair)) for pair in said["covered"])
        return Header(_definition(said["definition"]), names, covered, said["source"])


def read_month(path: Path, month: date, header: Header, columns: Mapping[Column, str]) -> Month:
    """Some columns of a file.

    Raises:
        SourceError: it is damaged.
    """
    with _readable(path):
        table = pq.ParquetFile(path).read(list(columns.values()))
        arrays = {column: _numbers(table.column(name)) for column, name in columns.items()}
    return Month(month, arrays, header.covered, header.source)


def write_month(path: Path, month: Month, slo: str, definition: Definition | None) -> None:
    """Write a file in one step: whoever reads sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    table = _table(month, _metadata(month, slo, definition))
    pq.write_table(table, temporary, compression="zstd", use_dictionary=False)
    temporary.replace(path)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(f"{path} cannot be read: {reason}; remove it and pull again") from error


def _metadata(month: Month, slo: str, definition: Definition | None) -> dict[str, Any]:
    return {
        "version": VERSION,
        "slo": slo,
        "unit": UNIT,
        "step_seconds": int(MINUTE.total_seconds()),
        "source": month.source,
        "definition": definition.values if definition else None,
        "checksum": definition.checksum if definition else IMPORTED,
        "covered": [[each.start.isoformat(), each.end.isoformat()] for each in month.covered],
    }


def _definition(values: dict[str, Any] | None) -> Definition | None:
    return Definition.read(values) if values else None


def _table(month: Month, metadata: Mapping[str, Any]) -> Any:
    span = month.span
    first = (span.start - EPOCH) // MINUTE
    minutes = (np.arange(span.steps(MINUTE), dtype=np.int64) + first) * 60
    arrays = [pa.array(minutes.astype("datetime64[s]"), pa.timestamp("s", tz="UTC"))]
    fields = [pa.field(MINUTE_COLUMN, arrays[0].type, nullable=False)]
    for column in sorted(month.columns):
        values = month.columns[column]
        arrays.append(pa.array(values, mask=np.isnan(values)))
        fields.append(pa.field(_name(column), pa.float64(), metadata=_told(column)))
    schema = pa.schema(fields, metadata={KEY: json.dumps(metadata)})
    return pa.table(arrays, schema=schema)


def _name(column: Column) -> str:
    labels = ",".join(f"{name}={json.dumps(value)}" for name, value in column.labels)
    return f"{column.selector}{{{labels}}}"


def _told(column: Column) -> dict[str, str]:
    return {"selector": str(column.selector), "labels": json.dumps(dict(column.labels))}


def _column(field: Any) -> Column:
    labels = json.loads(field.metadata[b"labels"])
    return Column(int(field.metadata[b"selector"]), tuple(sorted(labels.items())))


def _numbers(column: Any) -> FloatArray:
    """NaN where the file has no value; of its own, so that it may be written to."""
    values: FloatArray = np.array(column.to_numpy(), dtype=np.float64)
    return values
