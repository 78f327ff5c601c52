"""Shapes of charts: every day is in its square, and colors change at their limits."""

import re
from datetime import date, timedelta

import numpy as np
import pytest

from reliability.site.charts import (
    STEP,
    UNKNOWN,
    axis_ticks,
    bar,
    burn_down,
    columns,
    level,
    quarter_blocks,
    share_height,
    strip,
)
from reliability.site.days import BudgetDays
from reliability.timespan import DAY, TimeSpan

FIRST = date(2026, 7, 1)
RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-\3z")


def days(spent: list[float]) -> BudgetDays:
    return BudgetDays(first=FIRST, spent=np.array(spent), remaining=np.ones(len(spent)))


@pytest.mark.parametrize(
    ("spent", "expected"),
    [
        (float("nan"), UNKNOWN),
        (0.0, 0),
        (0.01, 1),
        (0.02, 2),
        (0.0999, 3),
        (0.25, 5),
        (7.0, 5),
    ],
)
def test_the_color_of_a_day_changes_at_its_limits(spent: float, expected: int) -> None:
    assert level(spent) == expected


def test_each_day_is_in_the_square_of_its_week_and_weekday() -> None:
    dice = np.random.default_rng(7)
    spent = dice.choice([0.0, 0.015, 0.03, float("nan")], 150).tolist()
    spent[0] = 0.0
    details = {FIRST + timedelta(days=int(number)) for number in dice.integers(0, 150, 20)}
    found: dict[date, int] = {}
    for block in quarter_blocks(days(spent), details):
        monday = date(block.year, block.quarter * 3 - 2, 1)
        monday -= timedelta(days=monday.weekday())
        squares = [(square.x, square.y, square.level) for square in block.squares]
        for part in block.paths:
            for x, y, width, height in RECTANGLE.findall(part.path):
                squares += [
                    (int(x) + week * STEP, int(y) + row * STEP, part.level)
                    for week in range((int(width) + 2) // STEP)
                    for row in range((int(height) + 2) // STEP)
                ]
        for x, y, color in squares:
            day = monday + timedelta(days=x // STEP * 7 + y // STEP)
            assert day not in found
            found[day] = color
    assert found == {
        FIRST + timedelta(days=number): level(share) for number, share in enumerate(spent)
    }


def test_a_calendar_begins_with_the_first_known_day() -> None:
    [block] = quarter_blocks(days([float("nan")] * 5 + [0.0] * 3), ())
    areas = [
        (int(width) + 2) // STEP * ((int(height) + 2) // STEP)
        for _, _, width, height in RECTANGLE.findall(block.paths[0].path)
    ]
    assert sum(areas) == 3
    assert quarter_blocks(days([float("nan")] * 5), ()) == ()


def test_a_calendar_begins_with_the_first_day_that_is_known() -> None:
    assert [days([np.nan, np.nan, 0.1, np.nan]).lead, days([np.nan, np.nan]).lead] == [2, 2]


def test_a_strip_joins_days_of_one_color() -> None:
    parts = {part.level: part.path for part in strip(days([np.nan, 0, 0, 0.3, 0]), lead=1)}
    assert parts == {0: "M0 0h2v1h-2zM3 0h1v1h-1z", 5: "M2 0h1v1h-1z"}


def test_a_burn_down_has_gaps_and_stays_within_the_chart() -> None:
    line = burn_down(np.array([1.0, 0.5, np.nan, -3.0, -np.inf]))
    assert line == "M1 0l1 33.3M4 100h1"
    assert share_height(0.0) == 66.7


def test_a_bar_is_wide_enough_to_see_and_within_the_axis() -> None:
    axis = TimeSpan.before(date(2026, 9, 29), 90 * DAY)
    late = bar(TimeSpan(axis.end - DAY / 1440, axis.end + DAY), axis)
    assert late.x + late.width == pytest.approx(100)
    assert late.width == pytest.approx(0.35)
    assert bar(TimeSpan(axis.start - DAY, axis.start + 45 * DAY), axis).width == 50
    ticks = axis_ticks(axis)
    assert all(tick.day.weekday() == 0 for tick in ticks)
    assert len(ticks) <= 7


def test_columns_show_each_value_that_is_not_zero() -> None:
    assert columns([0, 0, 4, 4, 0.001]) == "M0 100h2v-100h2v99h1V100z"
    assert columns([0, 0, 4, 4, 0.001], lowest=0) == "M0 100h2v-100h2v100h1V100z"
    assert columns([0, 0]) == ""
    assert columns([]) == ""
