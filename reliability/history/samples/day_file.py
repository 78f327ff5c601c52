"""One day of the raw samples of one selector as a Parquet table: series, time and value.

The bits of values are kept, because a stale marker is a NaN with its own bits.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reliability.errors import SourceError
from reliability.promql.evaluate.bounds import is_known
from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.samples import Counter, Samples
from reliability.writing import create, ensure_no_link, make_folder

VERSION: Final = 1
KEY: Final = b"reliability"
SERIES: Final = "series"
TIME: Final = "time"
VALUE: Final = "value"
HISTOGRAM: Final = "histogram"


def write_day(
    path: Path, selector: str, counters: Iterable[Counter], top: Path | None = None
) -> int:
    """Write a file in one step, and return the number of its series.

    `top` is the repository in which no link is followed.

    Raises:
        OSError: it cannot be written, or a link in `top` leads elsewhere.
    """
    held = [counter for counter in counters if len(counter.samples.times)]
    metadata = {
        "version": VERSION,
        "selector": selector,
        "series": [dict(counter.labels) for counter in held],
    }
    make_folder(path.parent, top)
    ensure_no_link(path, top)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)

    with create(temporary) as out:
        pq.write_table(
            _table(held).replace_schema_metadata({KEY: json.dumps(metadata)}),
            out,
            compression="zstd",
            use_dictionary=[SERIES, VALUE],
            column_encoding={TIME: "DELTA_BINARY_PACKED"},
            write_page_checksum=True,
        )
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)
    return len(held)


def read_day(path: Path) -> tuple[Counter, ...]:
    """Return the series of a file with their samples.

    Raises:
        SourceError: it is damaged, or a newer version of reliability wrote it.
    """
    with _opened(path) as (file, metadata):
        table = file.read(use_threads=False)
        return tuple(_counters(table, metadata["series"]))


def series_in(path: Path) -> int:
    """Return the number of series in a file, without reading the samples.

    Raises:
        SourceError: it is damaged, or a newer version of reliability wrote it.
    """
    with _opened(path) as (_, metadata):
        return len(metadata["series"])


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, dict[str, Any]]]:
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            metadata = json.loads(file.schema_arrow.metadata[KEY])
            if metadata["version"] > VERSION:
                raise SourceError(f"{path} has version {metadata['version']}; upgrade reliability")
            yield file, metadata
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(f"{path} cannot be read: {reason}") from error


def _table(held: list[Counter]) -> Any:
    lengths = [len(counter.samples.times) for counter in held]
    samples = [counter.samples for counter in held]
    columns: dict[str, Any] = {
        SERIES: pa.array(np.repeat(np.arange(len(held), dtype=np.int32), lengths)),
        TIME: pa.array(_joined([part.times for part in samples], np.dtype(np.int64))),
        VALUE: pa.array(_joined([part.values for part in samples], np.dtype(np.float64))),
    }
    if any(part.histograms is not None for part in samples):
        columns[HISTOGRAM] = pa.array(
            [text for part in samples for text in _histogram_texts(part)], pa.string()
        )
    return pa.table(columns)


def _joined(parts: list[Any], kind: np.dtype[Any]) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


def _histogram_texts(samples: Samples) -> Iterable[str | None]:
    if samples.histograms is None:
        return [None] * len(samples.times)
    return [None if found is None else _text(found) for found in samples.histograms]


def _counters(table: Any, labels: list[dict[str, str]]) -> Iterable[Counter]:
    numbers = table.column(SERIES).to_numpy()
    times, values = (table.column(name).to_numpy() for name in (TIME, VALUE))
    histograms = None
    if HISTOGRAM in table.column_names:
        texts = table.column(HISTOGRAM).to_pylist()
        histograms = np.array([text and _histogram(text) for text in texts], dtype=object)

    ends = np.searchsorted(numbers, np.arange(len(labels)), side="right")
    first = 0
    for of_series, last in zip(labels, ends.tolist(), strict=True):
        own = None if histograms is None else histograms[first:last]
        if own is not None and not any(found is not None for found in own):
            own = None
        yield Counter(of_series, Samples(times[first:last], values[first:last], own))
        first = last


def _text(histogram: NativeHistogram) -> str:
    return json.dumps(
        {
            "schema": histogram.schema,
            "count": histogram.count,
            "sum": histogram.total,
            "zero_threshold": histogram.zero_threshold,
            "zero_count": histogram.zero_count,
            "positive": list(histogram.positive.items()),
            "negative": list(histogram.negative.items()),
            "bounds": histogram.bounds,
            "hint": histogram.hint.value,
        }
    )


def _histogram(text: str) -> NativeHistogram:
    values = json.loads(text)
    if not is_known(values["schema"]):
        raise ValueError(f"a native histogram has the schema {values['schema']}")
    return NativeHistogram(
        schema=values["schema"],
        count=values["count"],
        total=values["sum"],
        zero_threshold=values["zero_threshold"],
        zero_count=values["zero_count"],
        positive=dict(values["positive"]),
        negative=dict(values["negative"]),
        bounds=tuple(values["bounds"]),
        hint=ResetHint(values["hint"]),
    )
