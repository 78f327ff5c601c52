"""HTML report: headline as figures, then a timeline and tables for each objective."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from reliability.backtest.events import Event
from reliability.backtest.headline import headline, not_caught
from reliability.backtest.outcome import (
    Backtest,
    Replayed,
    SliSummary,
)
from reliability.backtest.report.changes import changes
from reliability.backtest.report.figures import (
    HEADS,
    SIGNAL_HEADS,
    cells,
    facts,
    objective_words,
    signal_cells,
)
from reliability.backtest.report.html.contents import Contents, sorting
from reliability.backtest.report.html.day_zoom import DayZoom
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
from reliability.backtest.report.html.objectives import (
    ShownObjective,
    is_shown,
    shown_objectives,
)
from reliability.backtest.report.html.terms import link_to_terms, terms
from reliability.backtest.report.html.timeline import Picture, tier_name
from reliability.backtest.report.quality import QUALITY_COLUMNS, quality_cells
from reliability.render.words import ENGLISH, Words, worded
from reliability.timespan import DAY

BOTH_SIDES: Final = "\u00a0→\u00a0"
"""An arrow at which no line of the headline ends."""


def page(result: Backtest, words: Words = ENGLISH, *, verbose: bool = False) -> str:
    """Return the whole document in the language of `words`; `verbose` as in `facts`."""
    return BacktestPage(result, words, verbose=verbose).document()


@dataclass(frozen=True)
class BacktestPage:
    """Parts of the page, in their order."""

    result: Backtest
    words: Words
    verbose: bool

    @cached_property
    def shown(self) -> Sequence[ShownObjective]:
        """Objectives with a timeline."""
        return shown_objectives(self.result)

    @cached_property
    def zooms(self) -> Mapping[tuple[str, str, str], DayZoom]:
        """Days by the hour of each objective with a timeline, by its service, SLO and name."""
        return {
            _key(one.replayed): DayZoom(self.result, one.replayed, one.anchor, self.words)
            for one in self.shown
        }

    @cached_property
    def days_of_events(self) -> Mapping[Event, str]:
        """Address of the day by the hour on which each event began, at its first objective."""
        addresses: dict[Event, str] = {}
        for zoom in self.zooms.values():
            for verdict in zoom.replayed.verdicts:
                if address := zoom.link_to(verdict):
                    addresses.setdefault(verdict.event, address)
        return addresses

    def document(self) -> str:
        """Return the whole document."""
        title = self.words("Backtest: {headline}", headline=headline(self.result, self.words))
        script = sorting() if len(self.shown) > 1 else ""
        return document(arrows(title), self._parts(), script=script, words=self.words)

    def _parts(self) -> Iterator[Html]:
        result, words = self.result, self.words
        yield element("p", self._about(), class_="about")
        short = arrows(headline(result, words, is_short=True))
        yield element("h1", text(short.replace(" → ", BOTH_SIDES)))
        yield cards(headline_cards(result, words))
        if summary := words("; ").join(not_caught(result, words)):
            yield element("p", text(f"{summary[0].upper()}{summary[1:]}"), class_="lede")

        computed = facts_list(facts(result, words, verbose=self.verbose))
        yield folded(words("How this was computed"), computed)
        yield terms(words)
        if len(self.shown) > 1:
            contents = Contents(result, self.shown, words).tables()
            yield element("nav", contents, aria_label=words("SLOs"))
        if self.shown:
            yield legend(legend_keys(result, words))
        yield from map(self._objective, self.shown)
        yield from self._listed_objectives()
        yield from self._signals()
        yield from self._events()

    def _about(self) -> Iterator[Html]:
        """Yield what the page is about: the span, both sides, the environment."""
        result, words = self.result, self.words
        last = result.span.end - DAY
        parts = [
            words(
                "Backtest from {first} to {last} UTC",
                first=f"{result.span.start:%Y-%m-%d}",
                last=f"{last:%Y-%m-%d}",
            )
        ]
        if result.environment:
            parts.append(words("environment {name}", name=result.environment))
        if result.compares:
            parts.append(arrows(words("base {base} -> working tree", base=result.base[:12])))
        yield text(" · ".join(parts))
        if result.is_synthetic:
            yield text(" · ")
            yield element("strong", text(words("synthetic history")))

    def _objective(self, shown: ShownObjective) -> Html:
        """Return the section of one objective."""
        replayed, result, words = shown.replayed, self.result, self.words
        zoom = self.zooms[_key(replayed)]
        link = element("h2", shown.link)
        about = objective_words(replayed, words).partition(words(", "))[2]
        team = result.teams.get(replayed.service)
        service = f"{replayed.service} · {team}" if team else replayed.service

        fired = [(row.tier, cells(row, result, words)) for row in replayed.rows]
        quality = [(row.tier, quality_cells(row, replayed, result, words)) for row in replayed.rows]
        inside = [
            link,
            element("p", text(f"{service} · {about}"), class_="help"),
            Picture.of(result, replayed, words).timeline(),
            zoom.links(),
            *zoom.details(),
            self._figures(HEADS, fired, text_column=len(HEADS)),
            element("h3", text(words("Alert quality"))),
            self._figures(QUALITY_COLUMNS, quality),
            link_to_terms(words),
        ]
        return element(
            "section", [*inside, *self._changed(replayed)], class_="slo", id=shown.anchor
        )

    def _figures(
        self,
        heads: Sequence[str],
        rows: Sequence[tuple[str, Sequence[str]]],
        text_column: int | None = None,
    ) -> Html:
        """Return a row of figures for each tier; all columns but one may be numbers."""
        words = self.words
        shown = (
            (
                element(
                    "span",
                    [element("span", class_=f"dot {tier}"), text(tier_name(tier, words))],
                ),
                *(text(arrows(cell)) for cell in row),
            )
            for tier, row in rows
        )
        numbers = {*range(1, len(heads) + 1)} - {text_column}
        return table([words(head) for head in (worded("tier"), *heads)], shown, numbers)

    def _changed(self, replayed: Replayed) -> Iterator[Html]:
        for title, episodes in changes(self.result, replayed.rows, self.words):
            lines = [element("li", text(line)) for line in episodes]
            yield folded(title, element("ul", lines, class_="quiet"))

    def _listed_objectives(self) -> Iterator[Html]:
        """Yield lists of the objectives without a timeline."""
        rest = [replayed for replayed in self.result.objectives if not is_shown(replayed)]
        silent = [replayed for replayed in rest if isinstance(replayed.history, SliSummary)]
        unknown = [replayed for replayed in rest if replayed not in silent]
        for title, listed in ((worded("Nothing fired"), silent), (worded("No history"), unknown)):
            if listed:
                lines = [element("li", text(objective_words(one, self.words))) for one in listed]
                yield panel(self.words(title), element("ul", lines, class_="quiet"))

    def _signals(self) -> Iterator[Html]:
        """Yield alerts that are not burn rates, which only sample mode replays."""
        if self.result.signals:
            rows = (
                [text(arrows(cell)) for cell in signal_cells(row, self.result, self.words)]
                for row in self.result.signals
            )
            shown = table([self.words(head) for head in SIGNAL_HEADS], rows, {3, 4, 5})
            yield panel(self.words("Signals"), shown)

    def _events(self) -> Iterator[Html]:
        if self.result.verdicts:
            shown = event_table(self.result, self.words, self.days_of_events)
            yield panel(self.words("Incidents and significant events"), shown)


def _key(replayed: Replayed) -> tuple[str, str, str]:
    return replayed.service, replayed.slo, replayed.objective
