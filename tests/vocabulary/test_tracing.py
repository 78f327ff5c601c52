"""Activities are reported with their outcomes and times, and errors by their names."""

import re

import pytest

from reliability.tracing import listening, traced


def test_an_activity_is_reported_when_it_ends() -> None:
    lines: list[str] = []

    @traced("twice")
    def twice(number: int) -> int:
        return 2 * number

    with listening(lines.append), traced("load") as report:
        report("3 files")
        assert (twice(4), len(lines)) == (8, 1)
        report("1 left out")
    assert twice(4) == 8

    def fail() -> None:
        with traced("read") as report:
            report("1 file")
            raise LookupError

    with listening(lines.append), pytest.raises(LookupError):
        fail()
    patterns = ("twice: S", "load: 3 files, 1 left out, S", "read: 1 file, LookupError, S")
    assert len(lines) == len(patterns)
    for line, pattern in zip(lines, patterns, strict=True):
        assert re.fullmatch(pattern.replace("S", r"\d+\.\d{3} s"), line)
