"""Requests and answers of remote read, byte by byte: prompb/remote.proto and prompb/types.proto."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import pytest

from reliability.history.sources.remote_read.counts import DecodingCounts
from reliability.history.sources.remote_read.histograms import MissingBoundsError, read_histogram
from reliability.history.sources.remote_read.protobuf import (
    MalformedError,
    field_of,
    read_fields,
    read_varint,
    read_varints,
)
from reliability.history.sources.remote_read.series import read_response, request_of
from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.evaluate.stored import is_stale
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.servers.remote_write import field, label, varint

START: Final = datetime(2026, 9, 29, tzinfo=UTC)
STALE: Final = struct.pack("<Q", 0x7FF0000000000002)


def number(key: int, value: int) -> bytes:
    return varint(key << 3) + varint(value % 2**64)


def double(key: int, value: float) -> bytes:
    return varint(key << 3 | 1) + struct.pack("<d", value)


def doubles(key: int, *values: float) -> bytes:
    return field(key, struct.pack(f"<{len(values)}d", *values))


def zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def spans(key: int, *pairs: tuple[int, int]) -> bytes:
    return b"".join(
        field(key, number(1, zigzag(offset)) + number(2, length)) for offset, length in pairs
    )


def deltas(key: int, *values: int) -> bytes:
    return field(key, b"".join(varint(zigzag(value)) for value in values))


def test_a_request_has_matchers_and_milliseconds() -> None:
    span = TimeSpan(START, START + timedelta(seconds=90))
    selector = Selector.parse('up{a="b",c!="é",e=~"f.*",g!~"h|i"}')
    first = int(START.timestamp()) * 1000
    query = number(1, first + 1) + number(2, first + 90_000)
    kinds = {"=": 0, "!=": 1, "=~": 2, "!~": 3}
    for matcher in selector.matchers:
        named = field(2, matcher.label.encode()) + field(3, matcher.value.encode())
        query += field(3, number(1, kinds[matcher.operator]) + named)
    assert len(selector.matchers) == 5
    assert request_of(selector, span) == field(1, query) + number(2, 0)


def response(*contents: bytes) -> bytes:
    """One query's result with one series of a label and these fields."""
    return field(1, field(1, field(1, label("__name__", "x")) + b"".join(contents)))


def sample(time: int, value: float) -> bytes:
    body = double(1, value) if value else b""
    return field(2, body + (number(2, time) if time else b""))


def only(message: bytes) -> Counter:
    [counter] = read_response(message, DecodingCounts())
    return counter


RUNS: Final = {
    "of 31": [(1_000 + at, 1.0) for at in range(31)],
    "of 32": [(1_000 + at, 1.0) for at in range(32)],
    "of 33 and another": [*((1_000 + at, 1.0) for at in range(33)), (2**40, 0.5)],
    "of 1,000": [(2**40 + at, at / 8) for at in range(1, 1_001)],
    "of zeros": [(2**40 + at, 0.0) for at in range(200)],
    "long and short ones": [
        *((2**40 + at, 1.0) for at in range(100)),
        *((2**40 + 100 + at, float(at % 2)) for at in range(700)),
        *((2**40 + 800 + at, 0.0) for at in range(64)),
        *((2**40 + 864 + at, 2.0) for at in range(96)),
        (0, 0.0),
    ],
    "longer and longer times": [(2**shift, shift + 0.25) for shift in range(63)],
    "before 1970": [(-(2**shift), float(shift % 2)) for shift in range(63, -1, -1)],
    "nothing but defaults": [(0, 0.0)] * 40,
    "every other without a value": [(5 + at, float(at % 2)) for at in range(600)],
}


@pytest.mark.parametrize("name", RUNS)
def test_runs_of_samples(name: str) -> None:
    samples = RUNS[name]
    counter = only(response(*(sample(*one) for one in samples)))
    assert counter.labels == {"__name__": "x"}
    assert counter.samples.times.tolist() == [time for time, _ in samples]
    assert counter.samples.values.tolist() == [value for _, value in samples]
    assert counter.samples.histograms is None


