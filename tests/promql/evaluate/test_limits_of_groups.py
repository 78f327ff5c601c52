"""The `limit` of a rule group: a rule above it fails, writes nothing and forgets its alerts."""

from __future__ import annotations

import numpy as np
import pytest

from reliability.promql.evaluate.lines import EvaluatedSeries
from reliability.promql.evaluate.replay import limited_states, recorded
from reliability.promql.evaluate.rules import Alerting, RuleGroup
from reliability.promql.evaluate.stored import STALE


def bools(text: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """`x` is true."""
    return np.array([character == "x" for character in text])


def shown(alerts: list[str], limit: int, after: int = 0, keep: int = 0) -> list[str]:
    """The states of each label set: `p` pending, `F` firing; one evaluation a minute."""
    [rule] = RuleGroup.of(
        {
            "name": "g",
            "rules": [
                {"alert": "A", "expr": "x", "for": f"{after}m", "keep_firing_for": f"{keep}m"}
            ],
        }
    ).rules
    assert isinstance(rule, Alerting)
    times = np.arange(len(alerts[0]), dtype=np.int64) * 60_000
    return [
        "".join(
            "F" if fires else "p" if waits else "."
            for waits, fires in zip(states.pending, states.firing, strict=True)
        )
        for states in limited_states(rule, [bools(text) for text in alerts], times, limit=limit)
    ]


@pytest.mark.parametrize(
    ("alerts", "limit", "after", "keep", "expected"),
    [
        pytest.param(["xxxx", ".xx."], 0, 0, 0, ["FFFF", ".FF."], id="no limit"),
        pytest.param(["xxxx", ".xx."], 2, 0, 0, ["FFFF", ".FF."], id="at the limit"),
        pytest.param(["xxxx", ".xx."], 1, 0, 0, ["F..F", "...."], id="above it nothing fires"),
        pytest.param(["xxxxx", "..x.."], 1, 1, 0, ["pF.pF", "....."], id="for begins again"),
        pytest.param(["x....", "..xx."], 2, 0, 4, ["FFFFF", "..FFF"], id="kept firing"),
        pytest.param(["x....", "..xx."], 1, 0, 4, ["FF...", "...FF"], id="a kept alert counts"),
    ],
)
def test_alerts_of_a_rule_above_the_limit_are_forgotten(
    alerts: list[str], limit: int, after: int, keep: int, expected: list[str]
) -> None:
    assert shown(alerts, limit, after, keep) == expected


def test_a_recording_above_the_limit_writes_neither_samples_nor_stale_markers() -> None:
    times = np.arange(5, dtype=np.int64) * 60_000
    there = bools("xxxx.")
    line = EvaluatedSeries((("a", "1"),), np.arange(5, dtype=float), there)
    [stored] = recorded((line,), times, written=bools("xx.xx"))
    assert stored.times.tolist() == [0, 60_000, 180_000, 240_000]
    assert stored.values[:3].tolist() == [0.0, 1.0, 3.0]
    assert stored.values[3:].tobytes() == np.array([STALE]).tobytes()
