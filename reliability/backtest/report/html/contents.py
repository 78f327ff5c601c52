"""Tables of all objectives on a page: one with each of them, and one for each kind of group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reliability.backtest.outcome import ALERT_TIER, TICKET_TIER, Backtest, SliSummary, TierTotals
from reliability.backtest.report.figures import attained_words
from reliability.backtest.report.html.frame import SortedCell, folded, table
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
        yield table(
            [words(head) for head in HEADS],
            map(self._row, worst_first(self.shown)),
            range(FIRST_NUMBER, len(HEADS)),
            class_="cards sortable contents",
            data_label=words("Sort by"),
            data_first=words("the worst first"),
            data_turn=words("Reverse the order"),
        )

        owners = self.result.teams
        services = {one.replayed.service: one.replayed.service for one in self.shown}
        yield self._groups(words("By team"), HEADS[2], grouped(self.shown, owners))
        yield self._groups(words("By service"), HEADS[1], grouped(self.shown, services))
        yield self._folded(words("By tier"), TIER_HEADS, self._tiers())

    def _row(self, objective: ShownObjective) -> list[SortedCell]:
        replayed, history = objective.replayed, objective.replayed.history
        share, attained = None, self.words("not known")
        if isinstance(history, SliSummary) and history.attainment is not None:
            share = history.attainment
            attained = attained_words(share, history, self.words)
        team = self.result.teams.get(replayed.service, "")
        target = significant_percent(float(replayed.target), 5)

        return [
            (objective.link, objective.name),
            (text(replayed.service), replayed.service),
            (text(team or self.words("no owner")), team),
            (text(target), replayed.target),
            (text(attained), f"{-1 if share is None else share}"),
            self._rate(objective, ALERT_TIER),
            self._rate(objective, TICKET_TIER),
            (text(str(objective.missed)), str(objective.missed)),
        ]

    def _rate(self, objective: ShownObjective, tier: str) -> SortedCell:
        """Return episodes per week, which are compared in the order of the new side."""
        rate = firings(objective.rows(tier))[1].per_week.value
        return self._sides([objective], tier), f"{-1 if rate is None else rate:g}"

    def _groups(self, title: str, kind: str, groups: dict[str, list[ShownObjective]]) -> Html:
        """Return the table of one kind of group, such as teams."""
        rows = (
            [
                text(name or self.words("no owner")),
                text(f"{len(members):,}"),
                self._sides(members, ALERT_TIER),
                self._sides(members, TICKET_TIER),
                text(f"{sum(one.missed for one in members):,}"),
                self._links(members),
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
                text(tier_name(tier, self.words)),
                text(f"{len(members):,}"),
                self._sides(members, tier),
                self._both(f"{before.minutes:,}", f"{now.minutes:,}"),
                self._links(members),
            ]

    def _folded(self, title: str, heads: Sequence[str], rows: Iterator[list[Html]]) -> Html:
        numbers = range(1, len(heads) - 1)
        names = [self.words(head) for head in heads]
        return folded(title, table(names, rows, numbers, class_="cards groups"))

    def _links(self, members: Sequence[ShownObjective]) -> Html:
        links = [one.link for one in worst_first(members)[:LINKED]]
        if len(members) > LINKED:
            rest = len(members) - LINKED
            more = self.words.many("and {count} more", "and {count} more", rest)
            links.append(element("span", text(more)))
        return element("span", links, class_="links")

    def _sides(self, members: Sequence[ShownObjective], tier: str) -> Html:
        before, now = self._sums(members, tier)
        return self._both(*(rate_text(side.per_week, self.words) for side in (before, now)))

    def _both(self, before: str, now: str) -> Html:
        return text(f"{before} → {now}" if self.result.compares and before != now else now)

    def _sums(self, members: Sequence[ShownObjective], tier: str) -> tuple[TierTotals, TierTotals]:
        return firings([row for one in members for row in one.rows(tier)])
