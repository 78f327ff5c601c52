"""Shapes of charts, as numbers and paths of SVG; templates add words and colors.

Widths are percentages or units of a view box, so that a chart fits any screen without a script.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from math import isfinite, isnan
from typing import Final

from reliability.arrays import FloatArray
from reliability.site.days import BudgetDays
from reliability.timespan import TimeSpan

LEVELS: Final = (0.01, 0.02, 0.05, 0.10, 0.25)
"""Shares of a period's budget at which the color of a day changes; the third is that of details."""
UNKNOWN: Final = -1
SQUARE: Final = 10
STEP: Final = 12
"""Side of a day's square, and the distance to the next, in CSS pixels."""
GAPS: Final = "".join(f"M0 {row * STEP - 1}h{14 * STEP}" for row in range(1, 7))
"""Lines between the rows of a block, as wide as the gaps between its columns."""
FLOOR: Final = -0.5
"""Lowest remaining share that a chart shows; below, the line stays at the edge."""
HEIGHT: Final = 100
TICKS: Final = 6
STRIDES: Final = (7, 14, 28, 56, 91, 182)
LABEL_ROOM: Final = 78.0
"""Position in percent beyond which a label would leave the chart."""
NARROWEST: Final = 0.35
"""Smallest width of a bar, in percent: about three pixels on a wide screen."""


def level(spent: float) -> int:
    """Return the index of a day's color, 0 to 5; -1 if it is unknown."""
    return UNKNOWN if isnan(spent) else sum(spent >= limit for limit in LEVELS)


@dataclass(frozen=True, slots=True)
class LevelPath:
    """The squares of one color, as the `d` of a path."""

    level: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySquare:
    """The square of a day that has a detail."""

    day: date
    x: int
    y: int
    level: int
    spent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterBlock:
    """The days of one quarter: a column for each week from Monday, a row for each weekday."""

    year: int
    quarter: int
    width: int
    paths: tuple[LevelPath, ...]
    squares: tuple[DaySquare, ...]


