"""Native histograms as bytes: the message `Histogram` with counts that are floats."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final

from reliability.history.sources.remote_read.histograms import (
    BOUNDS,
    COUNT_FLOAT,
    HINT,
    HINTS,
    NEGATIVE,
    POSITIVE,
    SCHEMA,
    TIMESTAMP,
    TOTAL,
    ZERO_FLOAT,
    ZERO_THRESHOLD,
)
from reliability.history.sources.remote_read.protobuf import DOUBLE, FIXED64, field_of, varint
from reliability.promql.evaluate.buckets import Buckets
from reliability.promql.evaluate.histogram import NativeHistogram

NUMBERS: Final = {hint: number for number, hint in HINTS.items()}


def histogram_bytes(time: int, histogram: NativeHistogram) -> bytes:
    """Encode a histogram and its time in milliseconds, as `read_histogram` reads them."""
    return b"".join(
        (
            _double(COUNT_FLOAT, histogram.count),
            _double(TOTAL, histogram.total),
            field_of(SCHEMA, _zigzag(histogram.schema)),
            _double(ZERO_THRESHOLD, histogram.zero_threshold),
            _double(ZERO_FLOAT, histogram.zero_count),
            *_buckets(histogram.negative, NEGATIVE),
            *_buckets(histogram.positive, POSITIVE),
            field_of(HINT, NUMBERS.get(histogram.hint, 0)),
            field_of(TIMESTAMP, time),
            field_of(BOUNDS, _doubles(histogram.bounds)),
        )
    )


def _buckets(buckets: Buckets, fields: tuple[int, int, int]) -> Iterator[bytes]:
    """One sign's buckets: spans of indexes, then the counts of all."""
    spans, _, counts = fields
    end = 0
    for first, length in _runs(buckets):
        yield field_of(spans, field_of(1, _zigzag(first - end)) + field_of(2, length))
        end = first + length
    yield field_of(counts, _doubles(buckets.values()))


def _runs(indexes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first index and the length of each run of indexes that follow one another."""
    first = length = 0
    for index in indexes:
        if length and index == first + length:
            length += 1
            continue
        if length:
            yield first, length
        first, length = index, 1
    if length:
        yield first, length


def _double(number: int, value: float) -> bytes:
    return varint(number << 3 | FIXED64) + DOUBLE.pack(value)


def _doubles(values: Iterable[float]) -> bytes:
    listed = tuple(values)
    return struct.pack(f"<{len(listed)}d", *listed)


def _zigzag(number: int) -> int:
    return (number << 1) ^ (number >> 63)
