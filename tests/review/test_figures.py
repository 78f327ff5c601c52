"""Figures, times and tables as issues write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reliability.render.words import words_in
from reliability.review.figures import budget_remaining, folded, moment, section, table, title

ENGLISH = words_in("en")


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (1, "100 %"),
        (0.25, "25 %"),
        (0.0001, "under 0.1 %"),
        (0, "0 %"),
        (-0.00001, "overspent (100.001 % spent)"),
        (-0.006, "overspent (101 % spent)"),
        (-0.01, "overspent (101 % spent)"),
        (-0.25, "overspent (125 % spent)"),
        (float("-inf"), "overspent"),
    ],
)
def test_what_remains_of_a_budget(share: float, shown: str) -> None:
    assert budget_remaining(share) == budget_remaining(share, ENGLISH) == shown


def test_a_time_is_by_the_clock_of_a_zone() -> None:
    at = datetime(2026, 11, 24, 22, 5, tzinfo=UTC)
    assert moment(at, ENGLISH) == "24 November 22:05"
    assert moment(at, ENGLISH, ZoneInfo("Asia/Tokyo")).startswith("25 November 07:05")


def test_numbers_of_a_table_stand_on_the_right() -> None:
    assert [*table(("a", "b", "c"), [("1", "2", "3")], numbers=2)] == [
        "",
        "| a | b | c |",
        "|---|--:|--:|",
        "| 1 | 2 | 3 |",
    ]
    assert [*table(("a",), [])] == ["", "| a |", "|---|"]


def test_sections_and_what_is_folded() -> None:
    assert section("Head", "a", "b") == ("", "### Head", "a", "b")
    assert [*folded("More", ["a"])] == [
        "",
        "<details><summary>More</summary>",
        "a",
        "",
        "</details>",
    ]


def test_a_title_is_one_line_of_at_most_200_characters_that_mentions_nobody() -> None:
    assert title("a\n b\tc") == "a b c"
    assert title("x" * 200) == "x" * 200
    assert title("x" * 201) == "x" * 199 + "…"
    assert "@ann" not in title("ask @ann")
    assert title("ask @ann").startswith("ask @")


@pytest.mark.parametrize("length", [199, 200, 201, 500])
def test_a_title_has_at_most_two_hundred_characters(length: int) -> None:
    text = "x" * length
    assert title(text) == (text if length <= 200 else f"{'x' * 199}…")
