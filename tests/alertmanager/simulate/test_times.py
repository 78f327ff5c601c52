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


MOMENTS = (
    "2025-12-31T23:59",
    "2026-01-01T00:00",
    "2026-02-01T08:59",
    "2026-02-28T09:00",
    "2026-03-01T12:30",
    "2026-03-02T16:59",
    "2026-03-29T00:59",
    "2026-03-29T01:00",
    "2026-04-29T17:00",
    "2026-04-30T18:00",
    "2027-12-31T22:00",
    "2028-02-29T05:59",
)
"""Days of each weekday, first and last days of months, and both sides of a clock change."""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, "xxxxxxxxxxxx"),
        ({"times": [("09:00", "17:00")]}, "...xxx......"),
        ({"times": [("09:00", "12:30"), ("17:00", "18:00")]}, "...x....x..."),
        ({"times": [("00:00", "01:00"), ("22:00", "24:00")]}, "xx....x...x."),
        ({"times": [("05:59", "06:00")]}, "...........x"),
        ({"weekdays": ["sunday"]}, "..x.x.xx...."),
        ({"weekdays": ["monday:tuesday", "thursday:saturday"]}, ".x.x.x...xxx"),
        ({"weekdays": ["Wednesday", "0"]}, "x.x.x.xxx..."),
        ({"days_of_month": ["1"]}, ".xx.x......."),
        ({"days_of_month": ["-1"]}, "x..x.....xxx"),
        ({"days_of_month": ["-2:-1"]}, "x..x....xxxx"),
        ({"days_of_month": ["29:31"]}, "x.....xxxxxx"),
        ({"days_of_month": ["30:31"]}, "x........xx."),
        ({"days_of_month": ["2:-3"]}, ".....xxx...."),
        ({"days_of_month": ["-31:1"]}, ".xx.x......."),
        ({"days_of_month": ["1:2", "31"]}, "xxx.xx....x."),
        ({"months": ["december:december", "2"]}, "x.xx......xx"),
        ({"months": ["january:march"]}, ".xxxxxxx...x"),
        ({"years": ["2025", "2027:2028"]}, "x.........xx"),
        ({"years": ["2026"], "months": ["3"], "weekdays": ["sunday"]}, "....x.xx...."),
        ({"location": "Europe/Paris", "times": [("01:00", "03:00")]}, ".x....x....."),
        ({"location": "Asia/Tokyo", "days_of_month": ["1"]}, "xxx.x....xx."),
        ({"location": "America/New_York", "weekdays": ["Saturday"]}, "...x..xx...."),
    ],
)
def test_an_interval_at_many_moments(written: dict[str, Any], expected: str) -> None:
    times = [{"start_time": first, "end_time": end} for first, end in written.get("times", ())]
    values = {**written, "times": times}
    assert "".join("x" if within(at, **values) else "." for at in MOMENTS) == expected
