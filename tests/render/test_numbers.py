"""Numbers and percentages as reports and messages write them."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from reliability.render.numbers import (
    attained,
    column_percent,
    exact_percent,
    measured_percent,
    number_text,
    percent,
    percent_known,
    significant_percent,
    whole_percent,
)


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (1.0, "100.00 %"),
        (0.99, "99.00 %"),
        (0.9994, "99.94 %"),
        (0.9995, "99.95 %"),
        (0.99951, "99.951 %"),
        (0.99995, "99.995 %"),
        (0.999987, "99.9987 %"),
        (0.9996, "99.960 %"),
        (0.99996, "99.9960 %"),
        (0.9999999, "99.99999 %"),
        (1 - 1e-9, "99.9999999 %"),
    ],
)
def test_attainment_has_as_many_nines_as_it_takes(share: float, shown: str) -> None:
    assert attained(share) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0 %"),
        (0.0009, "under 0.1 %"),
        (0.001, "0.1 %"),
        (0.9999, "99.9 %"),
        (0.29, "29 %"),
        (1, "100 %"),
    ],
)
def test_what_is_known_is_rounded_down(share: float, shown: str) -> None:
    assert percent_known(share) == shown


@pytest.mark.parametrize(
    ("number", "text"),
    [(14.4, "14.4"), (0.93056, "0.9306"), (1.0, "1"), (12345.0, "1.234e+04")],
)
def test_a_number_has_four_significant_digits(number: float, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("target", "expected"), [("0.9995", "99.95 %"), ("0.9", "90 %"), ("1", "100 %")]
)
def test_a_target_is_shown_as_people_say_it(target: str, expected: str) -> None:
    assert exact_percent(Decimal(target)) == expected


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0 %"),
        (0.0009, "under 0.1 %"),
        (0.001, "0.1 %"),
        (0.0994, "9.9 %"),
        (0.0996, "10 %"),
        (1.25, "125 %"),
    ],
)
def test_a_share_is_whole_from_ten_percent_on(share: float, shown: str) -> None:
    assert percent(share) == shown


def test_a_share_may_be_rounded() -> None:
    assert whole_percent(Fraction(1, 3)) == "33 %"
    assert whole_percent(Fraction(1, 3), decimals=1) == "33.3 %"
    assert column_percent(0.375) == "38%"


def test_a_share_has_no_more_digits_than_are_significant() -> None:
    assert significant_percent(Fraction(1, 3), 4) == "33.33 %"
    assert significant_percent(Decimal("0.02")) == "2 %"


def test_a_measured_share_ends_with_no_zero() -> None:
    assert [measured_percent(share) for share in (1.0, 0.99970, 0.99)] == [
        "100 %",
        "99.97 %",
        "99 %",
    ]


@pytest.mark.parametrize(
    ("written", "exact", "lost", "found"),
    [
        (attained, "100.00 %", "99.99998 %", "0.00002 %"),
        (column_percent, "100%", "99.99998%", "0.00002%"),
        (measured_percent, "100 %", "99.99998 %", "0.00002 %"),
        (percent, "100 %", "99.99998 %", "under 0.1 %"),
        (percent_known, "100 %", "99.9 %", "under 0.1 %"),
        (significant_percent, "100 %", "99.99998 %", "0.00002 %"),
        (whole_percent, "100 %", "99.99998 %", "0.00002 %"),
    ],
)
def test_only_what_is_exact_reads_as_all_or_nothing(
    written: Callable[[float], str], exact: str, lost: str, found: str
) -> None:
    failed = 2 / 8_707_216
    sum_of_floats = sum([0.1] * 10)
    assert [written(share) for share in (sum_of_floats, 1 - failed, failed)] == [exact, lost, found]
