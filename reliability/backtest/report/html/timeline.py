"""Timeline of one objective: user impact, and each alert before and after the change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from reliability.backtest.difference import difference
from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    AlertFirings,
    Backtest,
    EventVerdict,
    Outcome,
    OutcomeRow,
    Replayed,
    SliSummary,
)
from reliability.backtest.report.figures import fate
from reliability.backtest.report.html.axis import hour_ticks, ticks, weekends
from reliability.backtest.report.html.marks import (
    Html,
    Scale,
    css_class,
    element,
    side_of,
    text,
    tipped,
)
from reliability.render.durations import minutes_text
from reliability.render.numbers import percent
from reliability.render.times import minute_text, zone_named
from reliability.render.words import ENGLISH, Words, worded
from reliability.timespan import DAY, MINUTE, TimeSpan

TIERS: Final = {
    ALERT_TIER: worded("alert"),
    TICKET_TIER: worded("ticket"),
    "log": worded("log"),
}
MARKS: Final = {"lost": worded("lost"), "new": worded("new")}
"""Names of the marks of an episode that only one side has."""


MOST_BARS: Final = 500
"""Bars of a row, above which episodes that are less than a pixel apart are one bar.

An alert with thousands of them would make a page that no browser shows."""
CLOSEST: Final = 1 / 600
"""Share of the span that is less than a pixel."""
MOST_LABELS: Final = 6
"""Lines of a tooltip about labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRow:
    """One alert of a timeline; `tiers` are the classes that color its bars, before and after."""

    name: str
    tiers: tuple[str, str]
    old: Outcome
    new: Outcome

    @classmethod
    def of(cls, row: OutcomeRow, words: Words) -> PictureRow:
        """Return the row of a burn-rate alert."""
        tiers = (row.tier, row.tier)
        return cls(name=tier_name(row.tier, words), tiers=tiers, old=row.old, new=row.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Timeline of some alerts and events, in the language of `words`.

    `days` are the shares of the budget that each day spent, and `unknown` the spans without
    history, which are hatched. With `by_hour`, the span is one day, and only what touches it is
    drawn.
    """

    result: Backtest
    rows: Sequence[PictureRow]
    verdicts: Sequence[EventVerdict]
    zone: str = "UTC"
    days: Sequence[float | None] = ()
    unknown: Sequence[TimeSpan] = ()
    words: Words = ENGLISH
    by_hour: bool = False

    @classmethod
    def of(cls, result: Backtest, replayed: Replayed, words: Words) -> Picture:
        """Return the timeline of one objective."""
        history = replayed.history
        known = history if isinstance(history, SliSummary) else None
        start = result.span.start
        return cls(
            result=result,
            rows=[PictureRow.of(row, words) for row in replayed.rows],
            verdicts=replayed.verdicts,
            zone=result.zones.get(replayed.service, "UTC"),
            days=known.days if known else (),
            unknown=[
                TimeSpan(start + number * DAY, start + (number + 1) * DAY)
                for number, is_known in enumerate(known.known_days if known else ())
                if not is_known
            ],
            words=words,
        )

    def of_day(self, day: TimeSpan) -> Picture:
        """Return the timeline of one UTC day, by the hour."""
        result = replace(self.result, terms=replace(self.result.terms, span=day))
        verdicts = [verdict for verdict in self.verdicts if touches(verdict.event.span, day)]
        return replace(self, result=result, verdicts=verdicts, by_hour=True)

    @property
    def scale(self) -> Scale:
        """Horizontal scale."""
        return Scale(self.result.span)

    def timeline(self) -> Html:
        """Return the timeline, in which names and rows alternate."""
        return element("div", self._rows(), class_="time")

    def _rows(self) -> Iterator[Html]:
        yield row_name("")
        yield element("div", self._ticks(labeled=True), class_="track axis")
        if not self.by_hour:
            yield from self._heat()
        if self.verdicts:
            yield row_name(self.words("incidents"))
            yield element("div", map(self._pin, self.verdicts), class_="track events")
        for row in self.rows:
            yield from self._row(row)

    def _ticks(self, *, labeled: bool) -> Iterator[Html]:
        if self.by_hour:
            return hour_ticks(self.scale, labeled=labeled)
        return ticks(self.scale, self.zone, self.words, labeled=labeled)

    def _row(self, row: PictureRow) -> Iterator[Html]:
        compares, words = self.result.compares, self.words
        compared = difference(row.old, row.new) if compares else None
        lost = {id(episode) for episode in compared.lost} if compared else set[int]()
        new = {id(episode) for episode in compared.new} if compared else set[int]()
        if compares:
            yield row_name(words("before"), row.name)
            yield self._track(row.tiers[0], row.old, lost, mark="lost", name="track old")
        yield row_name(words("now") if compares else "", row.name)
        yield self._track(row.tiers[1], row.new, new, mark="new", name="track")

    def _track(self, tier: str, outcome: Outcome, marked: set[int], mark: str, name: str) -> Html:
        episodes = outcome.episodes if isinstance(outcome, AlertFirings) else ()
        if self.by_hour:
            episodes = tuple(one for one in episodes if touches(one.span, self.result.span))
        is_long = len(episodes) > MOST_BARS
        least = self.result.span.length * CLOSEST if is_long else None
        of_marks = (
            ("", [one for one in episodes if id(one) not in marked]),
            (mark, [one for one in episodes if id(one) in marked]),
        )
        drawn = [(bar, of_mark) for of_mark, listed in of_marks for bar in bars_of(listed, least)]
        if not is_long:
            drawn.sort(key=lambda item: item[0].span)
        bars = [self._bar(bar, tier, of_mark) for bar, of_mark in drawn]
        return element("div", [*self._ground(), *bars], class_=name)

    def _ground(self) -> Iterator[Html]:
        if not self.by_hour:
            yield from weekends(self.scale, self.zone)
        yield from self._ticks(labeled=False)
        for gap in self.unknown:
            if touches(gap, self.result.span):
                yield element("div", class_=f"day gap {self.scale.place(gap, 100)}")
        for verdict in self.verdicts:
            if verdict.known:
                where = self.scale.place(verdict.event.span)
                yield element("div", class_=f"band {css_class(verdict.new.word)} {where}")

    def _bar(self, bar: Bar, tier: str, mark: str) -> Html:
        tip = "\n".join(self._tip(bar, tier, mark))
        return self._with_tip(tip, bar.span, f"bar {tier} {mark}".rstrip())

    def _tip(self, bar: Bar, tier: str, mark: str) -> Iterator[str]:
        words, (first, *others) = self.words, bar.episodes
        kind = [tier_name(tier, words), *([words(MARKS[mark])] if mark else [])]
        yield f"{words(', ').join(kind)}: {self.moment(bar.span.start)}"
        parts = [minutes_text(bar.span.length // MINUTE, words)]
        if others:
            parts.insert(0, words.many("{count} episode", "{count} episodes", len(bar.episodes)))
        elif first.spent is not None:
            spent = percent(first.spent, words)
            parts.append(words("{share} of the budget spent before", share=spent))
        yield words(", ").join(parts)
        if len({tuple(sorted(one.labels.items())) for one in bar.episodes}) == 1:
            labels = [f"{name}={value}" for name, value in sorted(first.labels.items())]
            yield from labels[:MOST_LABELS]
            if (more := len(labels) - MOST_LABELS) > 0:
                yield words.many("and {count} more label", "and {count} more labels", more)

    def _pin(self, verdict: EventVerdict) -> Html:
        event, words = verdict.event, self.words
        is_recorded = event.kind == "incident"
        what = event.name if is_recorded else words("significant event {name}", name=event.name)
        length = minutes_text(event.span.length // MINUTE, words)
        outcome = [fate(verdict, self.result.compares, words)]
        if verdict.spent is not None:
            share = percent(verdict.spent, words)
            outcome.insert(0, words("{share} of the budget spent", share=share))
        lines = (
            what.rstrip(),
            words(", ").join((self.moment(event.span.start), length)),
            words(", ").join(outcome),
        )
        word = verdict.new.word if verdict.known else "unknown"
        sign = {"caught": "✓", "ticket only": "–", "missed": "✕", "unknown": "?"}[word]
        at = TimeSpan(event.span.start, event.span.start)

        return self._with_tip("\n".join(lines), at, f"pin {css_class(word)}", inside=text(sign))

    def _with_tip(self, tip: str, span: TimeSpan, names: str, inside: Html | None = None) -> Html:
        """Return an element with a tooltip for pointer and keyboard."""
        return tipped(tip, span, self.scale, names=names, inside=inside)

    def _heat(self) -> Iterator[Html]:
        if self.days:
            most = max((day for day in self.days if day is not None), default=0.0)
            yield row_name(
                self.words("budget a day, up to {share}", share=percent(most, self.words))
            )
            yield element("div", self._days(self.days, most), class_="track heat")

    def _days(self, days: Iterable[float | None], most: float) -> Iterator[Html]:
        start = self.result.span.start
        for number, spent in enumerate(days):
            span = TimeSpan(start + number * DAY, start + (number + 1) * DAY)
            height = 100 if spent is None else 100 * (spent / most) ** 0.5 if most else 0
            share = self._share(spent)
            where = self.scale.place(span, round(max(height, 2)))
            name = "day gap" if spent is None else "day"
            side = side_of(self.scale.at(span.start))
            yield element(
                "div",
                class_=f"{name}{side} {where}",
                data_tip=f"{span.start.date()} UTC\n{share}",
            )

    def _share(self, spent: float | None) -> str:
        if spent is None:
            return self.words("not known")
        return self.words("{share} of the period's budget", share=percent(spent, self.words))

    def moment(self, moment: datetime) -> str:
        """Format a time in the time zone of the team."""
        return minute_text(moment, zone_named(self.zone))


@dataclass(frozen=True, slots=True)
class Bar:
    """Episodes that are drawn as one."""

    span: TimeSpan
    episodes: tuple[Episode, ...]


def bars_of(episodes: Iterable[Episode], least: timedelta | None) -> Iterator[Bar]:
    """Yield a bar for each episode; those that overlap or are closer than `least` share one."""
    together: list[Episode] = []
    end: datetime | None = None
    for episode in sorted(episodes, key=lambda episode: episode.span) if least else episodes:
        if end is not None and (least is None or episode.span.start > end + least):
            yield Bar(TimeSpan(together[0].span.start, end), tuple(together))
            together, end = [], None
        together.append(episode)
        end = episode.span.end if end is None else max(end, episode.span.end)
    if end is not None:
        yield Bar(TimeSpan(together[0].span.start, end), tuple(together))


def touches(span: TimeSpan, day: TimeSpan) -> bool:
    """Return whether a span, which may be a moment, is partly within a day."""
    return span.start < day.end and (span.end > day.start or span.start == span.end >= day.start)


def row_name(words: str, tier: str = "") -> Html:
    """Return the name to the left of a row, in which a percentage is not broken."""
    words = words.replace(" %", "\u00a0%")
    shown = [element("b", text(tier)), text(f" {words}")] if tier else [text(words)]
    return element("div", shown, class_="name")


def tier_name(tier: str, words: Words) -> str:
    """Return the name of an alert tier in a language."""
    return words(TIERS.get(tier, tier))
