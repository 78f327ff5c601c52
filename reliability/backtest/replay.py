"""One side of one objective: its history fetched, each of its alerts fired over the span."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Final

from reliability.backtest.budget import Budget, attainment, corrected
from reliability.backtest.confidence import confidence
from reliability.backtest.episodes import Episode, episodes
from reliability.backtest.firing import ReplayTerms, fire
from reliability.backtest.kernel import PrefixSums
from reliability.backtest.outcome import AlertFirings, Confidence, SliSummary
from reliability.backtest.significant import SIGNIFICANT
from reliability.backtest.slis import budget_history, sli_history, why_not_replayed
from reliability.burnrate import BurnRateAlert
from reliability.history.series import NoHistory, Series, SeriesSource
from reliability.message import Message
from reliability.resolve.objectives import Objective
from reliability.timespan import DAY, TimeSpan

HALF = 0.5
COUNTED: Final = timedelta(minutes=1)
COARSEST: Final = timedelta(seconds=65)
"""With samples further apart, windows hold fewer than counts by the minute can tell."""


@dataclass(frozen=True, slots=True, eq=False)
class GroupSeries:
    """One group of an objective's SLI, with its own budget."""

    series: Series
    counts: PrefixSums
    budget: Budget


@dataclass(frozen=True, slots=True, eq=False)
class ObjectiveSide:
    """An objective as one commit declares it, with the groups of its history."""

    objective: Objective
    groups: tuple[GroupSeries, ...]
    missing: NoHistory | None

    @property
    def tiers(self) -> dict[str, tuple[BurnRateAlert, ...]]:
        """Its alerts by tier: one of ours, and as many of OpenSLO's as are asked for."""
        tiers: dict[str, tuple[BurnRateAlert, ...]] = {}
        for alert in self.objective.alerts:
            tiers[alert.tier] = (*tiers.get(alert.tier, ()), alert)
        return tiers


def open_side(
    objective: Objective, source: SeriesSource, terms: ReplayTerms, warm_up: timedelta
) -> ObjectiveSide:
    """Fetch an objective's history, `warm_up` longer than the span so that windows are full."""
    reason = why_not_replayed(objective.sli)
    if reason is not None:
        return ObjectiveSide(objective, (), NoHistory(reason))

    history = source.series(sli_history(objective), terms.span.extended(warm_up))
    if isinstance(history, NoHistory):
        return ObjectiveSide(objective, (), history)

    interval = max((series.interval or COUNTED for series in history), default=COUNTED)
    if interval > COARSEST:
        return ObjectiveSide(objective, (), NoHistory(too_coarse(interval)))

    return ObjectiveSide(
        objective,
        tuple(group_series(objective, series, terms, warm_up=warm_up) for series in history),
        None,
    )


def budget_side(objective: Objective, source: SeriesSource, terms: ReplayTerms) -> ObjectiveSide:
    """An objective's history for its budget alone, as `status` reads it; no alert can be replayed.

    The counts of an SLI that is no sum of counters are what a server evaluated minute by minute.
    """
    history = source.series(budget_history(objective), terms.span)
    if isinstance(history, NoHistory):
        return ObjectiveSide(objective, (), history)

    none = timedelta(0)
    return ObjectiveSide(
        objective,
        tuple(group_series(objective, series, terms, warm_up=none) for series in history),
        None,
    )


def too_coarse(interval: timedelta) -> Message:
    """Why event mode does not replay samples that are so far apart."""
    return Message(
        "its samples are {interval} s apart, and event mode is right up to 60 s; "
        "replay with --mode sample",
        interval=f"{interval / timedelta(seconds=1):g}",
    )


def group_series(
    objective: Objective, series: Series, terms: ReplayTerms, warm_up: timedelta
) -> GroupSeries:
    """A group with its budget: corrected time counts for nothing in it, but alerts see it."""
    counted = corrected(series, objective)
    budget = Budget.of(objective.target, objective.period, counted, span=terms.span)
    return GroupSeries(counted, PrefixSums.of(series, warm_up), budget)


def warm_up_of(objectives: list[Objective]) -> timedelta:
    """The longest window of any alert: what has to be known before the span begins."""
    windows = [
        window for objective in objectives for alert in objective.alerts for window in alert.windows
    ]
    return max(windows, default=max(window for window, _ in SIGNIFICANT))


def fired(
    side: ObjectiveSide, alerts: tuple[BurnRateAlert, ...], terms: ReplayTerms
) -> AlertFirings | NoHistory:
    """Replay the alerts of one tier over every group."""
    if side.missing is not None:
        return side.missing
    all_episodes: list[Episode] = []
    time = timedelta(0)
    total = Confidence() if terms.with_confidence else None

    for group, alert in product(side.groups, alerts):
        firing = fire(alert, group.series, group.counts, terms=terms)
        if total is not None:
            total += confidence(
                firing, group.series, group.counts, budget=group.budget, terms=terms
            )
        all_episodes.extend(
            episodes(firing, group.series, group.counts, budget=group.budget, terms=terms)
        )
        time += firing.time

    ordered = tuple(sorted(all_episodes, key=lambda episode: episode.span))
    return AlertFirings(ordered, time, terms.span.weeks * coverage(side, terms), confidence=total)


def coverage(side: ObjectiveSide, terms: ReplayTerms) -> float:
    """The known share of the span; of the least known group, where there are several."""
    return min((group.series.coverage(terms.span) for group in side.groups), default=0.0)


def measured(side: ObjectiveSide, terms: ReplayTerms) -> SliSummary | NoHistory:
    """What the history says by itself; attainment is that of the worst group."""
    if side.missing is not None:
        return side.missing
    reached = [attainment(group.series, terms.span) for group in side.groups]
    known = [each for each in reached if each is not None]
    events = sum(
        float(group.series.total[group.series.part(terms.span)].sum()) for group in side.groups
    )
    worst = min(known) if len(known) == len(reached) and known else None
    days = by_day(side, terms) if terms.with_confidence else ()

    return SliSummary(
        coverage=coverage(side, terms),
        attainment=worst,
        events=events,
        days=days,
        before=_known_before(side, terms),
    )


def _known_before(side: ObjectiveSide, terms: ReplayTerms) -> float:
    """The known share of what the longest window of its alerts looks back to, from the start."""
    windows = [window for alert in side.objective.alerts for window in alert.windows]
    if not windows:
        return 1.0
    before = TimeSpan(terms.span.start - max(windows), terms.span.start)
    return min((group.series.coverage(before) for group in side.groups), default=1.0)


def by_day(side: ObjectiveSide, terms: ReplayTerms) -> tuple[float | None, ...]:
    """The budget that each day spent, of the group that spent most; None for an unknown day."""
    spent: dict[int, float | None] = {}
    for group, number in product(side.groups, range(terms.span.length // DAY)):
        start = terms.span.start + number * DAY
        day = TimeSpan(start, start + DAY)
        gone = group.budget.spent(group.series, day) if group.series.coverage(day) >= HALF else None
        before = spent.get(number)
        spent[number] = gone if before is None else max(before, gone or 0.0)
    return tuple(spent[number] for number in sorted(spent))
