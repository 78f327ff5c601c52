"""Gone, new and moved episodes, alert by alert, in lines that text and Markdown share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta, tzinfo
from typing import Final

from reliability.backtest.difference import EpisodeDifference, Moved, difference
from reliability.backtest.episodes import Episode
from reliability.backtest.headline import zone_of
from reliability.backtest.outcome import Backtest, OutcomeRow
from reliability.render.durations import minutes_text
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
        episode_difference = difference(row.old, row.new)
        if episode_difference is not None and not episode_difference.is_nothing:
            yield (
                _head(row, episode_difference),
                tuple(_shown(episode_difference, zone_of(result, row.service))),
            )


def _head(row: OutcomeRow, episode_difference: EpisodeDifference) -> str:
    name = f"{row.slo} {row.objective}".rstrip()
    gone = len(episode_difference.lost)
    counts = (
        f"{gone} episode{'' if gone == 1 else 's'} gone",
        f"{len(episode_difference.new)} new",
        f"{len(episode_difference.moved)} moved",
        f"{episode_difference.same} unchanged",
    )
    return f"{name}, {row.tier}: {', '.join(counts)}"


def _shown(episode_difference: EpisodeDifference, zone: tzinfo) -> Iterator[str]:
    """The first changed episodes; those that are gone come first, since they matter most."""
    lines = [
        *(f"gone   {_episode(episode, zone)}" for episode in episode_difference.lost),
        *(f"new    {_episode(episode, zone)}" for episode in episode_difference.new),
        *(f"moved  {_moved(moved, zone)}" for moved in episode_difference.moved),
    ]
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"and {len(lines) - SHOWN} more, in --format json"


def _episode(episode: Episode, zone: tzinfo) -> str:
    labels = ", ".join(f"{name}={value}" for name, value in sorted(episode.labels.items()))
    spent = f"{percent(episode.spent)} of the budget spent before"
    length = minutes_text(episode.span.length // MINUTE)
    shown = f"{minute_text(episode.span.start, zone)}, {length}, {spent}"
    return f"{shown}, {labels}" if labels else shown


def _moved(moved: Moved, zone: tzinfo) -> str:
    begins, ends = (
        moved.new.span.start - moved.old.span.start,
        moved.new.span.end - moved.old.span.end,
    )
    return f"{minute_text(moved.old.span.start, zone)}: begins {_by(begins)}, ends {_by(ends)}"


def _by(time: timedelta) -> str:
    if not time:
        return "as before"
    return f"{minutes_text(abs(time) // MINUTE)} {'later' if time > timedelta(0) else 'earlier'}"
