"""Time intervals, as Alertmanager reads them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from reliability.alertmanager.configuration import RoutingRefusedError
from reliability.alertmanager.simulate.times import holds, time_intervals


def within(moment: str, **written: Any) -> bool:
    """Whether an interval holds at a moment in UTC."""
    config = {"time_intervals": [{"name": "a", "time_intervals": [written]}]}
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return holds(time_intervals(config), ["a"], at)


@pytest.mark.parametrize(
    ("moment", "written", "expected"),
    [
        ("2026-03-02T09:00", {}, True),
        ("2026-03-02T09:00", {"times": [{"start_time": "09:00", "end_time": "17:00"}]}, True),
        ("2026-03-02T17:00", {"times": [{"start_time": "09:00", "end_time": "17:00"}]}, False),
        ("2026-03-02T23:59", {"times": [{"start_time": "23:00", "end_time": "24:00"}]}, True),
        ("2026-03-02T09:00", {"weekdays": ["monday:friday"]}, True),
        ("2026-03-01T09:00", {"weekdays": ["saturday", "sunday"]}, True),
        ("2026-03-01T09:00", {"weekdays": ["1:5"]}, False),
        ("2026-03-31T09:00", {"days_of_month": ["-1"]}, True),
        ("2026-03-30T09:00", {"days_of_month": ["-1"]}, False),
        ("2026-02-28T09:00", {"days_of_month": ["1:31"]}, True),
        ("2026-02-28T09:00", {"days_of_month": ["31"]}, False),
        ("2026-03-02T09:00", {"months": ["january:march"], "years": ["2026"]}, True),
        ("2026-03-02T09:00", {"months": ["4"]}, False),
        ("2026-03-02T09:00", {"years": ["2027:2028"]}, False),
        ("2026-03-01T20:00", {"weekdays": ["monday"], "location": "Asia/Tokyo"}, True),
        ("2026-03-01T10:00", {"weekdays": ["monday"], "location": "Asia/Tokyo"}, False),
    ],
)
def test_all_that_is_named_has_to_be_met(
    moment: str, written: dict[str, Any], expected: bool
) -> None:
    assert within(moment, **written) is expected


def test_an_interval_that_is_none_is_refused() -> None:
    with pytest.raises(RoutingRefusedError, match="not a valid time interval"):
        within("2026-03-02T09:00", weekdays=["someday"])


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["a"], True), (["b"], False), (["a", "b"], True), (["b", "a"], True), ([], False)],
)
def test_one_of_several_intervals_is_enough(names: list[str], expected: bool) -> None:
    config = {
        "time_intervals": [
            {"name": "a", "time_intervals": [{"weekdays": ["sunday"]}, {"weekdays": ["monday"]}]},
            {"name": "b", "time_intervals": [{"weekdays": ["friday"]}]},
        ]
    }
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert holds(time_intervals(config), names, monday) is expected
