"""What history says of one objective: kept or not, at what cost to people, and was it worth it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from reliability.arrays import runs
from reliability.backtest.budget import LEAST_COVERAGE
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import ALERT_TIER, TICKET_TIER, AlertFirings, NoAlert, OutcomeRow
from reliability.backtest.replay import ObjectiveSide, budget_side, fired, measured, open_side
from reliability.backtest.verdicts import verdicts_of
from reliability.burnrate import budget_of
from reliability.history.series import NoHistory, SeriesSource
from reliability.resolve.objectives import Objective
from reliability.timespan import DAY, WEEK, TimeSpan

SIX_HOURS: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class TierNotifications:
    """How often one tier would have notified people, and how often with user impact.

    `per_week` counts known weeks only. `weekly` has each week's number, the latest last, and
    `weekly_felt` those with user impact. `known_weeks` says of which weeks the history knows at
    least 90 %: in another, the number is the least that it can be.
    """

    per_week: float
    weekly: tuple[int, ...]
    weekly_felt: tuple[int, ...]
    known_weeks: tuple[bool, ...]

    @property
    def is_known(self) -> bool:
        """Whether anything is known: of some week, or that it fired."""
        return any(self.known_weeks) or self.times > 0

    @property
    def times(self) -> int:
        """How often over all weeks, as far as they are known."""
        return sum(self.weekly)

    @property
    def with_impact(self) -> int:
        """How often with user impact."""
        return sum(self.weekly_felt)


NOTHING: Final = TierNotifications(0.0, (), (), known_weeks=())
"""The alerts of an objective of which nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodAttainment:
    """One period of an objective, by its events; the shares are None below 90 % coverage.

    `spent` is the share of the error budget that went, 1 for all of it.
    """

    failed: float
    events: float
    coverage: float
    attainment: float | None
    spent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveEvidence:
    """One objective's latest period, what its alerts did over the span, and when users were hurt.

    `incidents` are those of the stretches that are on record. `known` is the time of which every
    group has a history, and `events` says how many there were on each day. `not_replayed` is why
    nothing is known of its alerts, although its budget is; empty if they were replayed.
    """

    objective: Objective
    kept: PeriodAttainment
    pages: TierNotifications
    tickets: TierNotifications
    hurt: tuple[TimeSpan, ...]
    incidents: int
    known: tuple[TimeSpan, ...]
    events: tuple[tuple[date, float], ...]
    not_replayed: str = ""

    def knows_impact(self, span: TimeSpan) -> bool:
        """Whether user impact would have been seen in a span."""
        return not self.not_replayed and self.knows(span)

    def knows(self, span: TimeSpan) -> bool:
        """Whether nearly all of a span has a history."""
        parts = (time_span.overlap(span) for time_span in self.known)
        covered = sum((part.length for part in parts if part), timedelta(0))
        return covered >= LEAST_COVERAGE * span.length

    def events_in(self, first: date, until: date) -> float:
        """How many events are known from one day until before another."""
        return sum(number for day, number in self.events if first <= day < until)

    @property
    def is_met(self) -> bool | None:
        """Whether the SLO was met; None if that is not known."""
        reached = self.kept.attainment
        return None if reached is None else reached >= float(self.objective.target)


@dataclass(frozen=True, slots=True)
class NoEvidence:
    """An objective of whose past nothing is known, and why."""

    objective: Objective
    why: str


Found = ObjectiveEvidence | NoEvidence


