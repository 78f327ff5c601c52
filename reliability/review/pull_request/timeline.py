"""The timeline of a review: episodes before and after, as two rows of bars for each tier."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reliability.backtest.outcome import AlertFirings, EventVerdict, Outcome, OutcomeRow
from reliability.timespan import TimeSpan

BARS: Final = "▁▂▃▄▅▆▇█"
NONE: Final = "·"
UNKNOWN: Final = "?"
CAUGHT: Final = "o"
TICKET_ONLY: Final = "t"
MISSED: Final = "x"
SIGNS: Final = {"caught": CAUGHT, "ticket only": TICKET_ONLY, "missed": MISSED}
WORST: Final = tuple(SIGNS)
"""The outcomes from best to worst; a column with several incidents shows the worst."""

WIDTH: Final = 45
"""The maximum number of columns; for 90 days, a column is two days."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The number of episodes of one tier that begin in each column, before and after."""

    tier: str
    old: tuple[int, ...]
    new: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars of each tier, and a row with a sign for the worst incident of each column.

    `unknown` are the columns without history of an alert, which are not quiet.
    """

    span: TimeSpan
    bars: tuple[Bars, ...]
    incidents: str
    unknown: frozenset[int] = frozenset()


def timeline(
    rows: Iterable[OutcomeRow], verdicts: Iterable[EventVerdict], span: TimeSpan
) -> Timeline:
    """Return the timeline of some alerts: their episodes by tier, and all incidents."""
    of = list(rows)
    tiers = sorted({row.tier for row in of})
    columns = _columns(span)
    bars = tuple(
        Bars(
            tier,
            _counts((row.old for row in of if row.tier == tier), columns),
            _counts((row.new for row in of if row.tier == tier), columns),
        )
        for tier in tiers
    )

    return Timeline(
        span,
        bars,
        _incidents(list(verdicts), columns),
        unknown=frozenset(
            number
            for number in range(columns.count)
            if any(row.is_unknown(columns.days(number)) for row in of)
        ),
    )


def drawn(counts: tuple[int, ...], most: int, unknown: frozenset[int] = frozenset()) -> str:
    """Return a row of bars; the tallest one represents `most`."""
    return "".join(
        BARS[-(-count * len(BARS) // most) - 1] if count else UNKNOWN if n in unknown else NONE
        for n, count in enumerate(counts)
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Equal parts of a span: how many, and a function from a time to its part."""

    count: int
    number: Callable[[datetime], int]
    days: Callable[[int], range]


def _columns(span: TimeSpan) -> Columns:
    days = max(round(span.length.total_seconds() / 86400), 1)
    count = -(-days // -(-days // WIDTH))
    width = span.length / count

    def number(moment: datetime) -> int:
        return min(max((moment - span.start) // width, 0), count - 1)

    def days_of(column: int) -> range:
        return range(days * column // count, max(days * (column + 1) // count, 1))

    return Columns(count, number, days_of)


def _counts(outcomes: Iterable[Outcome], columns: Columns) -> tuple[int, ...]:
    counts = [0] * columns.count
    for moment in _begins(outcomes):
        counts[columns.number(moment)] += 1
    return tuple(counts)


def _begins(outcomes: Iterable[Outcome]) -> Iterator[datetime]:
    for outcome in outcomes:
        if isinstance(outcome, AlertFirings):
            yield from (episode.span.start for episode in outcome.episodes)


def _incidents(verdicts: list[EventVerdict], columns: Columns) -> str:
    signs = [" "] * columns.count
    for verdict in sorted(verdicts, key=lambda verdict: WORST.index(verdict.new.word)):
        if verdict.known:
            signs[columns.number(verdict.event.span.start)] = SIGNS[verdict.new.word]
    return "".join(signs)
