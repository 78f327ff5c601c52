"""Lost, new and moved episodes per alert, as lines for text and Markdown."""

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
from reliability.render.words import ENGLISH, Words
from reliability.timespan import MINUTE

SHOWN: Final = 4
"""Limit of episodes per alert."""


def changes(
    result: Backtest, rows: Iterable[OutcomeRow] | None = None, words: Words = ENGLISH
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the counts and the episodes of each alert whose episodes changed.

    Covers all alerts, or only the given rows.
    """
    if not result.compares:
        return
    for row in result.rows if rows is None else rows:
        episode_difference = difference(row.old, row.new)
        if episode_difference is not None and not episode_difference.is_nothing:
            yield (
                _head(row, episode_difference, words),
                tuple(_shown(episode_difference, zone_of(result, row.service), words)),
            )


def _head(row: OutcomeRow, episode_difference: EpisodeDifference, words: Words) -> str:
    lost = words.many("{count} episode lost", "{count} episodes lost", len(episode_difference.lost))
    return words(
        "{alert}: {lost}, {new} new, {moved} moved, {same} unchanged",
        alert=words(", ").join((f"{row.slo} {row.objective}".rstrip(), row.tier)),
        lost=lost,
        new=len(episode_difference.new),
        moved=len(episode_difference.moved),
        same=episode_difference.same,
    )


def _shown(episode_difference: EpisodeDifference, zone: tzinfo, words: Words) -> Iterator[str]:
    """Yield the first changed episodes, starting with those that are lost, which matter most."""
    lines = [
        *(
            words("lost   {episode}", episode=_episode(episode, zone, words))
            for episode in episode_difference.lost
        ),
        *(
            words("new    {episode}", episode=_episode(episode, zone, words))
            for episode in episode_difference.new
        ),
        *(
            words("moved  {episode}", episode=_moved(moved, zone, words))
            for moved in episode_difference.moved
        ),
    ]
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield words("and {count} more, in --format json", count=len(lines) - SHOWN)


def _episode(episode: Episode, zone: tzinfo, words: Words) -> str:
    parts = [
        minute_text(episode.span.start, zone),
        minutes_text(episode.span.length // MINUTE, words),
        words("{share} of the budget spent before", share=percent(episode.spent or 0.0, words)),
        *(f"{name}={value}" for name, value in sorted(episode.labels.items())),
    ]
    return words(", ").join(parts)


def _moved(moved: Moved, zone: tzinfo, words: Words) -> str:
    return words(
        "{start}: begins {begins}, ends {ends}",
        start=minute_text(moved.old.span.start, zone),
        begins=_by(moved.new.span.start - moved.old.span.start, words),
        ends=_by(moved.new.span.end - moved.old.span.end, words),
    )


def _by(time: timedelta, words: Words) -> str:
    if not time:
        return words("as before")
    length = minutes_text(abs(time) // MINUTE, words)
    if time > timedelta(0):
        return words("{time} later", time=length)
    return words("{time} earlier", time=length)
