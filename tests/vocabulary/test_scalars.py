"""Numbers, durations, days and moments: what is read, and the limits on both sides."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

from reliability.scalars import (
    ScalarError,
    duration_text,
    exact,
    read_day,
    read_duration,
    read_moment,
    read_number,
    read_share,
    shown,
    since_1970,
    whole,
)

JAPAN = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1w2d3h4m5s", timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)),
        ("3660d", timedelta(days=3660)),
        ("1h30m", timedelta(minutes=90)),
        ("0s", timedelta()),
    ],
)
def test_a_duration_is_the_sum_of_its_units(text: str, length: timedelta) -> None:
    assert read_duration(text) == length


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3660d1s", "'3660d1s' is longer than the limit of 3660 days"),
        ("", "not a valid duration: ''"),
        ("5", "not a valid duration: '5'"),
        ("1m1h", "not a valid duration: '1m1h'"),
    ],
)
def test_a_duration_that_is_refused_is_quoted(text: str, message: str) -> None:
    with pytest.raises(ScalarError) as refused:
        read_duration(text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("2%", Fraction(1, 50)),
        ("0.02", Fraction(1, 50)),
        ("-1.5%", Fraction(-3, 200)),
        ("+3", Fraction(3)),
    ],
)
def test_a_share_is_a_percentage_or_a_ratio(text: str, share: Fraction) -> None:
    assert read_share(text) == share


@pytest.mark.parametrize("text", ["%", "1%%", "1e3", "1" * 41, f"0.{'1' * 41}"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ScalarError, match="not a valid share: '"):
        read_share(text)


@pytest.mark.parametrize(
    ("number", "decimal"),
    [
        (10**30, Decimal(10) ** 30),
        (-(10**30), -(Decimal(10) ** 30)),
        (1e30, Decimal("1E+30")),
        (0.1, Decimal("0.1")),
    ],
)
def test_a_number_is_taken_exactly_up_to_the_limit(number: float, decimal: Decimal) -> None:
    assert exact(number) == decimal


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (10**30 + 1, "a number is larger than the limit of 1e+30"),
        (-(10**30) - 1, "a number is larger than the limit of 1e+30"),
        (1.1e30, "1.1e+30 is larger than the limit of 1e+30"),
        (-1.1e30, "-1.1e+30 is larger than the limit of 1e+30"),
        (float("nan"), "not a finite number: nan"),
        (float("inf"), "not a finite number: inf"),
    ],
)
def test_a_number_over_the_limit_is_refused(number: float, message: str) -> None:
    with pytest.raises(ScalarError) as refused:
        exact(number)
    assert str(refused.value) == message


@pytest.mark.parametrize(("text", "number"), [("1e308", 1e308), ("1.", 1.0), ("-1.5e-3", -0.0015)])
def test_a_number_has_a_point_and_an_exponent(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["1e309", "-1e309", "nan", "1_0", ".5", ""])
def test_what_is_no_finite_number_is_refused(text: str) -> None:
    with pytest.raises(ScalarError) as refused:
        read_number(text)
    assert str(refused.value) == f"not a valid number: {text!r}"


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2028, 2, 29), date(2199, 12, 31)])
def test_the_first_and_the_last_day_are_within_the_limits(day: date) -> None:
    assert read_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1969-12-31", "'1969-12-31' is outside of 1970-01-01 to 2199-12-31"),
        ("2200-01-01", "'2200-01-01' is outside of 1970-01-01 to 2199-12-31"),
        ("2026-02-30", "not a valid date: '2026-02-30'"),
        ("2026-1-1", "not a valid date: '2026-1-1'"),
    ],
)
def test_a_day_that_is_refused_is_quoted(text: str, message: str) -> None:
    with pytest.raises(ScalarError) as refused:
        read_day(text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T03:04", datetime(2026, 1, 2, 3, 4)),  # noqa: DTZ001  # no offset is written
        ("2026-01-02 03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02t03:04:05.5z", datetime(2026, 1, 2, 3, 4, 5, 500_000, tzinfo=UTC)),
        (
            "2026-01-02T03:04:05,1234567+0900",
            datetime(2026, 1, 2, 3, 4, 5, 123_456, tzinfo=JAPAN),
        ),
        ("2026-01-02T03:04:05 +09:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=JAPAN)),
    ],
)
def test_a_moment_is_read_with_what_is_there_of_it(text: str, moment: datetime) -> None:
    found = read_moment(text)
    assert (found, found.tzinfo) == (moment, moment.tzinfo)


@pytest.mark.parametrize("text", ["2026-01-02T24:04", "2026-01-02", "2026-01-02T03:04:60Z"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ScalarError) as refused:
        read_moment(text)
    assert str(refused.value) == f"not a valid date and time: {text!r}"


def test_seconds_are_counted_from_1970() -> None:
    assert since_1970(0) == datetime(1970, 1, 1, tzinfo=UTC)
    assert since_1970(86_461.5) == datetime(1970, 1, 2, 0, 1, 1, 500_000, tzinfo=UTC)
    last = 7_258_118_400 - 0.5
    assert since_1970(last) == datetime(2199, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC)
    for seconds in (-0.5, 7_258_118_400, float("nan")):
        with pytest.raises(ScalarError, match="is outside of the years 1970 to 2199"):
            since_1970(seconds)


def test_a_whole_number_has_at_most_18_digits() -> None:
    assert [whole(text) for text in ("9" * 18, "-5", "+5")] == [10**18 - 1, -5, 5]
    for text in ("9" * 19, "1.0", ""):
        with pytest.raises(ScalarError) as refused:
            whole(text)
        assert str(refused.value) == f"not a whole number: {text!r}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a" * 58, f"'{'a' * 58}'"),
        ("a" * 59, f"'{'a' * 59}…"),
        (10**30 - 1, "9" * 30),
        (10**30, "a number"),
        (-(10**30), "a number"),
    ],
)
def test_a_message_shows_a_value_up_to_60_characters(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1969-12-31T23:59Z", "'1969-12-31' is outside of 1970-01-01 to 2199-12-31"),
        ("2200-01-01T00:00Z", "'2200-01-01' is outside of 1970-01-01 to 2199-12-31"),
        ("2026-02-30T00:00Z", "not a valid date: '2026-02-30'"),
        ("2026-02-03T24:01Z", "not a valid date and time: '2026-02-03T24:01Z'"),
        ("2026-02-03T00:00+24:00", "not a valid date and time: '2026-02-03T00:00+24:00'"),
        ("2026-02-03", "not a valid date and time: '2026-02-03'"),
    ],
)
def test_a_moment_outside_of_the_limits_is_refused(text: str, message: str) -> None:
    with pytest.raises(ScalarError) as refused:
        read_moment(text)
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59, "59s"), (60, "1m"), (90, "90s"), (3600, "1h"), (5400, "90m"), (86400, "1d")],
)
def test_a_duration_is_written_in_its_largest_whole_unit(seconds: int, text: str) -> None:
    assert duration_text(timedelta(seconds=seconds)) == text
    assert read_duration(text) == timedelta(seconds=seconds)