def quarter_blocks(days: BudgetDays, details: Collection[date]) -> tuple[QuarterBlock, ...]:
    """Return the calendar of an objective from its first known day, the latest quarter first."""
    known = [*_from_first_known(days)]
    quarters = groupby(known, lambda each: (each[0].year, (each[0].month + 2) // 3))
    return tuple(_block(name, [*of_quarter], details) for name, of_quarter in quarters)[::-1]


def strip(days: BudgetDays) -> tuple[LevelPath, ...]:
    """Return one row of days, one unit wide and high each; equal neighbors are one rectangle."""
    parts: dict[int, list[str]] = {}
    at = 0
    for color, run in groupby(map(level, days.spent.tolist())):
        length = len([*run])
        parts.setdefault(color, []).append(f"M{at} 0h{length}v1h-{length}z")
        at += length
    return _paths(parts)


def burn_down(remaining: FloatArray) -> str:
    """Return the line of the remaining budget, 100 units high: 1 at 0, `FLOOR` at 100.

    Unknown days are gaps. The x of a day's end is its number, counted from 1.
    """
    path, is_drawing = [], False
    for x, share in enumerate(remaining.tolist(), start=1):
        if isnan(share):
            is_drawing = False
            continue
        path.append(f"{'L' if is_drawing else 'M'}{x} {share_height(share):g}")
        is_drawing = True
    return "".join(path)


def share_height(share: float) -> float:
    """Return the y of a remaining share, between 0 (all) and 100 (`FLOOR` or less)."""
    shown = max(min(share, 1.0), FLOOR) if isfinite(share) else FLOOR
    return round((1 - shown) / (1 - FLOOR) * HEIGHT, 1)


@dataclass(frozen=True, slots=True)
class AxisSpan:
    """A span on a time axis: its start and its width, in percent."""

    x: float
    width: float


def bar(span: TimeSpan, axis: TimeSpan) -> AxisSpan:
    """Return the place of a span on an axis, clipped to it."""
    start, end = max(span.start, axis.start), min(span.end, axis.end)
    width = max((end - start) / axis.length * 100, NARROWEST)
    return AxisSpan(
        round(min((start - axis.start) / axis.length * 100, 100 - width), 2), round(width, 2)
    )


@dataclass(frozen=True, slots=True)
class AxisTick:
    """A Monday on a time axis, at a percentage of its width; `labeled` if its day has room."""

    x: float
    day: date
    labeled: bool


def axis_ticks(axis: TimeSpan) -> tuple[AxisTick, ...]:
    """Return at most `TICKS` Mondays, in UTC."""
    days = axis.length / timedelta(days=1)
    stride = next((each for each in STRIDES if days / each <= TICKS), STRIDES[-1])
    first = axis.start.date()
    monday = first + timedelta(days=-first.weekday() % 7)
    return tuple(_ticks(axis, monday, stride))


def columns(values: Sequence[float], height: int = HEIGHT) -> str:
    """Return bars from the bottom, one unit wide each, as the outline of one area.

    The largest fills the height, and any other than zero is visible. Empty without such a bar.
    """
    most = max((value for value in values if not isnan(value)), default=0.0)
    if most <= 0:
        return ""
    path, at = [f"M0 {height}"], 0
    for value, run in groupby(values):
        up = max(value / most * height, 1) if value > 0 else 0
        at += len([*run])
        path.append(f"V{round(height - up, 1):g}H{at}")
    return "".join((*path, f"V{height}z"))


def _ticks(axis: TimeSpan, day: date, stride: int) -> Iterator[AxisTick]:
    while (moment := datetime.combine(day, time(), tzinfo=UTC)) < axis.end:
        x = round((moment - axis.start) / axis.length * 100, 2)
        yield AxisTick(x, day, labeled=x <= LABEL_ROOM)
        day += timedelta(days=stride)


def _from_first_known(days: BudgetDays) -> Iterator[tuple[date, float]]:
    is_known = False
    for day, spent in zip(days.dates(), days.spent.tolist(), strict=True):
        is_known = is_known or not isnan(spent)
        if is_known:
            yield day, spent


def _block(
    name: tuple[int, int], days: Sequence[tuple[date, float]], details: Collection[date]
) -> QuarterBlock:
    first = date(name[0], name[1] * 3 - 2, 1)
    monday = first - timedelta(days=first.weekday())
    parts: dict[int, list[str]] = {}
    squares: list[DaySquare] = []
    width = 0

    for day, spent in days:
        x, y = (day - monday).days // 7 * STEP, day.weekday() * STEP
        width = max(width, x + SQUARE)
        if day in details:
            squares.append(DaySquare(day=day, x=x, y=y, level=level(spent), spent=spent))

    # Days of one color below one another are one rectangle, which `GAPS` divides into squares.
    plain = [(day, level(spent)) for day, spent in days if day not in details]
    for (week, color, _), run in groupby(enumerate(plain), lambda each: _column(monday, *each)):
        run_days = [day for _, (day, _) in run]
        top, height = run_days[0].weekday() * STEP, len(run_days) * STEP - (STEP - SQUARE)
        rectangle = f"M{week * STEP} {top}h{SQUARE}v{height}h-{SQUARE}z"
        parts.setdefault(color, []).append(rectangle)

    return QuarterBlock(
        year=name[0], quarter=name[1], width=width, paths=_paths(parts), squares=tuple(squares)
    )


def _column(monday: date, number: int, plain: tuple[date, int]) -> tuple[int, int, int]:
    """Return a key that days of one week and color share if none is missing between them."""
    day, color = plain
    since = (day - monday).days
    return since // 7, color, since - number


def _paths(parts: dict[int, list[str]]) -> tuple[LevelPath, ...]:
    return tuple(LevelPath(color, "".join(parts[color])) for color in sorted(parts))
