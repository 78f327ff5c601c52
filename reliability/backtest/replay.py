"""Replay of one side of an objective: its history, and its alerts over the span."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Final

import numpy as np

from reliability.arrays import BoolArray
from reliability.backtest.budget import Budget, attainment, corrected
from reliability.backtest.confidence import confidence
from reliability.backtest.coverage import Coverage
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
"""Coverage of a day from which its share of the budget is known."""
COUNTED: Final = timedelta(minutes=1)
"""Sample interval of a series that does not know its own."""
COARSEST: Final = timedelta(seconds=65)
"""Largest sample interval for event mode, 60 s with some jitter.

With longer intervals, `rate` over a short window sees too few samples for counts per minute to
reproduce it.
"""

TOO_SHORT: Final = NoHistory(Message("its history is shorter than the windows of its alerts"))


@dataclass(frozen=True, slots=True, eq=False)
class GroupSeries:
    """One group of an objective's SLI, with its own budget."""

    series: Series
    counts: PrefixSums
    budget: Budget


@dataclass(frozen=True, slots=True, eq=False)
class ObjectiveSide:
    """An objective as one commit declares it, with its history, or why it is `missing`."""

    objective: Objective
    groups: tuple[GroupSeries, ...]
    missing: NoHistory | None

    @property
    def tiers(self) -> dict[str, tuple[BurnRateAlert, ...]]:
        """Burn-rate alerts by tier: one of the alert policy, and any number from OpenSLO."""
        tiers: dict[str, tuple[BurnRateAlert, ...]] = {}
        for alert in self.objective.alerts:
            tiers[alert.tier] = (*tiers.get(alert.tier, ()), alert)
        return tiers


def open_side(
    objective: Objective, source: SeriesSource, terms: ReplayTerms, warm_up: timedelta
) -> ObjectiveSide:
    """Fetch an objective's history; it starts `warm_up` before the span to fill the windows."""
    reason = why_not_replayed(objective.sli)
    if reason is not None:
        return ObjectiveSide(objective, (), NoHistory(reason))

    history = source.series(sli_history(objective), terms.span.extended(warm_up))
    if isinstance(history, NoHistory):
        return ObjectiveSide(objective, (), history)

    # The coarsest series decides: `increase` loses one scrape interval per window, and event mode
    # counts by the minute.
    interval = max((series.interval or COUNTED for series in history), default=COUNTED)
    if interval > COARSEST:
        return ObjectiveSide(objective, (), NoHistory(too_coarse(interval)))

    return ObjectiveSide(objective, group_series(objective, history, terms, warm_up=warm_up), None)


def budget_side(objective: Objective, source: SeriesSource, terms: ReplayTerms) -> ObjectiveSide:
    """Fetch an objective's history for its error budget only, as `status` does.

    The counts of an SLI that is not a sum of counters are those that a server evaluated each
    minute, so alerts cannot be replayed from them.
    """
    history = source.series(budget_history(objective), terms.span)
    if isinstance(history, NoHistory):
        return ObjectiveSide(objective, (), history)

    groups = group_series(objective, history, terms, warm_up=timedelta(0))
    return ObjectiveSide(objective, groups, None)


def too_coarse(interval: timedelta) -> Message:
    """Return why event mode does not replay samples with such an interval."""
    return Message(
        "its samples are {interval} s apart, and event mode is right up to 60 s; "
        "replay with --mode sample",
        interval=f"{interval / timedelta(seconds=1):g}",
    )


def group_series(
    objective: Objective, history: Sequence[Series], terms: ReplayTerms, warm_up: timedelta
) -> tuple[GroupSeries, ...]:
    """Return groups with their budgets; corrections remove time from the budget, not from alerts.

    Alerts have fired in that time, whatever a correction says later.
    """
    known = known_of(objective, history)

    def group(series: Series) -> GroupSeries:
        counted = corrected(series, objective)
        budget = Budget.of(objective.target, objective.period, counted, span=terms.span)
        return GroupSeries(counted, PrefixSums.of(series, warm_up, known), budget)

    return tuple(map(group, history))


def known_of(objective: Objective, history: Sequence[Series]) -> BoolArray | None:
    """Return the steps in which any group is known; None for an alert that ends with its data.

    A page outlasts its data only while no group has any. A monitor of Datadog does not.
    """
    return None if objective.metrics else np.logical_or.reduce([one.known for one in history])


def warm_up_of(objectives: list[Objective]) -> timedelta:
    """Return the longest window of any alert: how much history is needed before the span."""
    windows = [
        window for objective in objectives for alert in objective.alerts for window in alert.windows
    ]
    # Without alerts the significant events are still computed, and need their own windows.
    return max(windows, default=max(window for window, _ in SIGNIFICANT))


