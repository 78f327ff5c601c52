"""Values of time intervals: which of them Alertmanager takes."""

from collections.abc import Callable
from typing import Any

import pytest

from reliability.alertmanager.validation.calendar_values import (
    is_month_days,
    is_months,
    is_time,
    is_weekdays,
    is_years,
    is_zone,
    minute,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("00:00", 0),
        ("09:30", 570),
        ("19:59", 1199),
        ("23:59", 1439),
        ("24:00", 1440),
        *((each, None) for each in ("24:01", "9:30", "09:60", "30:00", "09:30:00", "", None, 9)),
    ],
)
def test_a_time_is_a_minute_of_the_day(value: Any, expected: int | None) -> None:
    assert minute(value) == expected


CASES: list[tuple[Callable[[Any], bool], list[Any], list[Any]]] = [
    (is_time, ["", "00:00", "24:00"], ["25:00", "now"]),
    (
        is_weekdays,
        ["sunday", "saturday", "Monday", "monday:friday", "sunday:saturday", "friday:friday"],
        ["friday:monday", "someday", "1", "monday:", "monday:tuesday:friday", "", None],
    ),
    (
        is_months,
        ["january", "December", "1", "13", "january:12", "3:may", "may:may", "january:january"],
        ["may:march", "5:4", "smarch", "", ":", "1:2:3", "january:"],
    ),
    (
        is_years,
        ["2026", 2026, "2026:2027", "2026:2026", "+2026"],
        ["2027:2026", "now", "", "2026:"],
    ),
    (
        is_month_days,
        [
            *["1", 31, "-1", "-31", "1:31", "1:-1", "-3:-1", "27:-1", "5:5", "-5:-5"],
        ],
        ["0", "32", "-32", "0:3", "1:32", "-1:5", "-1:-2", "5:4", "28:-1", "2:-28", "first", ""],
    ),
    (
        is_zone,
        ["", None, "UTC", "Local", "Asia/Tokyo"],
        ["Asia/Nowhere", "/etc/localtime", "\\Asia", "Asia/../UTC"],
    ),
]


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (check, value, expected)
        for check, right, wrong in CASES
        for values, expected in ((right, True), (wrong, False))
        for value in values
    ],
)
def test_each_kind_of_value_has_its_limits(
    check: Callable[[Any], bool], value: Any, expected: bool
) -> None:
    assert check(value) is expected
