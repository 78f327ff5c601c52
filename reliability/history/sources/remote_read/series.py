"""Series of remote read: messages of prompb/remote.proto and prompb/types.proto.

Samples are most of an answer, so that they are read as arrays. Each is a field of 18 bytes, of 9
if its value is 0, which is then not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reliability.arrays import FloatArray
from reliability.history.sources.remote_read.counts import OF_LABEL, DecodingCounts
from reliability.history.sources.remote_read.histograms import read_histogram
from reliability.history.sources.remote_read.protobuf import (
    MalformedError,
    field_of,
    read_fields,
    read_varint,
)
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.evaluate.semantics import milliseconds
from reliability.promql.evaluate.stored import STALE
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, TimeSpan

LABEL, SAMPLE, HISTOGRAM = 1, 2, 4
"""Fields of `TimeSeries` that are read."""
SAMPLE_TAG: Final = SAMPLE << 3 | 2
VALUE_TAG: Final = 1 << 3 | 1
TIME_TAG: Final = 2 << 3 | 0
PADDING: Final = 18
"""Bytes after the samples, so that no position is out of bounds."""
LONGEST_TIME: Final = 10
SHORT: Final = 32
"""Samples of a run that is walked through; a longer one is quicker as an array."""
WALKED: Final = 512
"""Samples that are walked through before a long run is looked for again."""
BLOCK: Final = 65_536
"""Samples whose values and times are read at once."""
COMPARED: Final = 4096
"""Samples whose lengths are compared at once."""

OPERATORS: Final = ("=", "!=", "=~", "!~")
"""By their number in `LabelMatcher`."""

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]


def request_of(selector: Selector, span: TimeSpan) -> bytes:
    """Encode a `ReadRequest` for the samples after the span's start, up to and with its end.

    It accepts the response type SAMPLES: the chunks of the other one would have to be decoded bit
    by bit.
    """
    start, end = (milliseconds(moment - EPOCH) for moment in (span.start, span.end))
    matchers = b"".join(
        field_of(
            3,
            field_of(1, OPERATORS.index(matcher.operator))
            + field_of(2, matcher.label.encode())
            + field_of(3, matcher.value.encode()),
        )
        for matcher in selector.matchers
    )
    query = field_of(1, start + 1) + field_of(2, end) + matchers
    return field_of(1, query) + field_of(2, 0)


def read_response(message: bytes, counts: DecodingCounts) -> Iterator[Counter]:
    """Yield the series of a `ReadResponse` to one query.

    Raises:
        MalformedError: it is not such a response.
        TooManySeriesError: it holds more than the counts allow.
        TooLateError: the time limit of the answer has passed.
    """
    counts.begin()
    for number, result in read_fields(message, counts):
        if number != 1 or isinstance(result, int):
            continue
        for field_number, series in read_fields(result, counts):
            if field_number == 1 and not isinstance(series, int):
                counts.add_series()
                yield _series(series, counts)


def _series(message: bytes, counts: DecodingCounts) -> Counter:
    """One `TimeSeries`: labels, then samples, exemplars and histograms."""
    labels: dict[str, str] = {}
    histograms: dict[int, NativeHistogram | None] = {}
    samples = _no_samples()
    at = 0
    while at < len(message):
        if message[at] == SAMPLE_TAG:
            counts.add_steps()
            starts, at = _starts(message, at, counts)
            samples = _all_samples(np.frombuffer(message, np.uint8), starts, at)
            continue
        counts.add_steps()
        tag, at = read_varint(message, at)
        length, at = read_varint(message, at)
        content = message[at : at + length]
        at += length
        if tag >> 3 == LABEL:
            name, value = _label(content, counts)
            labels[name] = value
        elif tag >> 3 == HISTOGRAM:
            counts.add_samples(1)
            time, histogram = read_histogram(content, counts)
            histograms[time] = histogram

    return Counter(labels, _joined(samples, histograms) if histograms else samples)


def _label(message: bytes, counts: DecodingCounts) -> tuple[str, str]:
    counts.add_steps(OF_LABEL)
    parts = dict(read_fields(message, counts))
    name, value = parts.get(1, b""), parts.get(2, b"")
    if isinstance(name, int) or isinstance(value, int):
        raise MalformedError("a label is not a text")
    return name.decode("utf-8", "replace"), value.decode("utf-8", "replace")


def _starts(message: bytes, at: int, counts: DecodingCounts) -> tuple[Positions, int]:
    """The positions of all samples from one on, and the position after the last.

    Runs of samples of the same length are found at once; short ones are walked through.
    """
    data = np.frombuffer(message, np.uint8)
    starts_of_runs: list[Positions] = []
    while at < len(message) and message[at] == SAMPLE_TAG:
        run, stride = _run(data, at)
        if run >= SHORT:
            starts = np.arange(at, at + run * stride, stride, dtype=np.int64)
            at += run * stride
        else:
            starts, at = _walked(message, at)
            counts.add_steps(len(starts))
        counts.add_samples(len(starts))
        starts_of_runs.append(starts)
    if at > len(message):
        raise MalformedError("a sample is cut off")
    return np.concatenate(starts_of_runs), at


def _run(data: Bytes, at: int) -> tuple[int, int]:
    """How many of the next samples have the length of the first, and that length in bytes."""
    if at + 1 >= len(data):
        return 0, 1
    stride = 2 + int(data[at + 1])
    rows = min(COMPARED, (len(data) - at) // stride)
    table = data[at : at + rows * stride].reshape(rows, stride)
    others = np.flatnonzero((table[:, 0] != SAMPLE_TAG) | (table[:, 1] != stride - 2))
    return int(others[0]) if len(others) else rows, stride


def _walked(message: bytes, at: int) -> tuple[Positions, int]:
    """The positions of the next samples, one after the other, and the position after them."""
    starts: list[int] = []
    end = len(message)
    while at < end and message[at] == SAMPLE_TAG and len(starts) < WALKED:
        starts.append(at)
        # A sample has at most 20 bytes, so that its length is one byte
        at += 2 + message[at + 1] if at + 1 < end else 2
    return np.array(starts, dtype=np.int64), at


def _all_samples(data: Bytes, starts: Positions, end: int) -> Samples:
    """The samples from the first start to the end, in blocks that take little memory each."""
    times, values = np.zeros(len(starts), np.int64), np.zeros(len(starts))
    for first in range(0, len(starts), BLOCK):
        part = starts[first : first + BLOCK]
        last = int(starts[first + BLOCK]) if first + BLOCK < len(starts) else end
        block = _samples(data[part[0] : last], part - part[0])
        times[first : first + BLOCK], values[first : first + BLOCK] = block.times, block.values
    return Samples(times, values)


def _samples(data: Bytes, starts: Positions) -> Samples:
    """The samples whose fields begin at these positions."""
    ends = np.append(starts[1:], len(data))
    padded = np.concatenate((data, np.zeros(PADDING, np.uint8)))
    has_value = padded[starts + 2] == VALUE_TAG
    values = _values(padded, starts, has_value)
    times_at = starts + 2 + np.where(has_value, 9, 0)
    # A time of 0 is not written, as the value
    has_time = (times_at < ends) & (padded[np.minimum(times_at, len(data))] == TIME_TAG)
    if not bool(np.all(has_time | (times_at == ends))):
        raise MalformedError("a sample has other fields")

    times = np.zeros(len(starts), dtype=np.uint64)
    at = times_at + 1
    is_open = has_time
    for shift in range(LONGEST_TIME):
        is_open = is_open & (at + shift < ends)
        if not is_open.any():
            break
        byte = padded[np.where(is_open, at + shift, 0)].astype(np.uint64)
        part = (byte & np.uint64(0x7F)) << np.uint64(7 * shift)
        times |= np.where(is_open, part, np.uint64(0))
    return Samples(times.view(np.int64), values)


def _values(padded: Bytes, starts: Positions, has_value: NDArray[np.bool_]) -> FloatArray:
    """The values, of which zeros are not written."""
    values = np.zeros(len(starts))
    at = starts[has_value] + 3
    # A view of eight bytes from each position on, so that one index for each value is enough.
    eights = np.lib.stride_tricks.sliding_window_view(padded, 8)
    values[has_value] = eights[at].view("<f8")[:, 0]
    return values


def _no_samples() -> Samples:
    return Samples(np.zeros(0, np.int64), np.zeros(0))


def _joined(samples: Samples, histograms: Mapping[int, NativeHistogram | None]) -> Samples:
    """Numbers and histograms in the order of time."""
    at = np.fromiter(histograms, np.int64, len(histograms))
    times = np.concatenate((samples.times, at))
    stale = [STALE if histogram is None else 0.0 for histogram in histograms.values()]
    values = np.concatenate((samples.values, np.array(stale)))
    of_all = np.full(len(times), None, dtype=object)
    for position, histogram in enumerate(histograms.values(), len(samples.times)):
        of_all[position] = histogram

    order = np.argsort(times, kind="stable")
    return Samples(times[order], values[order], of_all[order])
