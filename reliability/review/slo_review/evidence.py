"""The history of one objective: attainment, notifications of its alerts, and user impact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from reliability.arrays import runs
from reliability.backtest.budget import MIN_COVERAGE
from reliability.backtest.coverage import Coverage
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import ALERT_TIER, TICKET_TIER, AlertFirings, NoAlert, OutcomeRow
from reliability.backtest.replay import (
    ObjectiveSide,
    budget_side,
    filled,
    fired,
    longest_window,
    open_side,
)
from reliability.backtest.verdicts import verdicts_of
from reliability.burnrate import budget_of
from reliability.history.series import SeriesSource
from reliability.rates import UNKNOWN_RATE, WeeklyRate
from reliability.resolve.objectives import Objective
from reliability.timespan import WEEK, TimeSpan

SIX_HOURS: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class TierNotifications:
    """The number of notifications of one tier, and of those with user impact.

    `per_week` counts known weeks only. `weekly` has the number of each week, the latest last;
    `weekly_with_impact` those with user impact. `known_weeks` are the weeks with at least 90 %
    coverage; in the others, the number is a lower bound.
    """

    per_week: WeeklyRate
    weekly: tuple[int, ...]
    weekly_with_impact: tuple[int, ...]
    known_weeks: tuple[bool, ...]

    @property
    def is_known(self) -> bool:
        """Whether any week is covered, or the tier fired at all."""
        return any(self.known_weeks) or self.times > 0

    @property
    def times(self) -> int:
        """The number of notifications over all weeks, as far as they are covered."""
        return sum(self.weekly)

    @property
    def with_impact(self) -> int:
        """The number of notifications with user impact."""
        return sum(self.weekly_with_impact)


NOTHING: Final = TierNotifications(UNKNOWN_RATE, (), (), known_weeks=())
"""The notifications of an objective whose alerts were not replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodAttainment:
    """One SLO period of an objective; of several groups, the worst. Ratios are None without events.

    `failed` and `events` are counts of all groups. `attainment` is a ratio 0..1, `spent` the share
    of the error budget: 1 is all of it, more if it was exceeded. All are of the known part.
    """

    failed: float
    events: float
    coverage: Coverage
    attainment: float | None
    spent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveEvidence:
    """The latest SLO period of an objective, its notifications, and when users were affected.

    `user_impact` are the spans of recorded incidents, or of fast burns if the service has none;
    `incidents` counts the former. `known` are the spans in which all groups have a history.
    `not_replayed` is the reason why only the budget is known; empty if alerts were replayed.
    """

    objective: Objective
    period: PeriodAttainment
    pages: TierNotifications
    tickets: TierNotifications
    user_impact: tuple[TimeSpan, ...]
    incidents: int
    known: tuple[TimeSpan, ...]
    not_replayed: str = ""

    def knows_impact(self, span: TimeSpan) -> bool:
        """Return whether the history would show user impact in a span."""
        return not self.not_replayed and self.knows(span)

    def knows(self, span: TimeSpan) -> bool:
        """Return whether at least 90 % of a span has a history."""
        parts = (time_span.overlap(span) for time_span in self.known)
        covered = sum((part.length for part in parts if part), timedelta(0))
        return covered >= MIN_COVERAGE * span.length

    @property
    def is_met(self) -> bool | None:
        """Whether the SLO was met; None if that is not known, or only a part of the period is."""
        reached = self.period.attainment
        if reached is None or self.period.coverage.part is not None:
            return None
        return reached >= float(self.objective.target)


@dataclass(frozen=True, slots=True)
class NoEvidence:
    """An objective without a usable history, and the reason."""

    objective: Objective
    why: str


ReviewEvidence = ObjectiveEvidence | NoEvidence


def evidence(
    objective: Objective,
    source: SeriesSource,
    until: date,
    length: timedelta,
    incidents: Iterable[Event],
) -> ReviewEvidence:
    """Replay an objective's alerts over `length`, but over at least one SLO period.

    Event mode cannot replay an SLI that is not a sum of counters, nor coarse samples. Their error
    budget is known all the same, from the counts that a server evaluated (as in `status`).
    """
    span = TimeSpan.before(until, max(length, objective.period))
    terms = ReplayTerms(span)
    longest = longest_window(objective.alerts)
    side = open_side(objective, source, terms, warm_up=max(SIX_HOURS, longest))
    not_replayed = ""
    if side.missing is not None:
        not_replayed = side.missing.reason
        side = budget_side(objective, source, terms)
        if side.missing is not None:
            return NoEvidence(objective, side.missing.reason)

    alert_terms = filled([side], longest, terms)
    rows = () if not_replayed else tuple(_rows(side, alert_terms))
    verdicts = [each for each in verdicts_of(side, rows, incidents, terms=terms) if each.known]
    spans = [verdict.event.span for verdict in verdicts]
    period = _latest_period(side, TimeSpan.before(until, objective.period))
    measured_evidence = ObjectiveEvidence(
        objective=objective,
        period=period,
        pages=NOTHING,
        tickets=NOTHING,
        user_impact=tuple(spans),
        incidents=sum(verdict.event.kind == "incident" for verdict in verdicts),
        known=tuple(_known(side)),
        not_replayed=not_replayed,
    )
    if not_replayed:
        return measured_evidence

    parts = (part.overlap(alert_terms.span) for part in measured_evidence.known)
    replayed = replace(measured_evidence, known=tuple(filter(None, parts)))
    weeks = tuple(replayed.knows(week) for week in _weeks(span))
    pages, tickets = (
        _notifications(rows, tier, spans, known_weeks=weeks, span=span)
        for tier in (ALERT_TIER, TICKET_TIER)
    )

    return replace(measured_evidence, pages=pages, tickets=tickets)


def _weeks(span: TimeSpan) -> Iterator[TimeSpan]:
    """Yield the weeks of a span, counted back from its end, the latest last."""
    for ago in range(max(span.length // WEEK, 1), 0, -1):
        start = span.end - ago * WEEK
        yield TimeSpan(max(start, span.start), start + WEEK)


def _known(side: ObjectiveSide) -> Iterator[TimeSpan]:
    """Yield the spans in which all groups have a history."""
    first = side.groups[0].series
    known = np.logical_and.reduce([group.series.known for group in side.groups])
    for begin, end in runs(known):
        yield TimeSpan(first.start + begin * first.step, first.start + end * first.step)


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


def _latest_period(side: ObjectiveSide, period: TimeSpan) -> PeriodAttainment:
    groups = [group.series.within(period) for group in side.groups]
    ratios = [counts.bad / counts.total for counts in groups if counts.total]
    worst = max(ratios, default=None)
    budget = budget_of(side.objective.target)

    return PeriodAttainment(
        failed=sum(counts.bad for counts in groups),
        events=sum(counts.total for counts in groups),
        coverage=Coverage.of(groups, period.length),
        attainment=None if worst is None else 1 - worst,
        spent=None if worst is None else worst / budget,
    )


def _notifications(
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
    with_impact = list(weekly)

    for episode in episodes:
        weeks_ago = min((span.end - episode.span.start) // WEEK, len(weekly) - 1)
        weekly[-1 - weeks_ago] += 1
        with_impact[-1 - weeks_ago] += touches(episode.span, impact)

    per_week = WeeklyRate.total(firings.per_week for firings in known)
    return TierNotifications(per_week, tuple(weekly), tuple(with_impact), known_weeks=known_weeks)


def touches(span: TimeSpan, events: Iterable[TimeSpan]) -> bool:
    """Return whether a span overlaps an event; a span that begins at its very end counts."""
    return any(span.start <= event.end and span.end > event.start for event in events)
