"""Days of one objective with an hour scale: what fired, and what happened, on each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from reliability.backtest.outcome import AlertFirings, Backtest, Replayed, SliSummary
from reliability.backtest.report.html.marks import Html, element, text
from reliability.backtest.report.html.timeline import Picture
from reliability.render.numbers import percent
from reliability.timespan import DAY, TimeSpan

LISTED: Final = 10
"""Largest number of days, those that spent the most budget."""


def zoomed_days(result: Backtest, replayed: Replayed) -> dict[int, float | None]:
    """Return the numbers of the UTC days with an alert or an event, and the budget they spent."""
    history = replayed.history
    spent = history.days if isinstance(history, SliSummary) else ()
    start = result.span.start
    days: dict[int, float | None] = {}
    for span in _spans(replayed):
        shown = span.overlap(result.span) if span.length else span
        if shown is None or not result.span.start <= shown.start < result.span.end:
            continue
        last = max(shown.end - timedelta(microseconds=1), shown.start)
        for number in range((shown.start - start) // DAY, (last - start) // DAY + 1):
            days[number] = spent[number] if number < len(spent) else None
    most = sorted(days, key=lambda number: (-(days[number] or 0.0), number))[:LISTED]
    return {number: days[number] for number in sorted(most)}


def _spans(replayed: Replayed) -> Iterator[TimeSpan]:
    for row in replayed.rows:
        for side in (row.old, row.new):
            if isinstance(side, AlertFirings):
                yield from (episode.span for episode in side.episodes)
    yield from (verdict.event.span for verdict in replayed.verdicts)


def day_details(result: Backtest, replayed: Replayed, anchor: str) -> Iterator[Html]:
    """Yield the days, folded; `anchor` is that of the objective, and begins those of its days."""
    days = zoomed_days(result, replayed)
    if not days:
        return
    shown = [_day(result, replayed, anchor, number, spent) for number, spent in days.items()]
    name = "day" if len(shown) == 1 else "days"
    summary = element("summary", text(f"{len(shown)} {name} by the hour"))
    yield element("details", [summary, *shown], class_="days")


def _day(
    result: Backtest, replayed: Replayed, anchor: str, number: int, spent: float | None
) -> Html:
    start = result.span.start + number * DAY
    span = TimeSpan(start, start + DAY)
    words = f"{start:%A} {start.day} {start:%B %Y}, UTC"
    if spent is not None:
        words += f" · {percent(spent)} of the period's budget spent"
    of_day = replace(result, terms=replace(result.terms, span=span))
    picture = Picture(of_day, replayed, by_hour=True).timeline()
    title = element("h3", text(words))
    return element("div", [title, picture], id=f"{anchor}/{start.date()}")
