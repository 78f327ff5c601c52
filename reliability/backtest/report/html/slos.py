"""The page of a backtest of SLOs: a timeline and tables for each objective."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reliability.backtest.events import Event
from reliability.backtest.outcome import Backtest, Replayed, SliSummary
from reliability.backtest.report.changes import changes
from reliability.backtest.report.figures import HEADS, cells, objective_words
from reliability.backtest.report.html.contents import Contents, sorting
from reliability.backtest.report.html.day_zoom import DayZoom
from reliability.backtest.report.html.frame import arrows, folded, table
from reliability.backtest.report.html.marks import Html, element, text
from reliability.backtest.report.html.objectives import ShownObjective, is_shown, shown_objectives
from reliability.backtest.report.html.page import BacktestPage
from reliability.backtest.report.html.terms import link_to_terms, terms
from reliability.backtest.report.html.timeline import Picture, tier_name
from reliability.backtest.report.quality import QUALITY_COLUMNS, quality_cells
from reliability.backtest.report.sections import BacktestSection
from reliability.backtest.report.slos import slo_report
from reliability.render.words import ENGLISH, Words, worded


def page(result: Backtest, words: Words = ENGLISH, *, verbose: bool = False) -> str:
    """Return the whole document in the language of `words`; `verbose` as in `slo_report`."""
    timelines = SloTimelines(result, words)
    return BacktestPage(
        report=slo_report(result, words, verbose=verbose),
        result=result,
        ahead=timelines.contents(),
        timelines=[timelines.section(one) for one in timelines.shown],
        listed=timelines.listed(),
        days_of_events=timelines.days_of_events,
        script=sorting() if len(timelines.shown) > 1 else "",
    ).document()


@dataclass(frozen=True)
class SloTimelines:
    """The timelines of objectives, and what leads to them."""

    result: Backtest
    words: Words

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

    @property
    def days_of_events(self) -> Mapping[Event, str]:
        """Address of the day by the hour on which each event began, at its first objective."""
        addresses: dict[Event, str] = {}
        for zoom in self.zooms.values():
            for verdict in zoom.replayed.verdicts:
                if address := zoom.link_to(verdict):
                    addresses.setdefault(verdict.event, address)
        return addresses

    def contents(self) -> Iterator[Html]:
        """Yield the terms, and the tables of several objectives."""
        yield terms(self.words)
        if len(self.shown) > 1:
            tables = Contents(self.result, self.shown, self.words).tables()
            yield element("nav", tables, aria_label=self.words("SLOs"))

    def listed(self) -> list[BacktestSection]:
        """Return the objectives without a timeline."""
        rest = [replayed for replayed in self.result.objectives if not is_shown(replayed)]
        silent = [replayed for replayed in rest if isinstance(replayed.history, SliSummary)]
        unknown = [replayed for replayed in rest if replayed not in silent]
        lists = ((worded("Nothing fired"), silent), (worded("No history"), unknown))
        return [
            BacktestSection(
                title=self.words(title), lines=[objective_words(one, self.words) for one in listed]
            )
            for title, listed in lists
        ]

    def section(self, shown: ShownObjective) -> Html:
        """Return the section of one objective."""
        replayed, result, words = shown.replayed, self.result, self.words
        zoom = self.zooms[_key(replayed)]
        about = objective_words(replayed, words).partition(words(", "))[2]
        team = result.teams.get(replayed.service)
        service = f"{replayed.service} · {team}" if team else replayed.service

        fired = [(row.tier, cells(row, result, words)) for row in replayed.rows]
        quality = [(row.tier, quality_cells(row, replayed, result, words)) for row in replayed.rows]
        inside = [
            element("h2", shown.link),
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


def _key(replayed: Replayed) -> tuple[str, str, str]:
    return replayed.service, replayed.slo, replayed.objective
