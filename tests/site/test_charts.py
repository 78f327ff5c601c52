"""Shapes of charts: colors of days, lines, bars and ticks, at their edges."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest

from reliability.site.charts import (
    AxisSpan,
    LevelPath,
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
from reliability.timespan import TimeSpan

START = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
AXIS = TimeSpan(START, START + 100 * DAY)


FIRST = date(2026, 10, 1)


def days(*spent: float, first: date = FIRST) -> BudgetDays:
    return BudgetDays(first=first, spent=np.array(spent), remaining=np.zeros(len(spent)))


@pytest.mark.parametrize(
    ("spent", "color"),
    [
        (nan, -1),
        (0, 0),
        (0.0099, 0),
        (0.01, 1),
        (0.0199, 1),
        (0.02, 2),
        (0.05, 3),
        (0.0999, 3),
        (0.1, 4),
        (0.2499, 4),
        (0.25, 5),
        (9, 5),
    ],
)
def test_a_day_has_a_color_by_what_it_spent(spent: float, color: int) -> None:
    assert level(spent) == color


def test_equal_neighbors_are_one_rectangle() -> None:
    assert strip(days(0, 0, 0.3, nan, 0)) == (
        LevelPath(-1, "M3 0h1v1h-1z"),
        LevelPath(0, "M0 0h2v1h-2zM4 0h1v1h-1z"),
        LevelPath(5, "M2 0h1v1h-1z"),
    )


@pytest.mark.parametrize(
    ("remaining", "path"),
    [
        ((1, 0.5, -0.5), "M1 0L2 33.3L3 100"),
        ((1, nan, nan, 0.25, 0), "M1 0M4 50L5 66.7"),
        ((nan, 1), "M2 0"),
        ((nan, nan), ""),
        ((), ""),
    ],
)
def test_unknown_days_are_gaps_of_a_line(remaining: tuple[float, ...], path: str) -> None:
    assert burn_down(np.array(remaining)) == path


@pytest.mark.parametrize(
    ("share", "y"), [(1.5, 0), (1, 0), (0.25, 50), (-0.5, 100), (-9, 100), (-inf, 100)]
)
def test_a_share_is_between_all_and_half_of_a_budget_below_zero(share: float, y: float) -> None:
    assert share_height(share) == y


@pytest.mark.parametrize(
    ("first", "last", "place"),
    [
        (0, 100, AxisSpan(0, 100)),
        (-50, 10, AxisSpan(0, 10)),
        (90, 150, AxisSpan(90, 10)),
        (25, 26, AxisSpan(25, 1)),
        (50, 50, AxisSpan(50, 0.35)),
        (100, 100, AxisSpan(99.65, 0.35)),
    ],
)
def test_a_bar_is_within_its_axis_and_visible(first: int, last: int, place: AxisSpan) -> None:
    assert bar(TimeSpan(START + first * DAY, START + last * DAY), AXIS) == place


@pytest.mark.parametrize(
    ("length", "stride", "count"),
    [(7, 7, 1), (42, 7, 6), (43, 14, 3), (84, 14, 6), (2000, 182, 11)],
)
def test_ticks_are_on_mondays_and_few(length: int, stride: int, count: int) -> None:
    ticks = axis_ticks(TimeSpan(START, START + length * DAY))
    assert ticks[0].day == date(2026, 10, 5)
    assert len(ticks) == count
    assert all(tick.day.weekday() == 0 for tick in ticks)
    gaps = {after.day - before.day for before, after in pairwise(ticks)}
    assert gaps <= {timedelta(days=stride)}
    assert all(tick.labeled == (tick.x <= 78) for tick in ticks)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ((), ""),
        ((0, 0), ""),
        ((nan,), ""),
        ((1, 2, 2, 0), "M0 100V50H1V0H3V100H4V100z"),
        ((1000, 1), "M0 100V0H1V99H2V100z"),
        ((2, nan), "M0 100V0H1V100H2V100z"),
    ],
)
def test_the_largest_bar_fills_the_height(values: tuple[float, ...], path: str) -> None:
    assert columns(values) == path


def test_quarters_begin_with_the_first_known_day_and_the_latest_comes_first() -> None:
    spent = days(nan, 0, 0.3, 0, first=date(2026, 9, 28))
    latest, first = quarter_blocks(spent, {date(2026, 9, 30)})
    assert (first.year, first.quarter, latest.year, latest.quarter) == (2026, 3, 2026, 4)
    [square] = first.squares
    assert (square.day, square.level, square.spent, square.y) == (date(2026, 9, 30), 5, 0.3, 24)
    assert (square.x, first.width) == (13 * 12, 13 * 12 + 10)
    assert first.paths == (LevelPath(0, "M156 12h10v10h-10z"),)
    assert (latest.squares, latest.width) == ((), 10)
    assert latest.paths == (LevelPath(0, "M0 36h10v10h-10z"),)