def fired(
    side: ObjectiveSide, alerts: tuple[BurnRateAlert, ...], terms: ReplayTerms
) -> AlertFirings | NoHistory:
    """Replay the alerts of one tier over every group."""
    if side.missing is not None:
        return side.missing
    if not terms.span.length:
        return TOO_SHORT
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

    # Groups are replayed one after another, and readers expect one timeline.
    ordered = tuple(sorted(all_episodes, key=lambda episode: episode.span))
    return AlertFirings(ordered, time, terms.span.weeks * coverage(side, terms), confidence=total)


def longest_window(alerts: Iterable[BurnRateAlert]) -> timedelta:
    """Return how far back the result of any alert reaches: its longest window, and its `for`."""
    return max((max(alert.windows) + alert.after for alert in alerts), default=timedelta(0))


def filled(sides: Iterable[ObjectiveSide], longest: timedelta, terms: ReplayTerms) -> ReplayTerms:
    """Return the terms for alerts: their span begins when the longest window holds a history.

    A history begins where it was imported, or where the retention of a server ends. Until the
    windows are filled, it is not known whether an alert would have fired. Both sides of a change
    are compared over the same time, so the side that begins later counts.
    """
    begins = [_begins(side) + longest for side in sides if side.groups]
    start = min(max([terms.span.start, *(begins if longest else ())]), terms.span.end)
    return replace(terms, span=TimeSpan(start, terms.span.end))


def _begins(side: ObjectiveSide) -> datetime:
    """Return the first known time; a group that begins later than others was born then."""
    every = [group.series for group in side.groups]
    known = [one.start + int(np.argmax(one.known)) * one.step for one in every if one.known.any()]
    return min(known, default=every[0].start)


def coverage(side: ObjectiveSide, terms: ReplayTerms) -> float:
    """Return the coverage of the span (0..1); of several groups, the lowest."""
    return min((group.series.coverage(terms.span) for group in side.groups), default=0.0)


def measured(
    side: ObjectiveSide, terms: ReplayTerms, alert_terms: ReplayTerms
) -> SliSummary | NoHistory:
    """Return attainment, events and coverage; attainment is that of the worst group.

    `alert_terms` are those of its alerts (`filled`).
    """
    if side.missing is not None:
        return side.missing
    reached = (attainment(group.series, terms.span) for group in side.groups)
    known = [each for each in reached if each is not None]
    events = sum(
        float(group.series.total[group.series.part(terms.span)].sum()) for group in side.groups
    )
    days = by_day(side, terms) if terms.with_confidence else ()
    covered = coverage(side, terms)

    return SliSummary(
        coverage=covered,
        attainment=min(known, default=None),
        part=Coverage(history=covered, elapsed=terms.span.length).part,
        events=events,
        days=days,
        alert_coverage=coverage(side, alert_terms) * (alert_terms.span.length / terms.span.length),
        known_days=known_days(terms.span, partial(_known_part, side)),
    )


def known_days(
    span: TimeSpan, coverage: Callable[[TimeSpan], float], within: TimeSpan | None = None
) -> tuple[bool, ...]:
    """Return whether each day of the span has history, in `within` alone if that is given.

    `coverage` (0..1) is that of the worst group.
    """
    starts = [span.start + number * DAY for number in range(span.length // DAY)]
    parts = [TimeSpan(at, at + DAY).overlap(within or span) for at in starts]
    return tuple(
        part is not None and coverage(part) * (part.length / DAY) >= HALF for part in parts
    )


def alert_days(side: ObjectiveSide, span: TimeSpan, filled_span: TimeSpan) -> tuple[bool, ...]:
    """Return whether alerts are known on each day of a span; empty if they are on all."""
    days = known_days(span, partial(_known_part, side), within=filled_span)
    return () if all(days) else days


def _known_part(side: ObjectiveSide, span: TimeSpan) -> float:
    return min((group.series.coverage(span) for group in side.groups), default=1.0)


def by_day(side: ObjectiveSide, terms: ReplayTerms) -> tuple[float | None, ...]:
    """Return the share of the budget that each day spent, of the worst group; None if unknown."""
    spent: dict[int, float | None] = {}
    for group, number in product(side.groups, range(terms.span.length // DAY)):
        start = terms.span.start + number * DAY
        day = TimeSpan(start, start + DAY)
        gone = group.budget.spent(group.series, day) if group.series.coverage(day) >= HALF else None
        before = spent.get(number)
        # A day that one group does not know counts for the others; it is unknown only if all are.
        spent[number] = gone if before is None else max(before, gone or 0.0)
    return tuple(spent[number] for number in sorted(spent))