def test_other_fields_of_an_answer_are_skipped() -> None:
    series = field(1, label("__name__", "x")) + field(3, number(1, 7)) + sample(5, 1.5)
    message = number(1, 4) + field(7, b"?") + field(1, number(1, 3) + field(2, b"?"))
    message += field(1, field(1, series) + field(1, sample(6, 2.5)))
    first, second = read_response(message, DecodingCounts())
    assert (first.labels, first.samples.values.tolist()) == ({"__name__": "x"}, [1.5])
    assert (second.labels, second.samples.times.tolist()) == ({}, [6])


def test_labels_may_lack_a_name_or_a_value() -> None:
    labels = (label("a", "é"), field(2, b"only") + number(7, 1), field(1, b"bad\xff"))
    counter = only(field(1, field(1, b"".join(field(1, content) for content in labels))))
    assert counter.labels == {"a": "é", "": "only", "bad\ufffd": ""}
    assert counter.samples.times.tolist() == []


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (response(field(1, number(1, 5))), "a label is not a text"),
        (response(field(1, field(1, b"a") + number(2, 5))), "a label is not a text"),
        (response(field(2, b"\x18\x01")), "a sample has other fields"),
        (response(field(2, double(1, 2.0) + b"\x18\x01")), "a sample has other fields"),
        (response(sample(5, 1.0), field(2, b"\x18\x01")), "a sample has other fields"),
        (response(sample(5, 1.0)[:-1]), "a sample is cut off"),
        (response(*[sample(5, 1.0)] * 40, sample(5, 1.0)[:-1]), "a sample is cut off"),
        (response(sample(5, 1.0)[:1]), "a sample is cut off"),
        (response(varint(1 << 3 | 3)), "a number is cut off"),
        (field(1, b"\x0b\x01"), "a field has type 3"),
        (b"\x0c", "a field has type 4"),
        (b"\x0e", "a field has type 6"),
        (b"\x0a\x05abcd", "a field is cut off"),
        (b"\x09" + bytes(7), "a field is cut off"),
        (b"\x0d" + bytes(3), "a field is cut off"),
        (b"\x80", "a number is cut off"),
        (b"\x08" + b"\x80" * 10 + b"\x01", "a number is cut off"),
    ],
)
def test_what_is_no_answer(message: bytes, why: str) -> None:
    with pytest.raises(MalformedError) as refused:
        list(read_response(message, DecodingCounts()))
    assert str(refused.value) == why


def test_fields_of_every_type() -> None:
    message = (
        b"\x08\x96\x01" + b"\x11" + bytes([1, *[0] * 6, 2]) + b"\x1a\x02hi" + b"\x25\x05\0\0\x01"
    )
    assert [*read_fields(message, DecodingCounts())] == [
        (1, 150),
        (2, 2 * 2**56 + 1),
        (3, b"hi"),
        (4, 2**24 + 5),
    ]
    assert [*read_fields(number(16, 1) + number(2_000, 2), DecodingCounts())] == [
        (16, 1),
        (2_000, 2),
    ]
    assert [*read_fields(b"", DecodingCounts())] == []
    assert [*read_varints(b"\x00\x7f\x80\x01\xff\xff\x03")] == [0, 127, 128, 65_535]
    assert read_varint(b"\xff" * 9 + b"\x01", 0) == (2**64 - 1, 10)
    assert read_varint(b"\xff" * 9 + b"\x7f", 0) == (2**64 - 1, 10)
    assert field_of(3, 300) == b"\x18\xac\x02"
    assert field_of(16, b"abc") == b"\x82\x01\x03abc"


def shown(histogram: NativeHistogram | None) -> dict[str, object]:
    assert histogram is not None
    return {
        "schema": histogram.schema,
        "count": histogram.count,
        "sum": histogram.total,
        "threshold": histogram.zero_threshold,
        "zeros": histogram.zero_count,
        "positive": dict(histogram.positive),
        "negative": dict(histogram.negative),
        "bounds": histogram.bounds,
        "hint": histogram.hint,
    }


