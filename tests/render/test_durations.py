"""Lengths of time as reports and messages write them."""

from datetime import timedelta

import pytest

from reliability.render.durations import (
    days_text,
    full_units,
    length_text,
    length_words,
    minutes_text,
    seconds_text,
    short_length,
)
from reliability.render.words import words_in

WORDS = words_in("en")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (43, "43 s"),
        (59.9, "59.9 s"),
        (60, "1 min"),
        (258, "4.3 min"),
        (3599, "60 min"),
        (3600, "1 h"),
        (86400, "24 h"),
        (172799, "48 h"),
        (172800, "2 days"),
        (604800, "7 days"),
    ],
)
def test_a_length_is_in_the_unit_that_a_person_would_take(seconds: float, text: str) -> None:
    assert length_text(timedelta(seconds=seconds)) == text


def test_one_day_is_singular() -> None:
    assert [days_text(days) for days in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (timedelta(seconds=1), "1 minute"),
        (timedelta(minutes=1, seconds=1), "2 minutes"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=2, minutes=31), "3 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=2, hours=13), "3 days"),
    ],
)
def test_a_length_is_shown_in_its_largest_unit_that_says_enough(
    time: timedelta, shown: str
) -> None:
    assert length_words(time, WORDS) == shown


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=12, hours=5), "12 days"),
    ],
)
def test_a_span_is_said_in_the_largest_unit_of_which_it_has_two(
    length: timedelta, shown: str
) -> None:
    assert full_units(length) == shown


def test_a_length_for_a_column_is_short() -> None:
    hours = (0.75, 0.999, 1, 1.4, 71, 71.4, 72, 84.1, 1000)
    assert [short_length(timedelta(hours=count)) for count in hours] == [
        *("45 min", "59 min", "1 h", "1 h", "71 h", "71 h", "3 d", "4 d", "42 d"),
    ]


def test_minutes_are_counted_up_to_an_hour() -> None:
    assert [minutes_text(minutes) for minutes in (0, 59, 60, 185)] == [
        "0 min",
        "59 min",
        "1 h 00 min",
        "3 h 05 min",
    ]


def test_seconds_may_be_a_part() -> None:
    assert seconds_text(timedelta(seconds=30)) == "30 s"
    assert seconds_text(timedelta(milliseconds=500)) == "0.5 s"
