"""The ground of every lane: months and weeks as ticks, weekends by the team's clocks as shade."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from reliability.backtest.quality import SATURDAY
from reliability.backtest.report.html.marks import Html, Scale, element, text
from reliability.render.times import zone_named
from reliability.timespan import DAY, TimeSpan

MOST_TICKS: Final = 9
STRIDES: Final = (1, 7, 14, 28, 56, 91)
LABEL_ROOM: Final = 94.0
"""A label further right than this would stand out of its lane."""


def ticks(scale: Scale, zone: str, *, labelled: bool) -> Iterator[Html]:
    """Mondays, or days where the span is short, by the team's clocks."""
    clocks = zone_named(zone)
    for day in _days(scale.span):
        moment = datetime.combine(day, time(), tzinfo=clocks)
        if scale.span.start <= moment < scale.span.end:
            at = scale.at(moment)
            said = f"{day.day} {day:%b}" if labelled and at < LABEL_ROOM else ""
            yield element("div", text(said), class_="tick", style=f"left:{at:g}%")


def _days(span: TimeSpan) -> Iterator[date]:
    days = span.length / DAY
    stride = next((each for each in STRIDES if days / each <= MOST_TICKS), STRIDES[-1])
    day = span.start.date() - timedelta(days=1)
    if stride > 1:
        day += timedelta(days=(7 - day.weekday()) % 7)
    while day <= span.end.date():
        yield day
        day += timedelta(days=stride)


def weekends(scale: Scale, zone: str) -> Iterator[Html]:
    """Saturdays and Sundays, as one stretch each."""
    clocks = zone_named(zone)
    day = scale.span.start.date() - timedelta(days=2)
    while day <= scale.span.end.date():
        if day.weekday() == SATURDAY:
            found = _midnights(day, clocks).overlap(scale.span)
            if found is not None:
                yield element("div", class_="week", style=scale.style(found))
        day += timedelta(days=1)


def _midnights(day: date, clocks: tzinfo) -> TimeSpan:
    start, end = (
        datetime.combine(each, time(), tzinfo=clocks) for each in (day, day + timedelta(days=2))
    )
    return TimeSpan(start, end)
