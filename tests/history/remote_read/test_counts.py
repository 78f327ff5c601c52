"""Answers that hold too much, or schemas that Prometheus does not have: refused while decoding."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.samples.day_file import read_day, write_day
from reliability.history.sources.remote_read.counts import DecodingCounts
from reliability.history.sources.remote_read.protobuf import MalformedError, field_of
from reliability.history.sources.remote_read.series import read_response
from reliability.history.sources.unread import TooManySeriesError
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.samples import Counter, Samples

MANY: Final = 100_000
SPAN: Final = field_of(11, field_of(1, 0) + field_of(2, 2**32))
SERIES, SAMPLES = "more than 50 series", "more than 1,000 samples"
BUCKETS, STEPS = "more than 900 buckets of histograms", "more than 50,000 fields"


def in_series(content: bytes) -> bytes:
    return field_of(1, field_of(1, content))


ANSWERS: Final = {
    "empty series": (field_of(1, b"\x0a\x00" * MANY), SERIES),
    "empty fields": (b"\x10\x00" * MANY, STEPS),
    "empty labels": (in_series(b"\x0a\x00" * 2 * MANY), STEPS),
    "other fields of a series": (in_series(b"\x3a\x00" * MANY), STEPS),
    "empty samples": (in_series(b"\x12\x00" * MANY), SAMPLES),
    "samples of two lengths": (in_series(b"\x12\x00\x12\x02\x10\x01" * MANY), SAMPLES),
    "empty histograms": (in_series(b"\x22\x00" * MANY), SAMPLES),
    "deltas": (in_series(field_of(4, SPAN + field_of(12, b"\x02" * MANY))), BUCKETS),
    "long deltas": (in_series(field_of(4, SPAN + field_of(12, b"\x82\x00" * MANY))), BUCKETS),
    "floats": (in_series(field_of(4, SPAN + field_of(13, b"12345678" * MANY))), BUCKETS),
    "bounds": (in_series(field_of(4, b"\x20\x69" + field_of(16, b"12345678" * MANY))), BUCKETS),
    "empty spans": (in_series(field_of(4, b"\x62\x01\x02" + b"\x5a\x00" * MANY)), STEPS),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_counted_before_memory_is_taken(name: str) -> None:
    message, refusal = ANSWERS[name]
    counts = DecodingCounts(most_steps=50_000, most_series=50, most_samples=1_000, most_buckets=900)
    with pytest.raises(TooManySeriesError) as refused:
        list(read_response(message, counts))
    assert str(refused.value) == f"remote read answers with {refusal}"


def test_samples_are_counted_over_all_answers_of_a_selector() -> None:
    counts = DecodingCounts(most_series=1, most_samples=10)
    message = in_series(b"\x12\x02\x10\x01" * 6)
    assert [len(one.samples.times) for one in read_response(message, counts)] == [6]
    with pytest.raises(TooManySeriesError, match="more than 10 samples"):
        list(read_response(message, counts))


@pytest.mark.parametrize("schema", [-(2**62), -100, -54, -52, -5, 9, 100, 2**62])
def test_a_schema_that_prometheus_does_not_have_is_not_read(schema: int, tmp_path: Path) -> None:
    zigzag = (schema << 1) ^ (schema >> 63)
    with pytest.raises(MalformedError, match=f"has the schema {schema}"):
        list(read_response(in_series(field_of(4, field_of(4, zigzag))), DecodingCounts()))
    histograms = np.array([NativeHistogram(schema=schema)], dtype=object)
    samples = Samples(np.zeros(1, np.int64), np.zeros(1), histograms)
    write_day(tmp_path / "day.parquet", "x", (Counter({"a": "b"}, samples),))
    with pytest.raises(SourceError, match=f"cannot be read: .* has the schema {schema}"):
        read_day(tmp_path / "day.parquet")
