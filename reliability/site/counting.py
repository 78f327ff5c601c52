"""What the figures of an objective are computed from: stored sums, or else its minutes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.budget import corrected
from reliability.backtest.engine import replay_pair
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import Replayed
from reliability.backtest.pairs import ObjectivePair
from reliability.backtest.present import MINUTES, past_present
from reliability.backtest.replay import longest_window
from reliability.backtest.slis import budget_history
from reliability.backtest.status import (
    STALE,
    SloStatus,
    counted_status,
    looked_at,
    objective_status,
    period_of,
)
from reliability.history.group_sums import Cuts, GroupSums, cuts_of
from reliability.history.series import NoHistory, Series, SeriesSource
from reliability.history.sources.stored import StoredHistory
from reliability.history.sources.summed import SliSums, open_sums
from reliability.resolve.objectives import Objective
from reliability.site.day_details import counts_of_day, day_span
from reliability.site.days import past_cuts, without_corrected
from reliability.site.replaying import replayed_from_sums
from reliability.timespan import DAY, HOUR, TimeSpan

KEPT: Final = 64
CUTS: Final[dict[Hashable, Cuts]] = {}
"""Cuts by what they depend on, of at most `KEPT` kinds of objectives."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CountTerms:
    """The source and the spans of all figures: status `at` a time, `shown` days, and the replay.

    `whole` is the shown span with what its periods need before.
    """

    source: SeriesSource
    shown: TimeSpan
    whole: TimeSpan
    at: datetime
    replay: ReplayTerms
    warm_up: timedelta
    incidents: tuple[Event, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ObjectiveCounts(ABC):
    """The counts of an objective; `groups` are without history empty, and not yet corrected."""

    objective: Objective
    status: SloStatus
    replayed: Replayed
    groups: tuple[GroupSums, ...]

    @abstractmethod
    def day(self, day: date) -> FloatArray:
        """Return the counts of a day's detail for each group, as `counts_of_day`.

        Raises:
            SourceError: a file of the history is damaged.
        """

    @abstractmethod
    def save(self) -> None:
        """Keep what was computed, for the next time."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class UnstoredCounts(ObjectiveCounts):
    """Counts from the minutes of each group without corrected time."""

    minutes: tuple[Series, ...]

    def day(self, day: date) -> FloatArray:
        """Return the counts of a day's detail for each group."""
        return counts_of_day(self.minutes, day)

    def save(self) -> None:
        """Keep nothing: the source has no place for it."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StoredCounts(ObjectiveCounts):
    """Counts from stored sums, which read minutes only for what is not stored yet."""

    sums: SliSums

    def day(self, day: date) -> FloatArray:
        """Return the counts of a day's detail for each group."""
        span = day_span(day)
        state = repr(
            [
                (one.start.timestamp(), one.end.timestamp())
                for one in self.objective.corrections
                if one.start < span.end and one.end > span.start
            ]
        )
        name, month = f"day {day.day:02}", day.replace(day=1)
        of_month = self.sums.groups_of(month)
        counts = self.sums.array(month, name, state)
        if counts is None:
            found = {
                _name(series.labels): corrected(series, self.objective)
                for series in self.sums.series(span)
            }
            counts = counts_of_day([found[name] for name in of_month], day)
            self.sums.keep(month, name, state, counts)

        every = [_name(group.labels) for group in self.groups]
        whole: FloatArray = np.zeros((len(every), counts.shape[1]))
        for number, group in enumerate(of_month):
            whole[every.index(group)] = counts[number]
        return whole

    def save(self) -> None:
        """Write new sums next to the minutes."""
        self.sums.save()


def counts_of(objective: Objective, terms: CountTerms) -> ObjectiveCounts:
    """Return the counts of an objective, from stored sums if the store can have them.

    Raises:
        SourceError: a file of the history is damaged.
    """
    if isinstance(terms.source, StoredHistory):
        sums = open_sums(terms.source, budget_history(objective))
        counts = _from_sums(objective, terms, sums) if sums is not None else None
        if counts is not None:
            return counts
    return _from_minutes(objective, terms)


def needed_cuts(objective: Objective, terms: CountTerms) -> Iterator[datetime]:
    """Yield all times at which the figures of an objective need sums."""
    yield from past_cuts(objective, terms.shown)
    span = terms.replay.span
    yield from (span.start + number * DAY for number in range(span.length // DAY + 1))
    yield span.start - longest_window(objective.alerts)
    at = terms.at
    yield from (at, at - MINUTES, at - HOUR, at - STALE)
    for alert in objective.alerts:
        yield from (at - window for window in alert.windows)
    period = period_of(objective, at)
    if period is not None:
        yield looked_at(period, at).start


def _cuts(objective: Objective, terms: CountTerms, span: TimeSpan) -> Cuts:
    """Return the cuts of `needed_cuts`, which most objectives of a fleet share."""
    windows = frozenset(window for alert in objective.alerts for window in alert.windows)
    key = (
        objective.period,
        objective.calendar,
        objective.corrections,
        windows,
        (terms.shown, terms.at, terms.replay.span, span),
    )
    if key not in CUTS:
        if len(CUTS) >= KEPT:
            CUTS.clear()
        CUTS[key] = cuts_of(needed_cuts(objective, terms), span)
    return CUTS[key]


def _from_sums(objective: Objective, terms: CountTerms, sums: SliSums) -> ObjectiveCounts | None:
    """Return counts from stored sums; None if minutes have to be read for them."""
    period = period_of(objective, terms.at)
    if period is None:
        return None
    looked = looked_at(period, terms.at)
    replayed_span = terms.replay.span.extended(terms.warm_up)
    start = min(terms.whole.start, looked.start, replayed_span.start)
    span = TimeSpan(start, terms.whole.end)
    groups = sums.groups(span, _cuts(objective, terms, span))
    if groups is None:
        return None

    # A group counts in a span only if a file of its months has it.
    now = _in(groups, sums, looked)
    past = _in(groups, sums, terms.whole)
    replayed = replayed_from_sums(
        objective,
        sums,
        _in(groups, sums, replayed_span),
        terms.replay,
        warm_up=terms.warm_up,
        incidents=terms.incidents,
    )
    if not past:
        return None
    status = (
        counted_status(
            objective,
            [without_corrected(group, objective) for group in now],
            period,
            at=terms.at,
        )
        if now
        else objective_status(objective, terms.source, terms.at)
    )
    return StoredCounts(
        objective=objective,
        status=_with_present(status, past, terms.at),
        replayed=replayed or _replayed(objective, terms),
        groups=past,
        sums=sums,
    )


def _from_minutes(objective: Objective, terms: CountTerms) -> UnstoredCounts:
    history = terms.source.series(budget_history(objective), terms.whole)
    groups = () if isinstance(history, NoHistory) else history
    cuts = _cuts(objective, terms, terms.whole)
    sums = tuple(GroupSums.of(series, cuts) for series in groups)
    status = objective_status(objective, terms.source, terms.at)
    return UnstoredCounts(
        objective=objective,
        status=_with_present(status, sums, terms.at),
        replayed=_replayed(objective, terms),
        groups=sums,
        minutes=tuple(corrected(series, objective) for series in groups),
    )


def _with_present(status: SloStatus, groups: Sequence[GroupSums], at: datetime) -> SloStatus:
    """Return a status with what burns at the time of the pages, not where the data end."""
    counted = [without_corrected(group, status.objective) for group in groups]
    return replace(status, present=past_present(status.objective, counted, at))


def _replayed(objective: Objective, terms: CountTerms) -> Replayed:
    return replay_pair(
        ObjectivePair(None, objective),
        terms.source,
        terms.replay,
        warm_up=terms.warm_up,
        incidents=terms.incidents,
    )


def _in(groups: Sequence[GroupSums], sums: SliSums, span: TimeSpan) -> tuple[GroupSums, ...]:
    names = sums.groups_within(span)
    return tuple(group for group in groups if _name(group.labels) in names)


def _name(labels: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(labels.values())
