"""Recording rules in an expression are written out where they mean the same."""

from collections.abc import Mapping

import pytest

from reliability.convert.prometheus_rules.recordings import expanded, without_range

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


@pytest.mark.parametrize(("operators", "is_expanded"), [(300, True), (301, False)])
def test_a_long_expression_is_not_expanded(operators: int, *, is_expanded: bool) -> None:
    text = f'job:up:sum > max(x{{a="{"-" * (operators - 1)}"}})'
    assert ("sum by (job)" in expanded(text, PLAIN)) is is_expanded


def test_recordings_of_each_other_end() -> None:
    assert "loop:" in expanded("loop:a", PLAIN)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("rate(x[5m])", "rate(x[{{.window}}])"),
        ("rate(x[5m])/rate(y[5m])", "rate(x[{{.window}}]) / rate(y[{{.window}}])"),
        ("rate(x[5m]) / rate(y[1h])", ""),
        ("rate(x[1h])", ""),
        ("x", ""),
        ("rate(x[5m]", ""),
        ("", ""),
    ],
)
def test_ranges_become_the_window_if_all_are_that_one(text: str, written: str) -> None:
    assert "".join(without_range(text, "5m").split()) == "".join(written.split())
