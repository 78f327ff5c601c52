"""Figures, times and tables as issues show them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from reliability.render.words import words_in
from reliability.review.figures import (
    attained,
    budget_remaining,
    folded,
    length,
    moment,
    section,
    table,
    title,
)

WORDS = words_in("en")


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
    assert length(time, WORDS) == shown


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
    ],
)
def test_attainment_has_as_many_nines_as_it_takes(share: float, shown: str) -> None:
    assert attained(share) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.25, "25 %"),
        (0.0, "0 %"),
        (-0.004, "overspent (just over 100 % spent)"),
        (-0.25, "overspent (125 % spent)"),
        (float("-inf"), "overspent"),
    ],
)
def test_a_remaining_budget_below_zero_is_what_is_spent(share: float, shown: str) -> None:
    assert budget_remaining(share) == shown
    assert budget_remaining(share, WORDS) == shown


def test_a_table_has_its_numbers_on_the_right() -> None:
    assert [*table(("a", "b", "c"), [("x", "1", "2")], 2)] == [
        "",
        "| a | b | c |",
        "|---|--:|--:|",
        "| x | 1 | 2 |",
    ]
    assert [*table(("a", "b"), [])] == ["", "| a | b |", "|---|---|"]


def test_a_section_and_a_fold_begin_after_an_empty_line() -> None:
    assert section("Pages", "", "none") == ("", "### Pages", "", "none")
    assert [*folded("more", ["a"])] == [
        "",
        "<details><summary>more</summary>",
        "a",
        "",
        "</details>",
    ]


def test_a_title_is_one_line_of_at_most_200_characters() -> None:
    assert title(" a\n b ") == "a b"
    assert title("x" * 200) == "x" * 200
    assert title("x" * 201) == "x" * 199 + "…"


def test_a_time_is_shown_by_the_clock_of_its_zone() -> None:
    when = datetime(2026, 11, 24, 23, 5, tzinfo=UTC)
    assert moment(when, WORDS) == "24 November 23:05"
    assert moment(when, WORDS, timezone(timedelta(hours=9))) == "25 November 08:05"
