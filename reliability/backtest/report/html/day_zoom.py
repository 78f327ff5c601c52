"""Days of one objective with an hour scale: what fired, and what happened, on each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final
from urllib.parse import quote

from reliability.backtest.outcome import (
    AlertFirings,
    Backtest,
    EventVerdict,
    OutcomeRow,
    Replayed,
    SliSummary,
)
from reliability.backtest.report.html.marks import Html, element, text
from reliability.backtest.report.html.timeline import Picture, tier_name
from reliability.render.numbers import percent
from reliability.render.words import Words
from reliability.timespan import DAY, TimeSpan

LISTED: Final = 10
"""Largest number of days, those that spent the most budget."""


@dataclass(frozen=True)
class DayZoom:
    """Days of one objective that are drawn by the hour; `anchor` is that of the objective."""

    result: Backtest
    replayed: Replayed
    anchor: str
    words: Words

    @cached_property
    def days(self) -> Mapping[int, float | None]:
        """Numbers of the UTC days with an alert or an event, and the budget that each spent."""
        history = self.replayed.history
        spent = history.days if isinstance(history, SliSummary) else ()
        spans = [
            *(span for row in self.replayed.rows for span in _episodes(row)),
            *_events(self.replayed.verdicts),
        ]
        days = {
            number: spent[number] if number < len(spent) else None
            for number in sorted(self._numbers(spans))
        }
        most = sorted(days, key=lambda number: (-(days[number] or 0.0), number))[:LISTED]
        return {number: days[number] for number in sorted(most)}

    def links(self) -> Html:
        """Return links to the days: for each alert those on which it fired, then those of events.

        They are a list of its own, because marks of a timeline are too small to point at.
        """
        lines = [
            (tier_name(row.tier, self.words), self._numbers(_episodes(row)))
            for row in self.replayed.rows
        ]
        lines.append((self.words("incidents"), self._numbers(_events(self.replayed.verdicts))))
        shown = [
            part
            for name, numbers in lines
            for part in self._line(name, [number for number in self.days if number in numbers])
        ]
        return element("dl", shown, class_="zooms")

    def link_to(self, verdict: EventVerdict) -> str:
        """Return the address of the day on which an event began; empty if it is not drawn."""
        return next(
            (
                self._address(number)
                for number in sorted(self._numbers(_events([verdict])))
                if number in self.days
            ),
            "",
        )

    def details(self) -> Iterator[Html]:
        """Yield the days, folded; a link to one of them opens them."""
        if not self.days:
            return
        shown = [self._day(number, spent) for number, spent in self.days.items()]
        words = self.words.many("{count} day by the hour", "{count} days by the hour", len(shown))
        yield element("details", [element("summary", text(words)), *shown], class_="days")

    def _numbers(self, spans: Iterable[TimeSpan]) -> set[int]:
        """Return the numbers of the days of the replay that spans, or moments, are in."""
        whole = self.result.span
        numbers: set[int] = set()
        for span in spans:
            shown = span.overlap(whole) if span.length else span
            if shown is None or not whole.start <= shown.start < whole.end:
                continue
            last = max(shown.end - timedelta(microseconds=1), shown.start)
            first = (shown.start - whole.start) // DAY
            numbers.update(range(first, (last - whole.start) // DAY + 1))
        return numbers

    def _line(self, name: str, numbers: list[int]) -> Iterator[Html]:
        if not numbers:
            return
        links = [
            element("a", text(self.words.short_day(self._date(number))), href=self._address(number))
            for number in numbers
        ]
        yield element("dt", text(name))
        yield element("dd", links, class_="links")

    def _address(self, number: int) -> str:
        return f"#{quote(f'{self.anchor}/{self._date(number)}')}"

    def _date(self, number: int) -> date:
        return (self.result.span.start + number * DAY).date()

    def _day(self, number: int, spent: float | None) -> Html:
        words, day = self.words, self._date(number)
        start = self.result.span.start + number * DAY
        title = words("{day} ({weekday}), UTC", day=day, weekday=words.weekday(day))
        if spent is not None:
            share = percent(spent, words)
            title += " · " + words("{share} of the period's budget spent", share=share)

        whole = Picture.of(self.result, self.replayed, words)
        picture = whole.of_day(TimeSpan(start, start + DAY)).timeline()
        inside = [element("h3", text(title)), picture]
        return element("div", inside, id=f"{self.anchor}/{day}")


def _episodes(row: OutcomeRow) -> Iterator[TimeSpan]:
    for side in (row.old, row.new):
        if isinstance(side, AlertFirings):
            yield from (episode.span for episode in side.episodes)


def _events(verdicts: Iterable[EventVerdict]) -> Iterator[TimeSpan]:
    return (verdict.event.span for verdict in verdicts)
