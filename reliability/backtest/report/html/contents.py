"""Tables of all objectives on a page: one with each of them, and one for each kind of group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.backtest.outcome import ALERT_TIER, TICKET_TIER, Backtest, SliSummary, TierTotals
from reliability.backtest.report.html.marks import Html, element, text
from reliability.backtest.report.html.objectives import (
    ShownObjective,
    firings,
    grouped,
    has_fired,
    worst_first,
)
from reliability.backtest.report.html.timeline import tier_name
from reliability.render.numbers import rate_text, significant_percent
from reliability.render.words import Words, worded

SORTING: Final = Path(__file__).resolve().parent / "sorting.js"
"""Script that sorts a table by its heads, or by a list on a narrow screen."""
HEADS: Final = (
    *(worded("SLO"), worded("service"), worded("team"), worded("target"), worded("attainment")),
    *(
        worded("alert episodes a week"),
        worded("ticket episodes a week"),
        worded("events not caught"),
    ),
)
FIRST_NUMBER: Final = 3
GROUP_HEADS: Final = (
    *(worded("SLOs"), worded("alert episodes a week"), worded("ticket episodes a week")),
    *(worded("events not caught"), worded("timelines")),
)
TIER_HEADS: Final = (
    *(worded("tier"), worded("SLOs"), worded("episodes a week"), worded("minutes firing")),
    worded("timelines"),
)
LINKED: Final = 20
"""Largest number of links in a group: those of the objectives that come first."""


def sorting() -> str:
    """Return the script that sorts the table."""
    return SORTING.read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Contents:
    """Tables of the objectives that have a timeline."""

    result: Backtest
    shown: Sequence[ShownObjective]
    words: Words

    def tables(self) -> Iterator[Html]:
        """Yield all tables; those of groups are folded."""
        words = self.words
        yield element("h2", text(words("SLOs, the worst first")))
        yield self._table(HEADS, map(self._row, worst_first(self.shown)), FIRST_NUMBER)

        owners = self.result.teams
        services = {one.replayed.service: one.replayed.service for one in self.shown}
        yield self._groups(words("By team"), HEADS[2], grouped(self.shown, owners))
        yield self._groups(words("By service"), HEADS[1], grouped(self.shown, services))
        yield self._folded(words("By tier"), TIER_HEADS, self._tiers())

    def _table(self, heads: Sequence[str], rows: Iterator[list[Html]], numbers: int) -> Html:
        """Return a table that the script can sort; columns from `numbers` on are numbers."""
        words = self.words
        head = [
            element("th", text(words(name)), scope="col", **_class_of(column, numbers))
            for column, name in enumerate(heads)
        ]
        inside = [
            element("thead", element("tr", head)),
            element("tbody", [element("tr", cells) for cells in rows]),
        ]
        return element(
            "table",
            inside,
            class_="cards sortable contents",
            data_label=words("Sort by"),
            data_first=words("the worst first"),
            data_turn=words("Reverse the order"),
        )

    def _row(self, objective: ShownObjective) -> list[Html]:
        replayed, history = objective.replayed, objective.replayed.history
        share = history.attainment if isinstance(history, SliSummary) else None
        attained = self.words("not known") if share is None else significant_percent(share, 5)
        team = self.result.teams.get(replayed.service, "")
        target = significant_percent(float(replayed.target), 5)

        return [
            element("th", objective.link, scope="row", data_value=objective.name),
            self._cell(1, text(replayed.service), replayed.service),
            self._cell(2, text(team or self.words("no owner")), team),
            self._cell(3, text(target), replayed.target),
            self._cell(4, text(attained), f"{-1 if share is None else share}"),
            self._rate(5, [objective], ALERT_TIER),
            self._rate(6, [objective], TICKET_TIER),
            self._cell(7, text(str(objective.missed)), str(objective.missed)),
        ]

    def _groups(self, title: str, kind: str, groups: dict[str, list[ShownObjective]]) -> Html:
        """Return the table of one kind of group, such as teams."""
        rows = (
            [
                element("th", text(name or self.words("no owner")), scope="row"),
                self._count(GROUP_HEADS[0], len(members)),
                self._named(GROUP_HEADS[1], self._sides(members, ALERT_TIER)),
                self._named(GROUP_HEADS[2], self._sides(members, TICKET_TIER)),
                self._count(GROUP_HEADS[3], sum(one.missed for one in members)),
                self._links(GROUP_HEADS[4], members),
            ]
            for name, members in groups.items()
        )
        return self._folded(title, (kind, *GROUP_HEADS), rows)

    def _tiers(self) -> Iterator[list[Html]]:
        """Yield a row for each alert tier, with the objectives that it fired for."""
        tiers = dict.fromkeys(row.tier for one in self.shown for row in one.replayed.rows)
        for tier in tiers:
            members = [one for one in self.shown if any(map(has_fired, one.rows(tier)))]
            before, now = self._sums(members, tier)
            yield [
                element("th", text(tier_name(tier, self.words)), scope="row"),
                self._count(TIER_HEADS[1], len(members)),
                self._named(TIER_HEADS[2], self._sides(members, tier)),
                self._named(TIER_HEADS[3], self._both(f"{before.minutes:,}", f"{now.minutes:,}")),
                self._links(TIER_HEADS[4], members),
            ]

    def _folded(self, title: str, heads: Sequence[str], rows: Iterator[list[Html]]) -> Html:
        last = len(heads) - 1
        head = [
            element("th", text(self.words(name)), scope="col", **_class_of(column, 1, last))
            for column, name in enumerate(heads)
        ]
        inside = [
            element("thead", element("tr", head)),
            element("tbody", [element("tr", cells) for cells in rows]),
        ]
        shown = element("table", inside, class_="cards groups")
        return element("details", [element("summary", text(title)), shown])

    def _cell(self, column: int, inside: Html, value: str) -> Html:
        return element(
            "td",
            inside,
            data_label=self.words(HEADS[column]),
            data_value=value,
            **_class_of(column, FIRST_NUMBER),
        )

    def _rate(self, column: int, members: Sequence[ShownObjective], tier: str) -> Html:
        """Return episodes per week, which are compared in the order of the new side."""
        _, now = self._sums(members, tier)
        return self._cell(
            column,
            text(self._sides(members, tier)),
            f"{-1 if now.per_week.value is None else now.per_week.value:g}",
        )

    def _named(self, head: str, shown: str) -> Html:
        return element("td", text(shown), data_label=self.words(head), class_="number")

    def _count(self, head: str, count: int) -> Html:
        return self._named(head, f"{count:,}")

    def _links(self, head: str, members: Sequence[ShownObjective]) -> Html:
        links = [one.link for one in worst_first(members)[:LINKED]]
        if len(members) > LINKED:
            rest = len(members) - LINKED
            more = self.words.many("and {count} more", "and {count} more", rest)
            links.append(element("span", text(more)))
        inside = element("span", links, class_="links")
        return element("td", inside, data_label=self.words(head))

    def _sides(self, members: Sequence[ShownObjective], tier: str) -> str:
        before, now = self._sums(members, tier)
        return self._both(*(rate_text(side.per_week, self.words) for side in (before, now)))

    def _both(self, before: str, now: str) -> str:
        return f"{before} → {now}" if self.result.compares and before != now else now

    def _sums(self, members: Sequence[ShownObjective], tier: str) -> tuple[TierTotals, TierTotals]:
        return firings([row for one in members for row in one.rows(tier)])


def _class_of(column: int, first: int, last: int | None = None) -> dict[str, str]:
    """Return the class of numbers for columns from `first` on, before `last`."""
    is_number = first <= column and (last is None or column < last)
    return {"class_": "number"} if is_number else {}
