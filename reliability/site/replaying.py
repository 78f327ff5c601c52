"""Replay of an objective's alerts from stored sums: minutes are read only where they can fire.

For each day, the highest error ratio that the windows of a pair reach together is kept with the
sums. It does not depend on the target. Below its threshold on a whole day, the alert cannot fire.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Final

import numpy as np

from reliability.arrays import BoolArray, FloatArray, runs
from reliability.backtest.budget import Budget, attainment, corrected
from reliability.backtest.coverage import Coverage
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.kernel import PrefixSums
from reliability.backtest.outcome import (
    ALERT_TIER,
    AlertFirings,
    EventVerdict,
    NoAlert,
    OutcomeRow,
    Replayed,
    SliSummary,
)
from reliability.backtest.pairs import tier_rank
from reliability.backtest.replay import (
    COARSEST,
    COUNTED,
    GroupSeries,
    ObjectiveSide,
    fired,
    known_days,
    known_of,
)
from reliability.backtest.significant import SIGNIFICANT
from reliability.backtest.slis import budget_history, sli_history, why_not_replayed
from reliability.backtest.verdicts import verdicts_of
from reliability.burnrate import BurnRateAlert
from reliability.history.group_sums import GroupSums
from reliability.history.month import month_span, months
from reliability.history.series import Series
from reliability.history.sources.summed import SliSums
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import Objective
from reliability.site.days import day_rows, is_filled, without_corrected
from reliability.site.peaks import WindowLengths, peaks_of_groups
from reliability.site.replay_text import replay_of_text, replay_text
from reliability.timespan import DAY, MINUTE, TimeSpan

CLOSE: Final = 1 - 1e-9
"""Share of a threshold from which minutes are replayed: sums of fractions differ in last digits."""
VERSION: Final = 2
"""Of the replay, so that no result is kept from another one: since 2, pages outlast their data."""
LONGEST: Final = timedelta(days=28)
"""Longest window whose data are in a month and in the one before it."""


def replayed_from_sums(
    objective: Objective,
    sums: SliSums,
    groups: Sequence[GroupSums],
    terms: ReplayTerms,
    *,
    warm_up: timedelta,
    incidents: Iterable[Event],
) -> Replayed | None:
    """Replay the alerts of an objective; None if that needs all minutes.

    `incidents` are those of its service.

    Raises:
        SourceError: a file of the history is damaged.
    """
    span = terms.span.extended(warm_up)
    interval = sums.interval(span) or COUNTED
    is_usual = (
        groups
        and warm_up <= LONGEST
        and interval <= COARSEST
        and not sums.has_negative(span)
        and why_not_replayed(objective.sli) is None
        and sli_history(objective) == budget_history(objective)
        and is_filled(objective, groups, terms.span.start)
    )
    if not is_usual:
        return None
    counted = tuple(without_corrected(group, objective) for group in groups)
    replay = _SparseReplay(
        objective=objective,
        sums=sums,
        groups=counted,
        budgets={
            _name(group.labels): Budget.of(
                objective.target, objective.period, group, span=terms.span
            )
            for group in counted
        },
        terms=terms,
        warm_up=warm_up,
        interval=sums.interval(span),
        incidents=tuple(incidents),
        known_days=known_days(terms.span, partial(_coverage, counted)),
    )
    return replay.kept_result()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _SparseReplay:
    """A replay of one objective, with `incidents` of its service; `known_days` have history."""

    objective: Objective
    sums: SliSums
    groups: tuple[GroupSums, ...]
    budgets: Mapping[tuple[tuple[str, str], ...], Budget]
    terms: ReplayTerms
    warm_up: timedelta
    interval: timedelta | None
    incidents: tuple[Event, ...]
    known_days: tuple[bool, ...]

    def kept_result(self) -> Replayed:
        """Return the result with what was kept for the same minutes, alerts and budgets."""
        digest = definition_digest(self.objective)
        name, state = f"replay {self.objective.identity}", self._state(digest)
        kept = self.sums.text(name, state)
        if kept is None:
            firings, verdicts = self._replay()
            self.sums.keep_text(name, state, replay_text(firings, verdicts))
        else:
            firings, verdicts = replay_of_text(kept, self.objective)
        return Replayed(
            service=self.objective.service,
            slo=self.objective.slo_name,
            objective=self.objective.name,
            target=str(self.objective.target),
            history=self._summary(),
            rows=tuple(self._row(tier, outcome) for tier, outcome in firings.items()),
            verdicts=tuple(verdicts),
            digest=digest,
        )

    def _state(self, digest: str) -> str:
        """Return a digest of everything that the replayed alerts and events depend on."""
        inputs = (
            VERSION,
            digest,
            sorted(self.budgets.items(), key=repr),
            self.terms,
            self.warm_up,
            self.objective.corrections,
            self.incidents,
            self.interval,
            [group.labels for group in self.groups],
            _coverage(self.groups, self.terms.span),
            self.sums.digests(self.terms.span.extended(self.warm_up)),
        )
        return hashlib.sha256(repr(inputs).encode()).hexdigest()

    def _replay(self) -> tuple[dict[str, AlertFirings], list[EventVerdict]]:
        """Replay the days on which something can have happened."""
        blocks = [*self._blocks()]
        sides = [self._side(block) for block in blocks]
        firings = {
            tier: self._firings(alerts, sides, blocks)
            for tier, alerts in _tiers(self.objective).items()
        }
        rows = tuple(self._row(tier, outcome) for tier, outcome in firings.items())
        return firings, self._verdicts(rows, sides, blocks)

    def _firings(
        self,
        alerts: tuple[BurnRateAlert, ...],
        sides: Sequence[ObjectiveSide],
        blocks: Sequence[TimeSpan],
    ) -> AlertFirings:
        outcomes = [
            fired(side, alerts, replace(self.terms, span=block))
            for side, block in zip(sides, blocks, strict=True)
        ]
        firings = [outcome for outcome in outcomes if isinstance(outcome, AlertFirings)]
        return AlertFirings(
            tuple(episode for outcome in firings for episode in outcome.episodes),
            sum((outcome.time for outcome in firings), timedelta(0)),
            self.terms.span.weeks * _coverage(self.groups, self.terms.span),
        )

    def _row(self, tier: str, new: AlertFirings) -> OutcomeRow:
        return OutcomeRow(
            service=self.objective.service,
            slo=self.objective.slo_name,
            objective=self.objective.name,
            tier=tier,
            old=NoAlert(),
            new=new,
            known_days=() if all(self.known_days) else self.known_days,
        )

    def _summary(self) -> SliSummary:
        span = self.terms.span
        reached = (attainment(group, span) for group in self.groups)
        covered = _coverage(self.groups, span)
        return SliSummary(
            coverage=covered,
            attainment=min((one for one in reached if one is not None), default=None),
            part=Coverage(history=covered, elapsed=span.length).part,
            events=sum(group.within(span).total for group in self.groups),
            alert_coverage=covered,
            known_days=self.known_days,
        )

    def _verdicts(
        self,
        rows: tuple[OutcomeRow, ...],
        sides: Sequence[ObjectiveSide],
        blocks: Sequence[TimeSpan],
    ) -> list[EventVerdict]:
        verdicts: list[EventVerdict] = []
        for side, block in zip(sides, blocks, strict=True):
            incidents = [one for one in self.incidents if one.span.overlap(block)]
            # Without any of its own, a block of a service that records incidents would be searched
            # for significant events.
            if incidents or not self.incidents:
                terms = replace(self.terms, span=block)
                verdicts.extend(verdicts_of(side, rows, incidents, terms))

        if self.incidents:
            order = {one.span: number for number, one in reversed([*enumerate(self.incidents)])}
            return sorted(verdicts, key=lambda one: order[one.event.span])
        names = {
            ", ".join(f"{name}={value}" for name, value in sorted(group.labels.items())): number
            for number, group in enumerate(self.groups)
        }
        return sorted(verdicts, key=lambda one: names[one.event.name])

    def _side(self, block: TimeSpan) -> ObjectiveSide:
        """Return the minutes of a block of days, with the budgets of the whole span."""
        groups: list[GroupSeries] = []
        stored = self._series(block)
        known = known_of(self.objective, stored)
        for series in stored:
            counts = PrefixSums.of(series, self.warm_up, known)
            budget = self.budgets[_name(series.labels)]
            groups.append(GroupSeries(corrected(series, self.objective), counts, budget))
        return ObjectiveSide(self.objective, tuple(groups), None)

    def _series(self, span: TimeSpan) -> list[Series]:
        """Return the minutes of a span and of the windows before it, in the whole span's steps."""
        stored = self.sums.series(span.extended(self.warm_up))
        return [replace(series, interval=self.interval) for series in stored]

    def _blocks(self) -> Iterator[TimeSpan]:
        """Yield runs of days on which an alert can fire, or an event can be."""
        start = self.terms.span.start
        possible = self._can_fire() | self._can_be_significant() | self._has_incident()
        for first, last in runs(possible):
            yield TimeSpan(start + first * DAY, start + last * DAY)

    def _can_fire(self) -> BoolArray:
        days: BoolArray = np.zeros(self.terms.span.length // DAY, dtype=np.bool_)
        windows = {
            (pair.long, pair.short): None for alert in self.objective.alerts for pair in alert.pairs
        }
        peaks = dict(zip(windows, self._peaks([*windows]), strict=True))
        for alert in self.objective.alerts:
            for pair in alert.pairs:
                threshold = pair.factor(alert.period) * alert.budget * CLOSE
                high = peaks[pair.long, pair.short] >= threshold
                days |= high
                # A page that outlasts its data goes on for one long window at most.
                for later in range(1, -(-pair.long // DAY) + 1 if alert.outlasts_data else 1):
                    days[later:] |= high[:-later]
        return days

    def _can_be_significant(self) -> BoolArray:
        """Return the days that a window of a significant event can touch.

        The failures of two days are the most that a window of six hours can have.
        """
        days: BoolArray = np.zeros(self.terms.span.length // DAY, dtype=np.bool_)
        pages = any(alert.tier == ALERT_TIER for alert in self.objective.alerts)
        if self.incidents or not pages:
            return days
        least = max(alert.minimum_failures for alert in self.objective.alerts)
        for group in self.groups:
            budget = self.budgets[_name(group.labels)]
            fewest = max(min(share for _, share in SIGNIFICANT) * budget.failures, least, 1) * CLOSE
            rows = day_rows(group, self.terms.span.start, len(days) + 1)
            bad = np.diff(group.bad[rows])
            days |= bad >= fewest
            both = bad[1:] + bad[:-1] >= fewest
            days[1:] |= both
            days[:-1] |= both
        return days

    def _has_incident(self) -> BoolArray:
        start, number = self.terms.span.start, self.terms.span.length // DAY
        days = [TimeSpan(start + day * DAY, start + (day + 1) * DAY) for day in range(number)]
        touched = [any(one.span.overlap(day) for one in self.incidents) for day in days]
        return np.array(touched, dtype=np.bool_)

    def _peaks(self, windows: Sequence[WindowLengths]) -> Sequence[FloatArray]:
        """Return the highest ratio that two windows reach together, for each day of the span."""
        parts: list[Sequence[FloatArray]] = []
        for first, part in months(self.terms.span):
            start = month_span(first).start
            shown = slice((part.start - start) // DAY, (part.end - start) // DAY)
            parts.append([peaks[shown] for peaks in self._peaks_of_month(first, windows)])
        return [np.concatenate(of_pair) for of_pair in zip(*parts, strict=True)]

    def _peaks_of_month(
        self, first: date, windows: Sequence[WindowLengths]
    ) -> Sequence[FloatArray]:
        whole = month_span(first)
        before = (whole.start - DAY).date().replace(day=1)
        state = f"{self.interval} {self.sums.digest(before)}"
        names = [f"peaks {long // MINUTE}/{short // MINUTE}" for long, short in windows]
        kept = [self.sums.array(first, name, state) for name in names]
        missing = [pair for pair, known in zip(windows, kept, strict=True) if known is None]
        if missing:
            computed = peaks_of_groups(self._series(whole), whole, missing)
            for name, pair in zip(names, windows, strict=True):
                if pair in computed:
                    self.sums.keep(first, name, state, computed[pair])
            kept = [
                computed[pair] if known is None else known
                for pair, known in zip(windows, kept, strict=True)
            ]
        return [known for known in kept if known is not None]


def _coverage(groups: Iterable[GroupSums], span: TimeSpan) -> float:
    return min(group.within(span).coverage for group in groups)


def _tiers(objective: Objective) -> dict[str, tuple[BurnRateAlert, ...]]:
    tiers = ObjectiveSide(objective, (), None).tiers
    return {tier: tiers[tier] for tier in sorted(tiers, key=tier_rank)}


def _name(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))
