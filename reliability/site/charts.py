"""Shapes of charts, as numbers and paths of SVG; templates add words and colors.

Widths are percentages or units of a view box, so that a chart fits any screen without a script.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from math import isfinite, isnan
from typing import Final, TypeAlias

import numpy as np

from reliability.arrays import FloatArray
from reliability.site.days import BudgetDays
from reliability.timespan import TimeSpan

LEVELS: Final = (0.01, 0.02, 0.05, 0.10, 0.25)
"""Shares of a period's budget at which the color of a day changes; the third is that of details."""
UNKNOWN: Final = -1
SQUARE: Final = 10
STEP: Final = 12
"""Side of a day's square, and the distance to the next, in CSS pixels."""
GAP: Final = STEP - SQUARE
GAPS: Final = "".join(
    (
        *(f"M0 {row * STEP - 1}h{14 * STEP}" for row in range(1, 7)),
        *(f"M{week * STEP - 1} 0v{7 * STEP}" for week in range(1, 14)),
    )
)
"""Lines between the rows and the columns of a block, which divide areas of one color into days."""
DayNumbers: TypeAlias = Mapping[int, date]
"""Days by their number since the first one that is shown."""
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
    return UNKNOWN if isnan(spent) else bisect_right(LEVELS, spent)


def levels(spent: FloatArray) -> list[int]:
    """Return `level` of each day."""
    indexes = np.where(np.isnan(spent), UNKNOWN, np.searchsorted(LEVELS, spent, side="right"))
    known: list[int] = indexes.tolist()
    return known


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
    colors = levels(days.spent)
    numbers = {(day - days.first).days: day for day in details}
    return tuple(
        _block(name, part, days, colors, numbers)
        for name, part in _quarters(days.first, days.lead, len(colors))
    )


@lru_cache(maxsize=64)
def _quarters(first: date, start: int, end: int) -> tuple[tuple[tuple[int, int], range], ...]:
    """Return the year, the number and the days of each quarter, the latest first."""
    named = ((first + timedelta(days=number), number) for number in range(start, end))
    quarters = groupby(named, lambda one: (one[0].year, (one[0].month + 2) // 3))
    listed = [(name, [number for _, number in of_quarter]) for name, of_quarter in quarters]
    return tuple((name, range(numbers[0], numbers[-1] + 1)) for name, numbers in reversed(listed))


def strip(days: BudgetDays, lead: int) -> tuple[LevelPath, ...]:
    """Return one row of days, one unit wide and high each; equal neighbors are one rectangle.

    The first `lead` days are left out.
    """
    parts: dict[int, list[str]] = {}
    at = 0
    for color, run in groupby(levels(days.spent[lead:])):
        length = len([*run])
        parts.setdefault(color, []).append(f"M{at} 0h{length}v1h-{length}z")
        at += length
    return _paths(parts)


def burn_down(remaining: FloatArray) -> str:
    """Return the line of the remaining budget, 100 units high: 1 at 0, `FLOOR` at 100.

    Unknown days are gaps. The x of a day's end is its number, counted from 1.
    """
    path: list[str] = []
    before: float | None = None
    for x, share in enumerate(remaining.tolist(), start=1):
        if isnan(share):
            before = None
            continue
        y = share_height(share)
        # Relative steps are half as long as places, and sums of tenths stay exact.
        path.append(f"M{x} {y:g}" if before is None else _step(round(y - before, 1)))
        before = y
    return "".join(path)


def _step(down: float) -> str:
    """Return a step of one unit to the right, and some down."""
    if not down:
        return "h1"
    number = f"{down:g}".replace("0.", ".", 1) if abs(down) < 1 else f"{down:g}"
    return f"l1{'' if down < 0 else ' '}{number}"


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


def columns(values: Sequence[float], height: int = HEIGHT, lowest: int = 1) -> str:
    """Return bars from the bottom, one unit wide each, as the outline of one area.

    The largest fills the height, and any other than zero has at least the lowest one. Empty
    without a bar.
    """
    heights = column_heights(values, height, lowest)
    if not heights.any():
        return ""
    # A column in each place is a step up or down and one to the right, in relative numbers.
    path = [f"M0 {height}"]
    before = 0.0
    for top, run in groupby(heights.tolist()):
        width = len([*run])
        path.append(f"v{before - top:g}h{width}" if top != before else f"h{width}")
        before = top
    return "".join((*path, f"V{height}z"))


def column_heights(values: Sequence[float], height: int, lowest: int) -> FloatArray:
    """Return the height of each column in whole units."""
    known = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0)
    most = float(known.max(initial=0.0))
    if most <= 0:
        return np.zeros(len(known))
    heights: FloatArray = np.where(known > 0, np.maximum(np.rint(known / most * height), lowest), 0)
    return heights


def _ticks(axis: TimeSpan, day: date, stride: int) -> Iterator[AxisTick]:
    while (moment := datetime.combine(day, time(), tzinfo=UTC)) < axis.end:
        x = round((moment - axis.start) / axis.length * 100, 2)
        yield AxisTick(x, day, labeled=x <= LABEL_ROOM)
        day += timedelta(days=stride)


def _block(
    name: tuple[int, int],
    numbers: range,
    days: BudgetDays,
    colors: Sequence[int],
    details: DayNumbers,
) -> QuarterBlock:
    """Return the block of a quarter; `numbers` are those of its days since the first day."""
    first = date(name[0], name[1] * 3 - 2, 1)
    monday = (first - timedelta(days=first.weekday()) - days.first).days
    squares: list[DaySquare] = []
    weeks: list[list[int | None]] = [[None] * 7 for _ in range((numbers[-1] - monday) // 7 + 1)]

    for number in numbers:
        week, row = divmod(number - monday, 7)
        if number in details:
            spent = float(days.spent[number])
            square = DaySquare(
                day=details[number], x=week * STEP, y=row * STEP, level=colors[number], spent=spent
            )
            squares.append(square)
        else:
            weeks[week][row] = colors[number]

    return QuarterBlock(
        year=name[0],
        quarter=name[1],
        width=len(weeks) * STEP - GAP,
        paths=_paths(_rectangles(weeks)),
        squares=tuple(squares),
    )


def _rectangles(weeks: Sequence[Sequence[int | None]]) -> dict[int, list[str]]:
    """Return rectangles by color: equal days below and beside one another, which `GAPS` divides."""
    parts: dict[int, list[str]] = {}
    open_since: dict[tuple[int, int, int], int] = {}

    for number, week in enumerate((*weeks, ())):
        rows = [*_runs(week)]
        for run in [run for run in open_since if run not in rows]:
            start = open_since.pop(run)
            top, length, color = run
            width, height = (number - start) * STEP - GAP, length * STEP - GAP
            path = f"M{start * STEP} {top * STEP}h{width}v{height}h-{width}z"
            parts.setdefault(color, []).append(path)
        for run in rows:
            open_since.setdefault(run, number)
    return parts


def _runs(week: Sequence[int | None]) -> Iterator[tuple[int, int, int]]:
    """Yield the first row, the length and the color of each run of equal days."""
    row = 0
    for color, run in groupby(week):
        length = len([*run])
        if color is not None:
            yield row, length, color
        row += length


def _paths(parts: dict[int, list[str]]) -> tuple[LevelPath, ...]:
    return tuple(LevelPath(color, "".join(parts[color])) for color in sorted(parts))
