"""A backtest in sample mode; the result has the form of event mode, with signals in addition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain

import numpy as np

from reliability.backtest.engine import LOUDEST_FIRST, Chosen, ObjectivePair, pairs_of
from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event, recorded
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import (
    AlertFirings,
    Backtest,
    Confidence,
    Deviation,
    NoAlert,
    Outcome,
    OutcomeRow,
    Replayed,
    SignalRow,
)
from reliability.backtest.replay import coverage, measured, warm_up_of
from reliability.backtest.samples.confidence import sampled_confidence
from reliability.backtest.samples.deviation import deviation
from reliability.backtest.samples.episodes import began_at, sampled_episodes
from reliability.backtest.samples.objectives import Sampled, open_sampled
from reliability.backtest.samples.signals import signal_rows
from reliability.backtest.slis import sli_history, why_not_replayed
from reliability.backtest.verdicts import merged, verdicts_of
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.groups import objective_groups
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.samples import SampleReader
from reliability.resolve.alerts import NO_DATA
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import Objective
from reliability.resolve.zones import time_zones


def sample_backtest(
    catalog: Catalog, base: Base | None, reader: SampleReader, terms: ReplayTerms, chosen: Chosen
) -> Backtest:
    """Replay what is compiled of the working tree, and of the base where one is given."""
    pairs = [pair for pair in pairs_of(catalog, base) if chosen.has(pair.present[0])]
    catalogs = (base.catalog, catalog) if base else (catalog,)
    incidents = tuple(recorded(catalogs, terms.span))
    sides = SampleReplays(base.catalog if base else None, catalog, reader, terms=terms, pairs=pairs)
    replayeds = [sides.replayed(pair, incidents) for pair in pairs]
    verdicts = merged(verdict for replayed in replayeds for verdict in replayed.verdicts)
    old = base.catalog if base else None

    return Backtest(
        terms=terms,
        source=reader.description,
        is_synthetic=False,
        base=base.commit if base else "",
        objectives=tuple(replayeds),
        verdicts=verdicts,
        mode="sample",
        deviation=sides.deviation,
        signals=(
            *sides.no_data,
            *signal_rows(old, catalog, reader, terms=terms, names=chosen.names),
        ),
        zones=time_zones(catalogs),
    )


class SampleReplays:
    """Opens both sides of a pair; on the way, how event mode compares and what had no data."""

    def __init__(
        self,
        old: Catalog | None,
        new: Catalog,
        reader: SampleReader,
        terms: ReplayTerms,
        pairs: Iterable[ObjectivePair],
    ) -> None:
        self.reader, self.terms = reader, terms
        self.warm_up: timedelta = warm_up_of(
            [objective for pair in pairs for objective in pair.present]
        )
        self.directory = Directory.of(new)
        self.directory_before = Directory.of(old) if old else self.directory
        self.deviation = Deviation()
        self.no_data: list[SignalRow] = []

    def replayed(self, pair: ObjectivePair, incidents: Iterable[Event]) -> Replayed:
        """One objective, before and after."""
        new = self._opened(pair.new, self.directory)
        old = self._opened(pair.old, self.directory_before) if not self._same(pair) else new
        present = [side for side in (old, new) if side]
        rows = tuple(self._rows(old, new))
        latest, first = present[-1], present[0]
        self.deviation += _deviation(latest, self.terms)
        self.no_data.extend(_no_data(old, new, latest.objective))
        objective = first.objective

        return Replayed(
            service=objective.service,
            slo=objective.slo_name,
            objective=objective.name,
            target=str(latest.objective.target),
            history=measured(latest.side, self.terms),
            rows=rows,
            verdicts=tuple(verdicts_of(first.side, rows, incidents, terms=self.terms)),
            query_changed=len({sli_history(side.objective) for side in present}) > 1,
            digest=definition_digest(latest.objective),
        )

    def _same(self, pair: ObjectivePair) -> bool:
        """Whether both sides are compiled to the same rules, which are then evaluated once."""
        if pair.old is None or pair.new is None:
            return False
        rules = [
            list(objective_groups(objective, objective.sli, directory)) if objective.sli else None
            for objective, directory in (
                (pair.old, self.directory_before),
                (pair.new, self.directory),
            )
        ]
        return rules[0] == rules[1] and pair.old.alerts == pair.new.alerts

    def _opened(self, objective: Objective | None, directory: Directory) -> Sampled | None:
        if objective is None:
            return None
        return open_sampled(
            objective, self.reader, self.terms, warm_up=self.warm_up, directory=directory
        )

    def _rows(self, old: Sampled | None, new: Sampled | None) -> Iterator[OutcomeRow]:
        sides = [side for side in (new, old) if side]
        tiers = dict.fromkeys(chain.from_iterable(side.side.tiers for side in sides))
        objective = sides[0].objective

        for tier in sorted(tiers, key=_loudness):
            before, after = (_outcome(side, tier, self.terms) for side in (old, new))
            yield OutcomeRow(
                service=objective.service,
                slo=objective.slo_name,
                objective=objective.name,
                tier=tier,
                old=before,
                new=after,
            )


def _loudness(tier: str) -> int:
    return LOUDEST_FIRST.index(tier) if tier in LOUDEST_FIRST else len(LOUDEST_FIRST)


def _outcome(sampled: Sampled | None, tier: str, terms: ReplayTerms) -> Outcome:
    if sampled is None or tier not in sampled.side.tiers:
        return NoAlert()
    if sampled.side.missing is not None:
        return sampled.side.missing

    time = timedelta(0)
    episodes: list[Episode] = []
    total = Confidence() if terms.with_confidence else None

    for alert in sampled.side.tiers[tier]:
        for group, firing in zip(sampled.side.groups, sampled.firings[alert], strict=True):
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


def _no_data(old: Sampled | None, new: Sampled | None, objective: Objective) -> Iterator[SignalRow]:
    """The row of an objective's `SLINoData`; none where neither side has that alert."""
    before, after = (side.no_data if side else NoAlert() for side in (old, new))
    if isinstance(before, NoAlert) and isinstance(after, NoAlert):
        return
    about = {"slo": objective.slo_name, "objective": objective.name}
    tier = objective.no_data.tier
    yield SignalRow(
        service=objective.service, name=NO_DATA, tier=tier, old=before, new=after, **about
    )


def _deviation(sampled: Sampled, terms: ReplayTerms) -> Deviation:
    """Of an objective whose events counters count, so that event mode can replay it."""
    result = Deviation()
    if why_not_replayed(sampled.objective.sli) is None:
        for firings in sampled.firings.values():
            for group, firing in zip(sampled.side.groups, firings, strict=True):
                result += deviation(firing, group, terms)
    return result
