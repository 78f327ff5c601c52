"""Described series with native histograms, pushed to a server by remote write.

Source: the messages TimeSeries and Histogram of prompb/types.proto of v3.5.0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import httpx

from reliability.promql.evaluate.buckets import Buckets
from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.evaluate.lines import Labels
from tests.promql.language.description import Sample
from tests.servers.remote_write import HEADERS, field, label, snappy, varint

STEP = 60_000
GAUGE = 3
"""HISTOGRAM_RESET_HINT_GAUGE of prompb."""


def push(url: str, described: Iterable[tuple[Labels, Sequence[Sample]]], first: int) -> None:
    """Each series with a sample a minute from `first` on, in milliseconds."""
    with httpx.Client(headers=HEADERS, trust_env=False, timeout=60) as client:
        for labels, samples in described:
            body = field(1, _message(labels, samples, first))
            reply = client.post(f"{url}/api/v1/write", content=snappy(body))
            assert reply.is_success, reply.text


def _message(labels: Labels, samples: Sequence[Sample], first: int) -> bytes:
    """The message TimeSeries: labels, numbers, histograms."""
    named = b"".join(field(1, label(name, value)) for name, value in labels)
    numbers = histograms = b""
    for index, sample in enumerate(samples):
        at = first + index * STEP
        if isinstance(sample, float):
            numbers += field(2, _double(1, sample) + varint(2 << 3) + varint(at))
        elif sample is not None:
            histograms += field(4, _histogram(sample, at))
    return named + numbers + histograms


def _histogram(sample: NativeHistogram, at: int) -> bytes:
    """The message Histogram, with counts that are floats."""
    is_gauge = sample.hint is ResetHint.GAUGE
    return b"".join(
        [
            _double(2, sample.count),
            _double(3, sample.total),
            _signed(4, sample.schema),
            _double(5, sample.zero_threshold),
            _double(7, sample.zero_count),
            *(field(8, span) for span in _spans(sample.negative)),
            _doubles(10, sample.negative.values()),
            *(field(11, span) for span in _spans(sample.positive)),
            _doubles(13, sample.positive.values()),
            varint(14 << 3) + varint(GAUGE if is_gauge else 0),
            varint(15 << 3) + varint(at),
            _doubles(16, sample.bounds),
        ]
    )


def _spans(buckets: Buckets) -> list[bytes]:
    """The messages BucketSpan: how far after the one before, and how many buckets."""
    runs: list[list[int]] = []
    for index in buckets:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])

    spans, end = [], 0
    for run in runs:
        spans.append(_signed(1, run[0] - end) + varint(2 << 3) + varint(len(run)))
        end = run[-1] + 1
    return spans


def _double(number: int, value: float) -> bytes:
    return varint(number << 3 | 1) + struct.pack("<d", value)


def _doubles(number: int, values: Iterable[float]) -> bytes:
    packed = b"".join(struct.pack("<d", value) for value in values)
    return field(number, packed) if packed else b""


def _signed(number: int, value: int) -> bytes:
    """A zigzag number."""
    return varint(number << 3) + varint(2 * value if value >= 0 else -2 * value - 1)
