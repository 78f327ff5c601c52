"""The timeline of one alert: when it fired before and after the change, and the incidents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from reliability.backtest.difference import difference
from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import AlertFirings
from reliability.backtest.report.html.marks import Html, Scale, element, text, tipped
from reliability.backtest.report.html.timeline import row_name, ticks, weekends
from reliability.backtest.rule_files.result import AlertRow, RuleBacktest, RuleVerdict
from reliability.render.durations import minutes_text
from reliability.render.times import clock
from reliability.timespan import TimeSpan

ZONE: Final = "UTC"
MINUTE: Final = timedelta(minutes=1)
CLOSEST: Final = 1 / 600
"""Episodes closer than this share of the span are one bar: they would be less than a pixel apart,
and an alert with thousands of them would make a page that no browser shows."""

MOST_LABELS: Final = 6
"""Lines of a tooltip about labels."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Episodes that are drawn as one."""

    span: TimeSpan
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, slots=True)
class AlertTracks:
    """What the rows of one alert share; `tiers` are the classes that color the bars of a side."""

    result: RuleBacktest
    row: AlertRow
    tiers: tuple[str, str]

    @property
    def scale(self) -> Scale:
        """The horizontal scale."""
        return Scale(self.result.span)

    def timeline(self) -> Html:
        """The timeline: a name and a row in turn."""
        return element("div", self._rows(), class_="time")

    def _rows(self) -> Iterator[Html]:
        yield row_name("")
        yield element("div", ticks(self.scale, ZONE, labeled=True), class_="track axis")
        if self.result.verdicts:
            yield row_name("incidents")
            yield element("div", map(self._pin, self.result.verdicts), class_="track events")
        if not self.result.compares:
            yield row_name("fired")
            yield self._track(1, (), mark="", name="track")
            return

        compared = difference(self.row.old, self.row.new)
        lost, new = (compared.lost, compared.new) if compared else ((), ())
        yield row_name("before")
        yield self._track(0, lost, mark="lost", name="track old")
        yield row_name("after")
        yield self._track(1, new, mark="new", name="track")

    def _track(self, side: int, marked: Sequence[Episode], mark: str, name: str) -> Html:
        outcome = (self.row.old, self.row.new)[side]
        episodes = outcome.episodes if isinstance(outcome, AlertFirings) else ()
        chosen = {id(episode) for episode in marked}
        shown = [
            *self._bars([each for each in episodes if id(each) not in chosen], side),
            *self._bars([each for each in episodes if id(each) in chosen], side, mark),
        ]
        return element("div", [*self._ground(), *shown], class_=name)

    def _ground(self) -> Iterator[Html]:
        yield from weekends(self.scale, ZONE)
        yield from ticks(self.scale, ZONE, labeled=False)
        known = self.result.known
        asked = self.result.span
        for gap in (TimeSpan(asked.start, known.start), TimeSpan(known.end, asked.end)):
            if gap.length:
                yield element("div", class_=f"day gap {self.scale.place(gap, 100)}")
        for verdict in self.result.verdicts or ():
            where = self.scale.place(verdict.span)
            yield element("div", class_=f"band {fate(verdict)} {where}")

    def _bars(self, episodes: Iterable[Episode], side: int, mark: str = "") -> Iterator[Html]:
        least = self.result.span.length * CLOSEST
        for bar in joined(episodes, least):
            names = f"bar {self.tiers[side]} {mark}".rstrip()
            yield tipped(_tip(bar, mark), bar.span, self.scale, names=names)

    def _pin(self, verdict: RuleVerdict) -> Html:
        length = minutes_text(verdict.span.length // MINUTE)
        lines = (
            verdict.name,
            f"{moment(verdict.span.start)}, {length}",
            paged_words(verdict, self.result.compares),
        )
        at = TimeSpan(verdict.span.start, verdict.span.start)
        sign = "✓" if verdict.new else "✕"
        names = f"pin {fate(verdict)}"
        return tipped("\n".join(lines), at, self.scale, names=names, inside=text(sign))


def joined(episodes: Iterable[Episode], least: timedelta) -> Iterator[Bar]:
    """Episodes in the order of time; those that overlap, or are closer than `least`, as one."""
    together: list[Episode] = []
    end: datetime | None = None
    for episode in sorted(episodes, key=lambda episode: episode.span):
        if end is not None and episode.span.start > end + least:
            yield Bar(TimeSpan(together[0].span.start, end), tuple(together))
            together, end = [], None
        together.append(episode)
        end = episode.span.end if end is None else max(end, episode.span.end)
    if end is not None:
        yield Bar(TimeSpan(together[0].span.start, end), tuple(together))


def fate(verdict: RuleVerdict) -> str:
    """The class of an incident: whether a page fired meanwhile, after the change."""
    return "caught" if verdict.new else "missed"


def paged_words(verdict: RuleVerdict, compares: bool) -> str:
    """What is known of an incident, before and after the change."""

    def side(alert: str) -> str:
        if verdict.is_matched:
            return f"caught by {alert}" if alert else "missed"
        return f"{alert} paged meanwhile" if alert else "no page fired meanwhile"

    new = side(verdict.new)
    return f"{side(verdict.old)} -> {new}" if compares and verdict.old != verdict.new else new


def moment(at: datetime) -> str:
    """A moment as a tooltip has it."""
    return f"{at:%a} {at.day} {at:%b} {clock(at, UTC)} UTC"


def _tip(bar: Bar, mark: str) -> str:
    first, *others = bar.episodes
    length = minutes_text(bar.span.length // MINUTE)
    what = f"{len(bar.episodes)} episodes" if others else "1 episode"
    end = f"{mark}: " if mark else ""
    labels = [f"{name}={value}" for name, value in sorted(first.labels.items())]
    if others:
        alerts = {tuple(sorted(each.labels.items())) for each in bar.episodes}
        labels = [] if len(alerts) > 1 else labels
    shown = labels[:MOST_LABELS]
    more = [f"and {len(labels) - len(shown)} more labels"] if len(labels) > len(shown) else []
    return "\n".join([f"{end}{moment(bar.span.start)}", f"{what}, {length}", *shown, *more])
