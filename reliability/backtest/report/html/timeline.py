"""Timeline of one objective: user impact, and each alert before and after the change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
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
from reliability.backtest.quality import SATURDAY
from reliability.backtest.report.figures import fate
from reliability.backtest.report.html.marks import (
    Html,
    Scale,
    css_class,
    element,
    place,
    side_of,
    text,
    tipped,
)
from reliability.render.durations import minutes_text
from reliability.render.numbers import percent
from reliability.render.times import minute_text, zone_named
from reliability.render.words import ENGLISH, Words, worded
from reliability.timespan import DAY, TimeSpan

MINUTE: Final = timedelta(minutes=1)
TIERS: Final = {
    ALERT_TIER: worded("alert"),
    TICKET_TIER: worded("ticket"),
    "log": worded("log"),
}
MARKS: Final = {"lost": worded("gone"), "new": worded("new")}
"""Names of the marks of an episode that only one side has."""
MAX_TICKS: Final = 9
"""Limit of ticks on the time axis."""
STRIDES: Final = (1, 7, 14, 28, 56, 91)
"""Days between ticks; the smallest number with few enough ticks is used."""
LABEL_ROOM: Final = 94.0
"""Position in percent beyond which a label would leave its row."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Common data of all rows of one objective, in the language of `words`.

    With `by_hour`, the span is one day, and only what touches it is drawn.
    """

    result: Backtest
    replayed: Replayed
    words: Words = ENGLISH
    by_hour: bool = False

    @property
    def scale(self) -> Scale:
        """Horizontal scale."""
        return Scale(self.result.span)

    @property
    def zone(self) -> str:
        """Time zone of the service's team."""
        return self.result.zones.get(self.replayed.service, "UTC")

    def timeline(self) -> Html:
        """Return the timeline, in which names and rows alternate."""
        return element("div", self._rows(), class_="time")

    def _rows(self) -> Iterator[Html]:
        yield row_name("")
        yield element("div", self._ticks(labeled=True), class_="track axis")
        if not self.by_hour:
            yield from self._heat()
        if self._verdicts:
            yield row_name(self.words("incidents"))
            yield element("div", map(self._pin, self._verdicts), class_="track events")
        for row in self.replayed.rows:
            yield from self._row(row)

    @property
    def _verdicts(self) -> list[EventVerdict]:
        """Events within the span; those of the whole objective start in it."""
        verdicts = self.replayed.verdicts
        if not self.by_hour:
            return [*verdicts]
        return [verdict for verdict in verdicts if touches(verdict.event.span, self.result.span)]

    def _ticks(self, *, labeled: bool) -> Iterator[Html]:
        if self.by_hour:
            return hour_ticks(self.scale, labeled=labeled)
        return ticks(self.scale, self.zone, self.words, labeled=labeled)

    def _row(self, row: OutcomeRow) -> Iterator[Html]:
        episode_difference = difference(row.old, row.new) if self.result.compares else None
        lost = {id(episode) for episode in episode_difference.lost} if episode_difference else set()
        new = {id(episode) for episode in episode_difference.new} if episode_difference else set()
        tier = tier_name(row.tier, self.words)
        if self.result.compares:
            yield row_name(self.words("before"), tier)
            yield self._track(row.tier, row.old, lost, mark="lost", name="track old")
        yield row_name(self.words("now") if self.result.compares else "", tier)
        yield self._track(row.tier, row.new, new, mark="new", name="track")

    def _track(self, tier: str, outcome: Outcome, marked: set[int], mark: str, name: str) -> Html:
        episodes = outcome.episodes if isinstance(outcome, AlertFirings) else ()
        if self.by_hour:
            episodes = tuple(one for one in episodes if touches(one.span, self.result.span))
        bars = [
            self._bar(episode, tier, mark if id(episode) in marked else "") for episode in episodes
        ]
        return element("div", [*self._ground(), *bars], class_=name)

    def _ground(self) -> Iterator[Html]:
        if not self.by_hour:
            yield from weekends(self.scale, self.zone)
        yield from self._ticks(labeled=False)
        for verdict in self._verdicts:
            if verdict.known:
                where = self.scale.place(verdict.event.span)
                yield element("div", class_=f"band {css_class(verdict.new.word)} {where}")

    def _bar(self, episode: Episode, tier: str, mark: str) -> Html:
        span = episode.span
        labels = [f"{name}={value}" for name, value in sorted(episode.labels.items())]
        words = self.words
        spent = percent(episode.spent, words)
        kind = [tier_name(tier, words), *([words(MARKS[mark])] if mark else [])]
        lines = [
            f"{words(', ').join(kind)}: {self.moment(span.start)}",
            words(", ").join(
                (
                    minutes_text(span.length // MINUTE, words),
                    words("{share} of the budget spent before", share=spent),
                )
            ),
            *labels,
        ]
        names = f"bar {tier} {mark}".rstrip()
        return self._with_tip("\n".join(lines), span, names)

    def _pin(self, verdict: EventVerdict) -> Html:
        event, words = verdict.event, self.words
        is_recorded = event.kind == "incident"
        what = event.name if is_recorded else words("significant event {name}", name=event.name)
        length = minutes_text(event.span.length // MINUTE, words)
        spent = words("{share} of the budget spent", share=percent(verdict.spent, words))
        lines = (
            what.rstrip(),
            words(", ").join((self.moment(event.span.start), length)),
            words(", ").join((spent, fate(verdict, self.result.compares, words))),
        )
        word = verdict.new.word if verdict.known else "unknown"
        sign = {"caught": "✓", "ticket only": "–", "missed": "✕", "unknown": "?"}[word]
        at = TimeSpan(event.span.start, event.span.start)

        return self._with_tip("\n".join(lines), at, f"pin {css_class(word)}", inside=text(sign))

    def _with_tip(self, tip: str, span: TimeSpan, names: str, inside: Html | None = None) -> Html:
        """Return an element with a tooltip for pointer and keyboard."""
        return tipped(tip, span, self.scale, names=names, inside=inside)

    def _heat(self) -> Iterator[Html]:
        history = self.replayed.history
        days = history.days if isinstance(history, SliSummary) else ()
        if days:
            most = max((day for day in days if day is not None), default=0.0)
            yield row_name(
                self.words("budget a day, up to {share}", share=percent(most, self.words))
            )
            yield element("div", self._days(days, most), class_="track heat")

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


def touches(span: TimeSpan, day: TimeSpan) -> bool:
    """Return whether a span, which may be a moment, is partly within a day."""
    return span.start < day.end and (span.end > day.start or span.start == span.end >= day.start)


def hour_ticks(scale: Scale, *, labeled: bool) -> Iterator[Html]:
    """Yield a tick for each sixth hour of a UTC day."""
    for hour in range(0, 24, 6):
        at = scale.at(scale.span.start + timedelta(hours=hour))
        label = f"{hour:02d}:00 UTC" if labeled else ""
        yield element("div", text(label), class_=f"tick {place(at)}")


def row_name(words: str, tier: str = "") -> Html:
    """Return the name to the left of a row, in which a percentage is not broken."""
    words = words.replace(" %", "\u00a0%")
    shown = [element("b", text(tier)), text(f" {words}")] if tier else [text(words)]
    return element("div", shown, class_="name")


def tier_name(tier: str, words: Words) -> str:
    """Return the name of an alert tier in a language."""
    return words(TIERS.get(tier, tier))


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