EMPTY: Final = shown(NativeHistogram())
HISTOGRAMS: Final[dict[str, tuple[bytes, dict[str, object]]]] = {
    "nothing": (b"", EMPTY),
    "of integers": (
        number(1, 12) + double(3, 2.5) + number(4, zigzag(3)) + double(5, 1e-9) + number(6, 2)
        + spans(8, (-1, 2)) + deltas(9, 1, 2)
        + spans(11, (1, 2), (2, 1), (0, 1)) + deltas(12, 1, 1, -1, 4),
        {
            "schema": 3, "count": 12.0, "sum": 2.5, "threshold": 1e-9, "zeros": 2.0,
            "positive": {1: 1.0, 2: 2.0, 5: 1.0, 6: 5.0}, "negative": {-1: 1.0, 0: 3.0},
        },
    ),
    "of floats": (
        double(2, 12.5) + double(3, -2.5) + number(4, zigzag(-4)) + double(7, 0.5)
        + spans(8, (4, 1)) + doubles(10, 7.5)
        + spans(11, (-3, 2), (1, 1)) + doubles(13, 0.25, 0.0, 3.0),
        {
            "schema": -4, "count": 12.5, "sum": -2.5, "zeros": 0.5,
            "positive": {-3: 0.25, -2: 0.0, 0: 3.0}, "negative": {4: 7.5},
        },
    ),
    "with custom bounds": (
        number(1, 3) + number(4, zigzag(-53)) + spans(11, (0, 3)) + deltas(12, 1, 0, 0)
        + doubles(16, 1.0, 2.5),
        {"schema": -53, "count": 3.0, "positive": {0: 1.0, 1: 1.0, 2: 1.0}, "bounds": (1.0, 2.5)},
    ),
    "lists in parts": (
        spans(11, (0, 4)) + deltas(12, 1) + deltas(12, 1, 1, 1)
        + doubles(16, 1.0) + doubles(16, 2.0),
        {"positive": {0: 1.0, 1: 2.0, 2: 3.0, 3: 4.0}, "bounds": (1.0, 2.0)},
    ),
    "fewer counts than buckets": (
        spans(11, (0, 4)) + deltas(12, 1, 1) + spans(8, (0, 4)) + doubles(10, 1.0),
        {"positive": {0: 1.0, 1: 2.0}, "negative": {0: 1.0}},
    ),
    "the last of two counts": (number(1, 3) + number(1, 4), {"count": 4.0}),
    "a count of both kinds": (number(1, 3) + double(2, 0.0), {"count": 0.0}),
    "part of a float": (field(16, struct.pack("<d", 1.5) + b"abc"), {"bounds": (1.5,)}),
    "a span of other fields": (
        field(11, field(1, b"?") + number(2, 2)) + spans(11, (2, 1)) + deltas(12, 5),
        {"positive": {2: 5.0}},
    ),
    **{
        f"hint {written}": (number(14, written), {"hint": hint})
        for written, hint in enumerate(
            (
                ResetHint.UNKNOWN,
                ResetHint.RESET,
                ResetHint.NOT_RESET,
                ResetHint.GAUGE,
                ResetHint.UNKNOWN,
            )
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("name", HISTOGRAMS)
def test_histograms(name: str) -> None:
    content, wanted = HISTOGRAMS[name]
    time, histogram = read_histogram(content + number(15, -1_500), DecodingCounts())
    assert (time, shown(histogram)) == (-1_500, {**EMPTY, **wanted})


def test_bounds_that_are_left_out_are_an_error() -> None:
    with pytest.raises(MissingBoundsError) as refused:
        read_histogram(number(4, zigzag(-53)), DecodingCounts())
    assert str(refused.value) == "native histograms with custom bounds are sent without the bounds"


def test_a_stale_marker_of_histograms_is_a_number() -> None:
    stale = field(4, varint(3 << 3 | 1) + STALE + number(15, 2_000))
    counter = only(response(sample(3_000, 7.0), field(4, number(1, 3) + number(15, 4_000)), stale))
    assert counter.samples.times.tolist() == [2_000, 3_000, 4_000]
    assert is_stale(counter.samples.values).tolist() == [True, False, False]
    assert counter.samples.values[1:].tolist() == [7.0, 0.0]
    histograms = counter.samples.histograms
    assert histograms is not None
    assert [one and one.count for one in histograms] == [None, None, 3.0]
    assert np.asarray(counter.samples.values[:1]).tobytes() == STALE
