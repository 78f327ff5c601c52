"""Days of months, months and years of a time interval, as Alertmanager accepts them."""

import pytest

from reliability.alertmanager.validation.calendar_values import is_month_days, is_months, is_years


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        ("1", True),
        ("31", True),
        ("32", False),
        ("0", False),
        ("-1", True),
        ("-31", True),
        ("-32", False),
        ("1:31", True),
        ("1:32", False),
        ("5:5", True),
        ("6:5", False),
        ("1:-1", True),
        ("27:-1", True),
        ("28:-1", False),
        ("26:-2", True),
        ("27:-2", False),
        ("-3:-1", True),
        ("-1:-3", False),
        ("-5:5", False),
        ("-1:31", False),
        ("a", False),
        ("1:a", False),
        ("", False),
    ],
)
def test_days_of_a_month_are_a_range_that_every_month_has(value: str, *, is_valid: bool) -> None:
    assert is_month_days(value) is is_valid


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [
        ("january", True),
        ("january:march", True),
        ("march:january", False),
        ("1:12", True),
        ("12:1", False),
        ("13", True),  # Alertmanager only compares the numbers
        ("0", True),
        ("smarch", False),
    ],
)
def test_months_are_a_range_within_a_year(value: str, *, is_valid: bool) -> None:
    assert is_months(value) is is_valid


@pytest.mark.parametrize(
    ("value", "is_valid"),
    [("2026", True), ("2026:2027", True), ("2026:2026", True), ("2027:2026", False), ("x", False)],
)
def test_years_are_a_range(value: str, *, is_valid: bool) -> None:
    assert is_years(value) is is_valid
