"""Measured rules without events, without data, and over less than one shift."""

from typing import Any

import pytest

from tests.check.facts.test_measured import fired, incident, measured, said


@pytest.mark.parametrize(
    "measurement", [{"events": None}, {"events": 10, "coverage": 0.0}, {"events": 0}]
)
def test_an_objective_without_events_or_data_has_no_traffic_to_judge(
    measurement: dict[str, Any],
) -> None:
    rules = [rule for rule, _ in said(measured(objectives=[measurement]))]
    assert rules == (["slo-low-traffic"] if measurement == {"events": 0} else [])


@pytest.mark.parametrize(("pages", "shifts"), [(2, []), (3, ["page-budget-exceeded"])])
def test_less_than_one_shift_counts_as_one(pages: int, shifts: list[str]) -> None:
    span = {"start": "2026-11-02T00:00:00Z", "end": "2026-11-02T06:00:00Z", "days": 1}
    episodes = [(float(number), 5.0) for number in range(pages)]
    found = said(measured(span=span, slos=[fired(*episodes, per_week=0.1)]))
    messages = [message for _, message in found if "shift" in message]
    assert [rule for rule, message in found if message in messages] == shifts
    assert all(" in 1 of 1 shifts of " in message for message in messages)


@pytest.mark.parametrize(("count", "is_flapping"), [(11, False), (10, False), (9, True)])
def test_as_many_short_episodes_as_allowed_are_not_flapping(count: int, is_flapping: bool) -> None:
    """Three of ten are 30 %, which is the limit."""
    lengths = [9.0] * 3 + [30.0] * (count - 3)
    episodes = [(24.0 * number, length) for number, length in enumerate(lengths)]
    found = said(measured(slos=[fired(*episodes)], incidents=[incident((0, 60000))]))
    assert ("alert-flapping" in [rule for rule, _ in found]) is is_flapping
