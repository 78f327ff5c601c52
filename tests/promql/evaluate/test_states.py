"""Pending, firing, kept firing: the tables that promtool 2.53.3 and 3.5.3 gave, and odd grids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import pytest

from reliability.promql.evaluate.replay import EvaluationGrid, replay, states
from reliability.promql.evaluate.rules import RuleGroup
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import STALE
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan

START: Final = datetime(2026, 9, 1, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
ABSENT: Final = None
SERIES: Final = (
    0, *[1] * 3, 0, 1, 0, 0, *[1] * 5, *[ABSENT] * 7, STALE, ABSENT, *[1] * 3, *[0] * 11
)  # fmt: skip
"""promtool's `0 1x2 0 1 0 0 1x4 _x7 stale _ 1x2 0x10`."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A `SampleReader` of one series, a value a minute."""

    values: Iterable[float | None]
    description: str = "a test"

    def counters(self, _selector: Selector, _span: TimeSpan) -> Iterable[Counter]:
        there = [(at, value) for at, value in enumerate(self.values) if value is not None]
        first = round(START.timestamp() * 1000)
        times = np.array([first + 60_000 * at for at, _ in there], dtype=np.int64)
        yield Counter({"__name__": "x"}, Samples(times, np.array([value for _, value in there])))


def firing(ranges: Ranges, **rule: str) -> str:
    """The minutes in which an alert fires, as `1-3,5`."""
    group = RuleGroup.of({"name": "g", "rules": [{"alert": "A", "expr": "x > 0", **rule}]})
    span = TimeSpan(START, START + 35 * MINUTE)
    [alert] = replay((group,), Read(SERIES), span, Semantics(ranges), EvaluationGrid()).alerts
    return written(alert.states.firing)


def written(on: np.ndarray) -> str:
    """Runs as `first-last`."""
    edges = np.flatnonzero(np.diff(on, prepend=False, append=False)).reshape(-1, 2)
    return ",".join(f"{a}-{b - 1}" if b - a > 1 else f"{a}" for a, b in edges.tolist())


@pytest.mark.parametrize(
    ("rule", "of_2", "of_3"),
    [
        ({}, "1-3,5,8-17,22-24", "1-3,5,8-16,22-24"),
        ({"for": "2m"}, "3,10-17,24", "3,10-16,24"),
        ({"for": "90s"}, "3,10-17,24", "3,10-16,24"),
        ({"for": "1m", "keep_firing_for": "3m"}, "2-20,23-27", "2-19,23-27"),
    ],
)
def test_an_alert_fires_in_the_minutes_that_promtool_says(
    rule: dict[str, str], of_2: str, of_3: str
) -> None:
    assert firing(Ranges.CLOSED, **rule) == of_2
    assert firing(Ranges.LEFT_OPEN, **rule) == of_3


def test_evaluations_that_were_missed_neither_end_nor_begin_anything() -> None:
    group = RuleGroup.of({"name": "g", "rules": [{"alert": "A", "expr": "x > 0", "for": "2m"}]})
    span = TimeSpan(START, START + 14 * MINUTE)
    pause = TimeSpan(START + 4 * MINUTE, START + 5 * MINUTE)
    grid = EvaluationGrid(pauses=(pause, TimeSpan(START + 6 * MINUTE, START + 8 * MINUTE)))
    [alert] = replay((group,), Read(SERIES), span, Semantics(), grid).alerts
    fired = [(int(at) // 60_000) % 60 for at in alert.times[alert.states.firing]]
    assert fired == [3, 5, 8, 9, 10, 11, 12, 13]


@pytest.mark.parametrize(("late", "began"), [(0, "5-9"), (30, "6-10")])
def test_a_group_that_comes_later_is_read_an_evaluation_late(late: int, began: str) -> None:
    """Another group's recording is read as it was when it was last evaluated."""
    recording = RuleGroup.of({"name": "r", "rules": [{"record": "y", "expr": "x"}]})
    alerting = RuleGroup.of({"name": "a", "rules": [{"alert": "A", "expr": "y > 0"}]})
    span = TimeSpan(START, START + 12 * MINUTE)
    grid = EvaluationGrid(phases={"r": timedelta(seconds=late)})
    values = (0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0)
    [alert] = replay((recording, alerting), Read(values), span, Semantics(), grid).alerts
    assert written(alert.states.firing) == began


def test_what_is_pending_when_it_ends_begins_anew() -> None:
    true = np.array([1, 1, 0, 1, 1, 1], dtype=bool)
    times = np.arange(6) * 60_000
    known = states(true, times, 120_000, 0)
    assert (written(known.pending), written(known.firing)) == ("0-1,3-4", "5")


def test_an_alert_that_is_kept_firing_needs_no_new_wait() -> None:
    true = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1], dtype=bool)
    known = states(true, np.arange(11) * 60_000, 120_000, 180_000)
    assert written(known.firing) == "2-8"
    assert written(known.pending) == "0-1,10"


@pytest.mark.parametrize(
    ("true", "after", "keep", "wanted"),
    [
        ("-11-1-", 0, 0, "-ff-f-"),
        ("-1111-", 2, 0, "-ppff-"),
        ("-11-11", 2, 0, "-pp-pp"),
        ("111---", 2, 1, "ppff--"),
        ("111---", 2, 2, "ppfff-"),
        ("1-----", 1, 2, "p-----"),
        ("1-1---", 0, 2, "fffff-"),
        ("1--1--", 0, 2, "ffffff"),
        ("11--11", 1, 2, "pfffff"),
        ("11--11", 1, 1, "pff-pf"),
        ("11---1", 1, 3, "pfffff"),
    ],
)
def test_an_alert_is_pending_fires_and_is_kept_firing_in_whole_evaluations(
    true: str, after: int, keep: int, wanted: str
) -> None:
    on = np.array([each == "1" for each in true])
    times = np.arange(len(true), dtype=np.int64) * 60_000
    found = states(on, times, after * 60_000, keep * 60_000)
    letters = zip(found.pending.tolist(), found.firing.tolist(), strict=True)
    assert "".join("pf"[fires] if pends or fires else "-" for pends, fires in letters) == wanted
