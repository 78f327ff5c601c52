"""Recording rules in an expression are written out where they mean the same."""

from collections.abc import Mapping

import pytest

from reliability.convert.prometheus_rules.recordings import expanded

PLAIN: Mapping[str, str] = {
    "job:up:sum": "sum by (job) (up)",
    "job:all:sum": "job:up:sum + 1",
    "loop:a": "loop:b",
    "loop:b": "loop:a",
}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("job:up:sum > 1", "(sum by (job) (up)) > 1"),
        ("job:all:sum > 1", "((sum by (job) (up)) + 1) > 1"),
        ("job:up:sum / job:up:sum", "(sum by (job) (up)) / (sum by (job) (up))"),
        ('job:up:sum{job="a"} > 1', 'job:up:sum{job="a"} > 1'),
        ("job:up:sum offset 5m > 1", "job:up:sum offset 5m > 1"),
        ("job:up:sum @ 5 > 1", "job:up:sum @ 5 > 1"),
        ("other:job:up:sum > 1", "other:job:up:sum > 1"),
        ("job:up:sum5m > 1", "job:up:sum5m > 1"),
        ("up > 1", "up > 1"),
        ("job:up:sum > ", "job:up:sum > "),
        ("", ""),
    ],
)
def test_a_recording_without_matchers_is_its_expression(text: str, written: str) -> None:
    assert expanded(text, PLAIN) == written


def test_recordings_of_each_other_end() -> None:
    assert "loop:" in expanded("loop:a", PLAIN)
