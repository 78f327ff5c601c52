"""Sweep: notifications that each candidate target and window set would have caused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.budget import MIN_COVERAGE
from reliability.backtest.coverage import Coverage
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import ALERT_TIER, TICKET_TIER, EventVerdict, NoAlert, OutcomeRow
from reliability.backtest.replay import GroupSeries, ObjectiveSide, coverage
from reliability.backtest.suggest.candidates import TargetCandidate
from reliability.backtest.suggest.levels import IntArray, episode_counts, levels
from reliability.backtest.verdicts import verdicts_of
from reliability.burnrate import BurnRateAlert, budget_of
from reliability.message import Message
from reliability.rates import WeeklyRate
from reliability.timespan import DAY, WEEK, TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepResult:
    """One candidate with one window set.

    `alert_episodes` and `ticket_episodes` are those of the two tiers a week; `caught` counts the
    incidents that would have paged. `spent` is the share of the budget that the whole span spent,
    `worst` that of the worst period in it, and `met` the number of periods that met the target.
    """

    candidate: TargetCandidate
    alert_episodes: WeeklyRate
    ticket_episodes: WeeklyRate
    caught: int
    spent: float
    worst: float
    met: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """All candidates with one window set, strictest first."""

    windows: str
    tried: tuple[SweepResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanHistory:
    """Data that does not depend on the target: error ratios (0..1), and the events to page for.

    `overall` is that of the known part of the span. `ratios` has one entry for each known period
    that ends at the end of a day of the span; if the span is shorter than a period, one for the
    whole span. `coverage` is that of the span, and `alerts_known` the time in which alerts are
    known. `part` is how much of the span is known, in words, if no period is known as a whole.
    """

    overall: float
    ratios: tuple[float, ...]
    coverage: Coverage
    events: tuple[EventVerdict, ...]
    alerts_known: timedelta
    part: Message | None = None

    @property
    def known(self) -> timedelta:
        """The length of the known part of the span."""
        return self.coverage.share * self.coverage.elapsed


def past_of(
    side: ObjectiveSide,
    incidents: Iterable[Event],
    terms: ReplayTerms,
    alert_terms: ReplayTerms,
    *,
    pages: bool,
) -> SpanHistory | None:
    """Measure a side's span once; None without events. `alert_terms` are those of its alerts.

    Without an alert that `pages` there is no incident to catch, as in a backtest.
    """
    objective = side.objective
    row = OutcomeRow(
        service=objective.service,
        slo=objective.slo_name,
        objective=objective.name,
        tier=ALERT_TIER,
        old=NoAlert(),
        new=NoAlert(),
    )

    events = tuple(
        verdict
        for verdict in verdicts_of(side, (row,), incidents, terms=terms, known=alert_terms.span)
        if verdict.known and pages
    )
    groups = [group.series.within(terms.span) for group in side.groups]
    overall = max((counts.bad / counts.total for counts in groups if counts.total), default=None)
    if overall is None:
        return None
    parts = [
        _ratios(group, min(objective.period, terms.span.length), terms) for group in side.groups
    ]
    ratios = np.max(np.stack(parts), axis=0)
    known = ratios[~np.isnan(ratios)]

    covered = Coverage.of(groups, terms.span.length)
    part = None if len(known) else covered.extent
    return SpanHistory(
        overall=overall,
        ratios=tuple(known.tolist()),
        coverage=covered,
        events=events,
        part=part,
        alerts_known=coverage(side, alert_terms) * alert_terms.span.length,
    )


def _ratios(group: GroupSeries, length: timedelta, terms: ReplayTerms) -> FloatArray:
    """Return the error ratio of each period that ends with a day; NaN below 90 % coverage."""
    series = group.series
    part = series.part(terms.span)
    sums = [
        np.concatenate(([0.0], np.cumsum(values[part].astype(np.float64))))
        for values in (series.bad, series.total, series.known)
    ]
    steps, day = length // series.step, DAY // series.step
    ends = np.arange(len(sums[0]) - 1, steps - 1, -day)[::-1]
    bad, total, known = (each[ends] - each[ends - steps] for each in sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: FloatArray = np.where(known >= MIN_COVERAGE * steps, bad / total, np.nan)
    return ratios


def swept(
    side: ObjectiveSide,
    past: SpanHistory,
    windows: str,
    alerts: Sequence[BurnRateAlert],
    tried: Sequence[TargetCandidate],
    terms: ReplayTerms,
) -> Sweep:
    """Replay every candidate with one window set."""
    targets = [candidate.target for candidate in tried]
    counted = {tier: np.zeros(len(targets), dtype=np.int64) for tier in (ALERT_TIER, TICKET_TIER)}
    reached = np.zeros(len(past.events), dtype=np.int64)
    heard = [rate_alert for rate_alert in alerts if rate_alert.tier in counted]

    for group, alert in product(side.groups, heard):
        start, level = levels(alert, group.series, group.counts, terms=terms, targets=targets)
        # All targets are replayed at once: `level` is the number of targets, strictest first, whose
        # alert is true, because a looser one only fires if all stricter ones do.
        counted[alert.tier] += episode_counts(level, len(targets))
        if alert.tier == ALERT_TIER:
            highest = [
                _highest(event.event.span, start, alert.every, level=level) for event in past.events
            ]
            reached = np.maximum(reached, np.array(highest, dtype=np.int64))

    return Sweep(windows, tuple(_tried(tried, past, counted, reached=reached)))


def _highest(event: TimeSpan, start: datetime, every: timedelta, level: IntArray) -> int:
    """Return how many targets page during an event; its end is inclusive."""
    first = max((event.start - start) // every, 0)
    last = (event.end - start) // every
    return int(np.max(level[first : last + 1], initial=0))


def _tried(
    tried: Sequence[TargetCandidate],
    past: SpanHistory,
    counted: dict[str, IntArray],
    reached: IntArray,
) -> Iterator[SweepResult]:
    weeks = past.alerts_known / WEEK
    for index, candidate in enumerate(tried):
        budget = budget_of(candidate.target)
        yield SweepResult(
            candidate=candidate,
            alert_episodes=WeeklyRate.of(int(counted[ALERT_TIER][index]), weeks),
            ticket_episodes=WeeklyRate.of(int(counted[TICKET_TIER][index]), weeks),
            caught=int(np.count_nonzero(reached > index)),
            spent=past.overall / budget,
            worst=max(past.ratios, default=past.overall) / budget,
            met=sum(ratio <= budget for ratio in past.ratios),
        )
