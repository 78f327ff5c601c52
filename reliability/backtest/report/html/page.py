"""A report of a backtest as one HTML page: figures, then timelines, then tables and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reliability.backtest.events import Event
from reliability.backtest.headline import headline, not_caught
from reliability.backtest.outcome import Backtest
from reliability.backtest.report.figures import compared
from reliability.backtest.report.html.frame import (
    arrows,
    cards,
    document,
    facts_list,
    folded,
    legend,
    panel,
    table,
)
from reliability.backtest.report.html.headline import event_table, headline_cards, legend_keys
from reliability.backtest.report.html.marks import Html, element, text
from reliability.backtest.report.sections import BacktestReport, BacktestSection
from reliability.timespan import MINUTE

BOTH_SIDES: Final = "\u00a0→\u00a0"
"""An arrow at which no line of the headline ends."""


@dataclass(frozen=True, kw_only=True)
class BacktestPage:
    """A page of a report: `ahead` are its parts before the timelines.

    `listed` are what has no timeline. `days_of_events` are addresses of the days on which events
    began, for those that a timeline shows by the hour.
    """

    report: BacktestReport
    result: Backtest
    timelines: Sequence[Html]
    ahead: Iterable[Html] = ()
    listed: Sequence[BacktestSection] = ()
    days_of_events: Mapping[Event, str]
    script: str = ""

    def document(self) -> str:
        """Return the whole document."""
        words = self.report.words
        title = words("Backtest: {headline}", headline=headline(self.result, words))
        return document(arrows(title), self._parts(), script=self.script, words=words)

    def _parts(self) -> Iterator[Html]:
        result, words = self.result, self.report.words
        yield element("p", self._about(), class_="about")
        short = arrows(headline(result, words, is_short=True))
        yield element("h1", text(short.replace(" → ", BOTH_SIDES)))
        yield cards(headline_cards(result, words))
        if summary := words("; ").join(not_caught(result, words)):
            yield element("p", text(f"{summary[0].upper()}{summary[1:]}"), class_="lede")
        computed = facts_list((*self.report.facts, *self.report.details))
        yield folded(words("How this was computed"), computed)

        yield from self.ahead
        if self.timelines:
            yield legend(legend_keys(result, words))
        yield from self.timelines
        shown = [section for section in self.report.sections if not section.is_drawn]
        yield from (_panel(section) for section in (*self.listed, *shown) if section.size)
        if result.verdicts:
            events = event_table(result, words, self.days_of_events)
            yield panel(words("Incidents and significant events"), [events])

    def _about(self) -> Iterator[Html]:
        """Yield what the page is about: the span, both sides, the environment."""
        result, words = self.result, self.report.words
        parts = [
            words(
                "Backtest from {first} to {last} UTC",
                first=f"{result.span.start:%Y-%m-%d}",
                last=f"{result.span.end - MINUTE:%Y-%m-%d}",
            )
        ]
        if result.environment:
            parts.append(words("environment {name}", name=result.environment))
        if result.compares:
            parts.append(arrows(compared(result, words)))
        yield text(" · ".join(parts))
        if result.is_synthetic:
            yield text(" · ")
            yield element("strong", text(words("synthetic history")))


def _panel(section: BacktestSection) -> Html:
    rows = ([text(arrows(cell)) for cell in row] for row in section.rows)
    inside = [table(section.heads, rows, section.numbers)] if section.rows else []
    if section.lines:
        items = [element("li", text(arrows(line))) for line in section.lines]
        inside.append(element("ul", items, class_="quiet"))
    return panel(section.title, inside)