def evidence(
    objective: Objective,
    source: SeriesSource,
    until: date,
    length: timedelta,
    incidents: Iterable[Event],
) -> Found:
    """Replay an objective's alerts over a span that holds at least one of its periods.

    Event mode does not replay an SLI that is no sum of counters, nor coarse samples. Its budget is
    known all the same, from what `status` takes: the counts that a server evaluated.
    """
    span = TimeSpan.before(until, max(length, objective.period))
    terms = ReplayTerms(span)
    windows = [window for alert in objective.alerts for window in alert.windows]
    side = open_side(objective, source, terms, warm_up=max([SIX_HOURS, *windows]))
    not_replayed = ""
    if side.missing is not None:
        not_replayed = side.missing.reason
        side = budget_side(objective, source, terms)
        if side.missing is not None:
            return NoEvidence(objective, side.missing.reason)

    rows = () if not_replayed else tuple(_rows(side, terms))
    verdicts = [
        verdict for verdict in verdicts_of(side, rows, incidents, terms=terms) if verdict.known
    ]
    spans = [verdict.event.span for verdict in verdicts]
    felt = sum(verdict.event.kind == "incident" for verdict in verdicts)
    kept = _kept(side, TimeSpan.before(until, objective.period))
    measured_evidence = ObjectiveEvidence(
        objective=objective,
        kept=kept,
        pages=NOTHING,
        tickets=NOTHING,
        hurt=tuple(spans),
        incidents=felt,
        known=tuple(_known(side)),
        events=tuple(_by_day(side, span)),
        not_replayed=not_replayed,
    )
    if not_replayed:
        return measured_evidence

    weeks = tuple(measured_evidence.knows(week) for week in _weeks(span))
    pages, tickets = (
        _loud(rows, tier, spans, known_weeks=weeks, span=span) for tier in (ALERT_TIER, TICKET_TIER)
    )

    return replace(measured_evidence, pages=pages, tickets=tickets)


def _weeks(span: TimeSpan) -> Iterator[TimeSpan]:
    """The weeks of a span up to its end, the latest last."""
    for ago in range(max(span.length // WEEK, 1), 0, -1):
        start = span.end - ago * WEEK
        yield TimeSpan(max(start, span.start), start + WEEK)


def _known(side: ObjectiveSide) -> Iterator[TimeSpan]:
    """When all groups have a history."""
    first = side.groups[0].series
    known = np.logical_and.reduce([group.series.known for group in side.groups])
    for begin, end in runs(known):
        yield TimeSpan(first.start + begin * first.step, first.start + end * first.step)


def _by_day(side: ObjectiveSide, span: TimeSpan) -> Iterator[tuple[date, float]]:
    """How many events happened on each day, in all groups."""
    for number in range(span.length // DAY):
        start = span.start + number * DAY
        day = TimeSpan(start, start + DAY)
        series = [group.series for group in side.groups]
        yield (
            start.date(),
            sum(float(one_series.total[one_series.part(day)].sum()) for one_series in series),
        )


def _rows(side: ObjectiveSide, terms: ReplayTerms) -> Iterator[OutcomeRow]:
    objective = side.objective
    for tier, alerts in side.tiers.items():
        yield OutcomeRow(
            service=objective.service,
            slo=objective.slo_name,
            objective=objective.name,
            tier=tier,
            old=NoAlert(),
            new=fired(side, alerts, terms),
        )


def _kept(side: ObjectiveSide, period: TimeSpan) -> PeriodAttainment:
    summary = measured(side, ReplayTerms(period))
    assert not isinstance(summary, NoHistory)  # noqa: S101 - the side has a history
    failed = sum(float(group.series.bad[group.series.part(period)].sum()) for group in side.groups)
    budget = budget_of(side.objective.target)
    reached = summary.attainment
    spent = (1 - reached) / budget if reached is not None and budget else None

    return PeriodAttainment(
        failed=failed,
        events=summary.events,
        coverage=summary.coverage,
        attainment=reached,
        spent=spent,
    )


def _loud(
    rows: Iterable[OutcomeRow],
    tier: str,
    impact: list[TimeSpan],
    known_weeks: tuple[bool, ...],
    span: TimeSpan,
) -> TierNotifications:
    outcomes = [row.new for row in rows if row.tier == tier]
    known = [outcome for outcome in outcomes if isinstance(outcome, AlertFirings)]
    episodes = [episode for firings in known for episode in firings.episodes]
    weekly = [0] * len(known_weeks)
    felt = list(weekly)

    for episode in episodes:
        weeks_ago = min((span.end - episode.span.start) // WEEK, len(weekly) - 1)
        weekly[-1 - weeks_ago] += 1
        felt[-1 - weeks_ago] += touches(episode.span, impact)

    per_week = sum(firings.per_week for firings in known)
    return TierNotifications(per_week, tuple(weekly), tuple(felt), known_weeks=known_weeks)


def touches(span: TimeSpan, events: Iterable[TimeSpan]) -> bool:
    """Whether something was there during an event; what begins at its end still saw it."""
    return any(span.start <= event.end and span.end > event.start for event in events)
