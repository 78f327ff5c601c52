"""Time axis of timelines: ticks, and bands of weekends, in the time zone of a team."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from reliability.backtest.quality import SATURDAY
from reliability.backtest.report.html.marks import Html, Scale, element, place, text
from reliability.render.times import zone_named
from reliability.render.words import ENGLISH, Words
from reliability.timespan import DAY, TimeSpan

MAX_TICKS: Final = 9
"""Limit of ticks on the time axis."""
STRIDES: Final = (1, 7, 14, 28, 56, 91)
"""Days between ticks; the smallest number with few enough ticks is used."""
LABEL_ROOM: Final = 94.0
"""Position in percent beyond which a label would leave its row."""


def hour_ticks(scale: Scale, *, labeled: bool) -> Iterator[Html]:
    """Yield a tick for each sixth hour of a UTC day."""
    for hour in range(0, 24, 6):
        at = scale.at(scale.span.start + timedelta(hours=hour))
        label = f"{hour:02d}:00 UTC" if labeled else ""
        yield element("div", text(label), class_=f"tick {place(at)}")


def ticks(scale: Scale, zone: str, words: Words = ENGLISH, *, labeled: bool) -> Iterator[Html]:
    """Yield ticks for Mondays, or for days if the span is short, in the time zone of the team."""
    clocks = zone_named(zone)
    for day in _days(scale.span):
        moment = datetime.combine(day, time(), tzinfo=clocks)
        if scale.span.start <= moment < scale.span.end:
            at = scale.at(moment)
            label = words.short_day(day) if labeled and at < LABEL_ROOM else ""
            yield element("div", text(label), class_=f"tick {place(at)}")


def _days(span: TimeSpan) -> Iterator[date]:
    days = span.length / DAY
    stride = next((each for each in STRIDES if days / each <= MAX_TICKS), STRIDES[-1])
    day = span.start.date() - timedelta(days=1)
    if stride > 1:
        day += timedelta(days=(7 - day.weekday()) % 7)
    while day <= span.end.date():
        yield day
        day += timedelta(days=stride)


def weekends(scale: Scale, zone: str) -> Iterator[Html]:
    """Yield a band for each weekend, from Saturday to Sunday."""
    clocks = zone_named(zone)
    day = scale.span.start.date() - timedelta(days=2)
    while day <= scale.span.end.date():
        if day.weekday() == SATURDAY:
            span = _midnights(day, clocks).overlap(scale.span)
            if span is not None:
                yield element("div", class_=f"week {scale.place(span)}")
        day += timedelta(days=1)


def _midnights(day: date, clocks: tzinfo) -> TimeSpan:
    start, end = (
        datetime.combine(each, time(), tzinfo=clocks) for each in (day, day + timedelta(days=2))
    )
    return TimeSpan(start, end)
