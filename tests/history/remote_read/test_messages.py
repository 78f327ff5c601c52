"""Messages of remote read that are cut off, damaged or unusual."""

from __future__ import annotations

import struct
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.history.sources.remote_read.counts import DecodingCounts
from reliability.history.sources.remote_read.protobuf import (
    MalformedError,
    field_of,
    read_varint,
    varint,
    zigzag,
)
from reliability.history.sources.remote_read.series import read_response

Sample = tuple[int, float]
TIMES = st.integers(-(2**62), 2**62)
VALUES = st.floats(allow_nan=False)


def sample(time: int, value: float) -> bytes:
    """As gogoproto writes it: zeros are left out."""
    body = b"\x09" + struct.pack("<d", value) if value else b""
    return field_of(2, body + (b"\x10" + varint(time) if time else b""))


def response(*samples: Sample, more: bytes = b"") -> bytes:
    label = field_of(1, b"__name__") + field_of(2, b"x")
    series = field_of(1, label) + b"".join(sample(*one) for one in samples) + more
    return field_of(1, field_of(1, series))


@given(st.lists(st.tuples(TIMES, VALUES)))
def test_every_sample_is_read(samples: list[Sample]) -> None:
    [found] = read_response(response(*samples), DecodingCounts())
    assert dict(found.labels) == {"__name__": "x"}
    assert found.samples.times.tolist() == [time for time, _ in samples]
    assert found.samples.values.tolist() == [value for _, value in samples]


@given(st.lists(st.tuples(TIMES, VALUES), min_size=1, max_size=5), st.data())
def test_what_is_cut_off_is_an_error_or_less(samples: list[Sample], data: st.DataObject) -> None:
    whole = response(*samples)
    cut = whole[: data.draw(st.integers(1, len(whole) - 1))]
    with pytest.raises(MalformedError):
        list(read_response(cut, DecodingCounts()))


@given(st.binary(max_size=60))
def test_other_bytes_are_an_error_and_not_a_fault(content: bytes) -> None:
    inside = field_of(1, field_of(1, content))
    for message in (content, inside):
        with suppress(ValueError):
            list(read_response(message, DecodingCounts()))


def test_a_sample_with_other_fields_is_refused() -> None:
    with pytest.raises(MalformedError, match="a sample has other fields"):
        list(read_response(response(more=field_of(2, b"\x18\x01")), DecodingCounts()))


@given(st.integers(-(2**63), 2**63 - 1))
def test_numbers_are_read_as_they_were_written(number: int) -> None:
    encoded = varint(number)
    assert read_varint(encoded, 0) == (number % 2**64, len(encoded))
    assert zigzag((number << 1) ^ (number >> 63)) == number


def test_numbers_and_histograms_are_in_the_order_of_time() -> None:
    histogram = field_of(1, 3) + field_of(15, 1500)
    [found] = read_response(
        response((1000, 5.0), (2000, 6.0), more=field_of(4, histogram)), DecodingCounts()
    )
    assert found.samples.times.tolist() == [1000, 1500, 2000]
    assert found.samples.values.tolist() == [5.0, 0.0, 6.0]
    histograms = found.samples.histograms
    assert histograms is not None
    assert np.flatnonzero([one is not None for one in histograms]).tolist() == [1]
