"""Difference between old and new episodes: lost, new and moved ones."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import AlertFirings, NoAlert, Outcome
from reliability.timespan import TimeSpan

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """An episode that begins or ends at another time than before."""

    old: Episode
    new: Episode


@dataclass(frozen=True, slots=True)
class EpisodeDifference:
    """Changes of the episodes of one alert; `same` is the number of unchanged ones."""

    lost: tuple[Episode, ...]
    new: tuple[Episode, ...]
    moved: tuple[Moved, ...]
    same: int

    @property
    def is_nothing(self) -> bool:
        """Whether no episode changed."""
        return not (self.lost or self.new or self.moved)


def difference(old: Outcome, new: Outcome) -> EpisodeDifference | None:
    """Compare two outcomes of one alert; return None if one of them is not known."""
    if not isinstance(old, AlertFirings | NoAlert) or not isinstance(new, AlertFirings | NoAlert):
        return None
    before, after = _episodes(old), _episodes(new)
    then, now = Groups(before), Groups(after)
    lost = tuple(episode for episode in before if now.first_overlap(episode) is None)
    gained = tuple(episode for episode in after if then.first_overlap(episode) is None)
    pairs = [(episode, now.first_overlap(episode)) for episode in before]
    moved = tuple(Moved(one, other) for one, other in pairs if other and one.span != other.span)
    return EpisodeDifference(lost, gained, moved, same=len(before) - len(lost) - len(moved))


def _episodes(outcome: AlertFirings | NoAlert) -> Sequence[Episode]:
    return outcome.episodes if isinstance(outcome, AlertFirings) else ()


def _labels(episode: Episode) -> Labels:
    return tuple(sorted(episode.labels.items()))


class GroupEpisodes:
    """Episodes of one group in ascending order, and the latest end up to each of them."""

    def __init__(self, episodes: list[Episode]) -> None:
        self.episodes = episodes
        self.reach = list(accumulate((episode.span.end for episode in episodes), max))

    def first_overlap(self, span: TimeSpan) -> Episode | None:
        """Return the first overlapping episode, or None; one with the same span goes first."""
        episode: Episode | None = None
        for candidate in self.episodes[bisect_right(self.reach, span.start) :]:
            if candidate.span.start >= span.end:
                break
            if candidate.span == span:
                return candidate
            if episode is None and candidate.span.end > span.start:
                episode = candidate
        return episode


class Groups:
    """Episodes by group."""

    def __init__(self, episodes: Sequence[Episode]) -> None:
        groups: dict[Labels, list[Episode]] = {}
        for item in sorted(episodes, key=lambda episode: episode.span):
            groups.setdefault(_labels(item), []).append(item)
        self.lines = {labels: GroupEpisodes(of_group) for labels, of_group in groups.items()}

    def first_overlap(self, episode: Episode) -> Episode | None:
        """Return the first episode of the same group that overlaps, or None."""
        line = self.lines.get(_labels(episode))
        return line.first_overlap(episode.span) if line else None
