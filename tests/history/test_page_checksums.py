"""A changed byte of a stored file is noticed: wrong counts are never read in silence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from reliability.errors import SourceError
from reliability.history.month import Column, Month
from reliability.history.parquet import DamagedError, read_header, read_month, write_month
from reliability.history.samples.day_file import read_day, write_day
from reliability.promql.samples import Counter, Samples
from reliability.timespan import TimeSpan

START = datetime(2026, 10, 1, tzinfo=UTC)
MINUTES = 120
COUNTS = np.random.default_rng(7).random(MINUTES)


HEADER = 64
"""At most so many bytes of a page are its header, which has no checksum."""


def changed_in_pages(path: Path, name: str) -> list[bytes]:
    """The file with single bytes of the first page of a column changed, one at a time."""
    data = path.read_bytes()
    metadata = pq.read_metadata(path)
    [index] = [
        index for index in range(metadata.num_columns) if metadata.schema.column(index).name == name
    ]
    column = metadata.row_group(0).column(index)
    start = column.dictionary_page_offset or column.data_page_offset
    places = range(start + HEADER, start + HEADER + 400, 10)
    return [data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :] for place in places]


def test_a_changed_count_of_a_month_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "2026-10.parquet"
    span = TimeSpan(START, START + timedelta(minutes=MINUTES))
    month = Month(span=span, columns={Column(0, ()): COUNTS}, covered=(span,), source="x")
    write_month(path, month, "shop", None)
    [name] = read_header(path).names.values()
    for data in changed_in_pages(path, name):
        path.write_bytes(data)
        with pytest.raises(DamagedError):
            read_month(path, lambda _column: True)


def test_a_changed_sample_of_a_day_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "2026-10-01.parquet"
    times = np.arange(MINUTES, dtype=np.int64) * 60_000
    write_day(path, "x", [Counter({"__name__": "x"}, Samples(times, COUNTS))])
    for data in changed_in_pages(path, "value"):
        path.write_bytes(data)
        with pytest.raises(SourceError, match="cannot be read"):
            read_day(path)
