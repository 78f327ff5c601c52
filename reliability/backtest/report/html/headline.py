"""Figures of the headline, the legend, and the table of events of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reliability.backtest.events import Event
from reliability.backtest.headline import figures_of, scored_by_kind
from reliability.backtest.outcome import Backtest, EventVerdict
from reliability.backtest.report.figures import verdict_cells
from reliability.backtest.report.html.frame import arrows, card, table
from reliability.backtest.report.html.marks import Html, css_class, element, text
from reliability.backtest.report.sections import EVENT_HEADS
from reliability.render.words import ENGLISH, Words

NO_ADDRESSES: Mapping[Event, str] = {}


def headline_cards(result: Backtest, words: Words = ENGLISH) -> Iterator[Html]:
    """Yield the figures of the headline: what people get, and the events that were caught."""
    for name, old, new in figures_of(result, words):
        yield card(name, old, new, compares=result.compares)
    for _, template, scored in scored_by_kind(result):
        caught = sum(verdict.old.paged for verdict in scored)
        still = sum(verdict.new.paged for verdict in scored)
        name = words(template, count=len(scored))
        is_worse = result.compares and still < caught
        yield card(name, str(caught), str(still), compares=result.compares, is_worse=is_worse)


def legend_keys(result: Backtest, words: Words = ENGLISH) -> list[tuple[str, str]]:
    """Return the classes and the meaning of each mark of a timeline."""
    keys = [
        ("bar alert", words("pages or mentions people")),
        ("bar ticket", words("ticket, or anything else")),
    ]
    if result.compares:
        keys += [
            ("bar alert lost", words("lost with the change")),
            ("bar alert new", words("new with the change")),
        ]
    if result.verdicts:
        keys += [
            ("band caught", words("incident or significant event that paged")),
            ("band ticket-only", words("only a ticket, or missed")),
        ]
    gaps = [("day gap", words("not known"))] if result.coverage < 1 else []
    return [*keys, ("week", words("weekend")), *gaps]


def event_table(
    result: Backtest, words: Words = ENGLISH, addresses: Mapping[Event, str] = NO_ADDRESSES
) -> Html:
    """Return the table of events; `addresses` lead to the day by the hour of some of them."""

    def cells(verdict: EventVerdict) -> list[Html]:
        start, *figures, outcome, of, what = verdict_cells(verdict, result, words)
        word = verdict.new.word if verdict.known else "unknown"
        name = f"fate-{css_class(word)}"
        fate = element("span", text(arrows(outcome)), class_=name)
        address = addresses.get(verdict.event)
        at = element("a", text(start), href=address) if address else text(start)
        return [at, *map(text, figures), fate, text(of), text(what)]

    return table([words(head) for head in EVENT_HEADS], map(cells, result.verdicts), {1, 2})
