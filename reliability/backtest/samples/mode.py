"""Backtest in sample mode; its result is that of event mode with signals added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np

from reliability.arrays import runs
from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.firing import Firing, ReplayTerms, fire
from reliability.backtest.outcome import (
    AlertFirings,
    Backtest,
    Confidence,
    Deviation,
    NoAlert,
    Outcome,
    Replayed,
    SignalRow,
)
from reliability.backtest.pairs import Chosen, ObjectivePair, ReplayScope, compare
from reliability.backtest.replay import COARSEST, COUNTED, TOO_SHORT, GroupSeries, coverage
from reliability.backtest.samples.confidence import sampled_confidence
from reliability.backtest.samples.episodes import began_at, sampled_episodes
from reliability.backtest.samples.objectives import Sampled, open_sampled
from reliability.backtest.samples.signals import known_part, signal_rows
from reliability.backtest.slis import why_not_replayed
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.groups import objective_groups
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.samples import SampleReader
from reliability.resolve.alerts import NO_DATA
from reliability.resolve.objectives import Objective


def sample_backtest(
    catalog: Catalog, base: Base | None, reader: SampleReader, terms: ReplayTerms, chosen: Chosen
) -> Backtest:
    """Replay the compiled rules of the working tree, and of the base if there is one."""
    scope = ReplayScope.of(catalog, base, terms, chosen=chosen)
    old = base.catalog if base else None
    replays = SampleReplays(old, catalog, reader, terms=terms, warm_up=scope.warm_up)
    replayed = [replays.replayed(pair, scope.incidents) for pair in scope.pairs]
    signals = signal_rows(old, catalog, reader, terms=terms, names=chosen.names)

    return replace(
        scope.result(replayed, reader.description),
        mode="sample",
        deviation=replays.deviation,
        signals=(*replays.no_data, *signals),
    )


class SampleReplays:
    """Replay of pairs, which also collects the deviation of event mode and no-data alerts."""

    def __init__(
        self,
        old: Catalog | None,
        new: Catalog,
        reader: SampleReader,
        terms: ReplayTerms,
        warm_up: timedelta,
    ) -> None:
        self.reader, self.terms, self.warm_up = reader, terms, warm_up
        self.directory = Directory.of(new)
        self.directory_before = Directory.of(old) if old else self.directory
        self.deviation = Deviation()
        self.no_data: list[SignalRow] = []

    def replayed(self, pair: ObjectivePair, incidents: Iterable[Event]) -> Replayed:
        """Replay one objective, before and after."""
        new = self._opened(pair.new, self.directory)
        old = self._opened(pair.old, self.directory_before) if not self._same(pair) else new
        if (latest := new or old) is not None:
            self.deviation += _deviation(latest, self.terms)
            self.no_data.extend(_no_data(old, new, latest.objective, self.terms))

        def outcomes(tier: str, terms: ReplayTerms) -> tuple[Outcome, Outcome]:
            after = _outcome(new, tier, terms)
            # Evaluating the rules takes most of a replay, so equal sides are evaluated once.
            return after if old is new else _outcome(old, tier, terms), after

        before, after = (sampled.side if sampled else None for sampled in (old, new))
        return compare(before, after, outcomes, incidents=incidents, terms=self.terms)

    def _same(self, pair: ObjectivePair) -> bool:
        """Return whether both sides compile to the same rules, which are then evaluated once."""
        if pair.old is None or pair.new is None:
            return False
        rules = [
            list(objective_groups(objective, objective.sli, directory)) if objective.sli else None
            for objective, directory in (
                (pair.old, self.directory_before),
                (pair.new, self.directory),
            )
        ]
        # Compiled rules are compared and not documents: a new description changes no evaluation.
        return rules[0] == rules[1] and pair.old.alerts == pair.new.alerts

    def _opened(self, objective: Objective | None, directory: Directory) -> Sampled | None:
        if objective is None:
            return None
        return open_sampled(
            objective, self.reader, self.terms, warm_up=self.warm_up, directory=directory
        )


def _outcome(sampled: Sampled | None, tier: str, terms: ReplayTerms) -> Outcome:
    if sampled is None or tier not in sampled.side.tiers:
        return NoAlert()
    if sampled.side.missing is not None:
        return sampled.side.missing
    if not terms.span.length:
        return TOO_SHORT

    time = timedelta(0)
    episodes: list[Episode] = []
    total = Confidence() if terms.with_confidence else None

    for alert in sampled.side.tiers[tier]:
        for group, whole in zip(sampled.side.groups, sampled.firings[alert], strict=True):
            firing = whole.since(terms.span.start)
            time += firing.time
            if total is not None:
                total += sampled_confidence(sampled, firing, group, terms=terms)
            times = np.array(began_at(firing), dtype=np.int64)
            beginnings = Evaluator(sampled.storage, times, Semantics(terms.ranges))
            episodes.extend(
                sampled_episodes(sampled.objective, firing, group, beginnings=beginnings)
            )

    ordered = tuple(sorted(episodes, key=lambda episode: episode.span))
    return AlertFirings(
        ordered, time, terms.span.weeks * coverage(sampled.side, terms), confidence=total
    )


def _no_data(
    old: Sampled | None, new: Sampled | None, objective: Objective, terms: ReplayTerms
) -> Iterator[SignalRow]:
    """Yield the row of an objective's `SLINoData`, or nothing if neither side has that alert."""
    before, after = (side.no_data if side else NoAlert() for side in (old, new))
    if isinstance(before, NoAlert) and isinstance(after, NoAlert):
        return
    yield SignalRow(
        service=objective.service,
        name=NO_DATA,
        tier=objective.no_data.tier,
        old=before,
        new=after,
        slo=objective.slo_name,
        objective=objective.name,
        **known_part(terms, objective.no_data.after),
    )


def _deviation(sampled: Sampled, terms: ReplayTerms) -> Deviation:
    """Return the deviation of an objective that event mode can replay, or an empty one."""
    result = Deviation()
    intervals = (group.series.interval or COUNTED for group in sampled.side.groups)
    is_coarse = max(intervals, default=COUNTED) > COARSEST
    if why_not_replayed(sampled.objective.sli) is None and not is_coarse:
        for firings in sampled.firings.values():
            for group, firing in zip(sampled.side.groups, firings, strict=True):
                result += _group_deviation(firing, group, terms)
    return result


def _group_deviation(firing: Firing, group: GroupSeries, terms: ReplayTerms) -> Deviation:
    """Replay the samples of one group in event mode, and compare the result with sample mode."""
    events = fire(firing.alert, group.series, group.counts, terms=terms)
    differing = int(np.count_nonzero(firing.on != events.on))
    counted = (len(list(runs(alert.on))) for alert in (firing, events))
    return Deviation(len(firing.on), differing, *counted)
