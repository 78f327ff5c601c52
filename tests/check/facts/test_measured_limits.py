"""Measured rules without events, without data, and over less than one shift."""

from typing import Any

import pytest

from tests.check.facts.test_measured import fired, measured, said


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
    assert [rule for rule, message in found if "shift" in message] == shifts
