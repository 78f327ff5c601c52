"""Native histograms of remote read: the message `Histogram` of prompb/types.proto."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from reliability.history.sources.remote_read.counts import OF_HISTOGRAM, DecodingCounts
from reliability.history.sources.remote_read.protobuf import (
    Field,
    MalformedError,
    double,
    read_fields,
    read_varints,
    signed,
    zigzag,
)
from reliability.promql.evaluate.bounds import is_custom, is_known
from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint

COUNT_INT, COUNT_FLOAT, TOTAL, SCHEMA, ZERO_THRESHOLD, ZERO_INT, ZERO_FLOAT = range(1, 8)
NEGATIVE, POSITIVE = (8, 9, 10), (11, 12, 13)
"""The fields of one sign's buckets: spans, deltas (of integers), counts (of floats)."""
HINT, TIMESTAMP, BOUNDS = 14, 15, 16

HINTS: Final = {
    1: ResetHint.RESET,
    2: ResetHint.NOT_RESET,
    3: ResetHint.GAUGE,
}
CONTINUED: Final = bytes(range(128, 256))
"""Bytes of a varint after which another one follows."""
STALE: Final = 0x7FF0000000000002
"""The bits of the sum of a stale marker (model/value/value.go)."""


class MissingBoundsError(ValueError):
    """A histogram with custom bounds came without them, as Prometheus 3.5 sends it."""


@dataclass(slots=True)
class _Values:
    """The fields of one message: the last of each number, and the parts of each list."""

    numbers: dict[int, int] = field(default_factory=dict)
    lists: dict[int, list[bytes]] = field(default_factory=dict)

    @classmethod
    def of(cls, message: bytes, counts: DecodingCounts) -> _Values:
        values = cls()
        for number, content in read_fields(message, counts):
            values.add(number, content)
        return values

    def add(self, number: int, content: Field) -> None:
        if isinstance(content, int):
            self.numbers[number] = content
        else:
            self.lists.setdefault(number, []).append(content)

    def count(self, whole: int, fraction: int) -> float:
        """One of two fields: an integer, or a float."""
        if fraction in self.numbers:
            return double(self.numbers[fraction])
        return float(self.numbers.get(whole, 0))

    def doubles(self, number: int, counts: DecodingCounts) -> list[float]:
        packed = b"".join(self.lists.get(number, ()))
        counts.add_buckets(len(packed) // 8)
        return list(struct.unpack(f"<{len(packed) // 8}d", packed[: len(packed) // 8 * 8]))


def read_histogram(message: bytes, counts: DecodingCounts) -> tuple[int, NativeHistogram | None]:
    """Return the time in milliseconds and the histogram; None is a stale marker.

    Raises:
        MalformedError: it is not a histogram.
        TooManySeriesError: it has too many buckets.
        MissingBoundsError: its bounds are missing.
    """
    counts.add_steps(OF_HISTOGRAM)
    values = _Values.of(message, counts)
    numbers = values.numbers
    time = signed(numbers.get(TIMESTAMP, 0))
    if numbers.get(TOTAL, 0) == STALE:
        return time, None

    schema = zigzag(numbers.get(SCHEMA, 0))
    if not is_known(schema):
        raise MalformedError(f"a native histogram has the schema {schema}")
    bounds = tuple(values.doubles(BOUNDS, counts))
    if is_custom(schema) and not bounds:
        raise MissingBoundsError("native histograms with custom bounds are sent without the bounds")

    return time, NativeHistogram(
        schema=schema,
        count=values.count(COUNT_INT, COUNT_FLOAT),
        total=double(numbers.get(TOTAL, 0)),
        zero_threshold=double(numbers.get(ZERO_THRESHOLD, 0)),
        zero_count=values.count(ZERO_INT, ZERO_FLOAT),
        positive=_buckets(values, POSITIVE, counts),
        negative=_buckets(values, NEGATIVE, counts),
        bounds=bounds,
        hint=HINTS.get(numbers.get(HINT, 0), ResetHint.UNKNOWN),
    )


def _buckets(
    values: _Values, fields: tuple[int, int, int], counts: DecodingCounts
) -> Mapping[int, float]:
    """Counts by index: integers are written as the difference to the bucket before."""
    spans, deltas, shares = (values.lists.get(number, []) for number in fields)
    indexes = _indexes(spans, counts)
    if any(shares):
        return dict(zip(indexes, values.doubles(fields[2], counts), strict=False))
    packed = b"".join(deltas)
    # The last byte of each number is below 128.
    counts.add_buckets(len(packed.translate(None, CONTINUED)))
    whole = accumulate(zigzag(number) for number in read_varints(packed))
    return dict(zip(indexes, map(float, whole), strict=False))


def _indexes(spans: list[bytes], counts: DecodingCounts) -> Iterator[int]:
    """The indexes of spans: the first begins at its offset, others so far after the one before."""
    index = 0
    for span in spans:
        parts = dict(read_fields(span, counts))
        offset, length = parts.get(1, 0), parts.get(2, 0)
        if isinstance(offset, int) and isinstance(length, int):
            index += zigzag(offset)
            yield from range(index, index + length)
            index += length
