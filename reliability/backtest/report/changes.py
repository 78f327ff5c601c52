"""Lost, new and moved episodes, alert by alert, in lines that text and Markdown share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta, tzinfo
from typing import Final

from reliability.backtest.difference import EpisodeDifference, Moved, difference
from reliability.backtest.episodes import Episode
from reliability.backtest.headline import zone_of
from reliability.backtest.outcome import Backtest, OutcomeRow
from reliability.backtest.report.figures import lasting
from reliability.render.numbers import percent
from reliability.render.times import minute_text

SHOWN: Final = 4
MINUTE: Final = timedelta(minutes=1)


def changes(
    result: Backtest, rows: Iterable[OutcomeRow] | None = None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """For each alert whose episodes changed, the counts and the episodes.

    Covers all alerts, or only the given rows.
    """
    if not result.compares:
        return
    for row in result.rows if rows is None else rows:
        found = difference(row.old, row.new)
        if found is not None and not found.is_nothing:
            yield _head(row, found), tuple(_shown(found, zone_of(result, row.service)))


def _head(row: OutcomeRow, found: EpisodeDifference) -> str:
    name = f"{row.slo} {row.objective}".rstrip()
    counts = (
        f"{len(found.lost)} lost",
        f"{len(found.new)} new",
        f"{len(found.moved)} moved",
        f"{found.same} as before",
    )
    return f"{name}, {row.tier}: {', '.join(counts)}"


def _shown(found: EpisodeDifference, zone: tzinfo) -> Iterator[str]:
    """The first changed episodes; lost ones come first, since they matter most."""
    lines = [
        *(f"lost   {_episode(each, zone)}" for each in found.lost),
        *(f"new    {_episode(each, zone)}" for each in found.new),
        *(f"moved  {_moved(each, zone)}" for each in found.moved),
    ]
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"and {len(lines) - SHOWN} more, in --format json"


def _episode(each: Episode, zone: tzinfo) -> str:
    labels = ", ".join(f"{name}={value}" for name, value in sorted(each.labels.items()))
    gone = f"{percent(each.spent)} of the budget spent before"
    episode = f"{minute_text(each.span.start, zone)}, {lasting(each.span.length // MINUTE)}, {gone}"
    return f"{episode}, {labels}" if labels else episode


def _moved(each: Moved, zone: tzinfo) -> str:
    begins, ends = each.new.span.start - each.old.span.start, each.new.span.end - each.old.span.end
    return f"{minute_text(each.old.span.start, zone)}: begins {_by(begins)}, ends {_by(ends)}"


def _by(time: timedelta) -> str:
    if not time:
        return "as before"
    return f"{lasting(abs(time) // MINUTE)} {'later' if time > timedelta(0) else 'earlier'}"
