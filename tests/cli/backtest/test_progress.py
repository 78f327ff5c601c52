"""How far a replay of rule files is, and when its budget of time ends it."""

import re
from dataclasses import replace

import pytest

from reliability.cli.backtest.rules import ReplayProgress

NEVER = float("inf")


def progress(notes: list[str], budget: int | None, since: float, noted: float) -> ReplayProgress:
    """A replay that began so many seconds ago; its last line was that long ago."""
    now = ReplayProgress(note=notes.append, budget=budget)
    return replace(now, started=now.started - since, noted=now.noted - noted)


def test_the_time_that_is_left_is_that_of_the_alerts_before() -> None:
    notes: list[str] = []
    replay = progress(notes, None, since=3000, noted=10)
    before = replay.noted
    assert replay.should_continue(3, 10)
    [line] = notes
    [seconds] = re.findall(r"^replayed 3 of 10 alerts, about (\d+) s to go$", line)
    assert 7000 <= int(seconds) < 13_000
    assert replay.noted > before


@pytest.mark.parametrize(("done", "noted"), [(0, 10.0), (3, -NEVER), (0, -NEVER)])
def test_without_a_result_or_soon_after_a_line_nothing_is_said(done: int, noted: float) -> None:
    notes: list[str] = []
    assert progress(notes, None, since=30, noted=noted).should_continue(done, 10)
    assert notes == []


@pytest.mark.parametrize(
    ("budget", "since", "expected"),
    [(None, 1e9, True), (20, 30, False), (10**9, 30, True), (1, -1000, True)],
)
def test_a_budget_of_time_ends_a_replay(
    budget: int | None, since: float, *, expected: bool
) -> None:
    notes: list[str] = []
    assert progress(notes, budget, since, noted=10).should_continue(1, 10) is expected
    assert bool(notes) is expected
