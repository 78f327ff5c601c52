"""The way through a backtest: pair both sides' objectives, replay each pair, sum up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

import numpy as np

from reliability.backtest.events import Event, recorded
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import (
    ALERT_TIER,
    TICKET_TIER,
    Backtest,
    NoAlert,
    Outcome,
    OutcomeRow,
    Replayed,
)
from reliability.backtest.replay import ObjectiveSide, fired, measured, open_side, warm_up_of
from reliability.backtest.slis import sli_history
from reliability.backtest.verdicts import merged, verdicts_of
from reliability.history.series import SeriesSource
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.resolve.digest import definition_digest
from reliability.resolve.objectives import Objective, objectives
from reliability.resolve.zones import time_zones

LOUDEST_FIRST = (ALERT_TIER, TICKET_TIER)

JUST_UNDER_32_MIB: Final = 4_000_000
"""Numbers of eight bytes: the largest block by which glibc moves its limits."""


@dataclass(frozen=True, slots=True)
class ObjectivePair:
    """One objective before and after; at least one of the two is there."""

    old: Objective | None
    new: Objective | None

    @property
    def present(self) -> tuple[Objective, ...]:
        """Those that are there, the base's first: it says what the budget is."""
        return tuple(objective for objective in (self.old, self.new) if objective)


@dataclass(frozen=True, slots=True)
class Work:
    """What every pair is replayed with; it can be sent to another process."""

    source: SeriesSource
    terms: ReplayTerms
    warm_up: timedelta
    incidents: tuple[Event, ...]

    def of(self, pairs: Sequence[ObjectivePair]) -> list[Replayed]:
        """Replay some pairs, one after the other."""
        keep_freed_memory()
        return [
            replay_pair(
                pair, self.source, self.terms, warm_up=self.warm_up, incidents=self.incidents
            )
            for pair in pairs
        ]


Spreading: TypeAlias = Callable[[Work, Sequence[ObjectivePair]], Iterable[Replayed]]
"""Replays pairs somewhere; gives them back in their order."""


def backtest(
    catalog: Catalog,
    base: Base | None,
    source: SeriesSource,
    terms: ReplayTerms,
    chosen: Chosen,
    spreading: Spreading = Work.of,
) -> Backtest:
    """Replay the alerts of the working tree, and of the base where one is given.

    `spreading` may do so in several processes or on several machines.
    """
    pairs = [pair for pair in pairs_of(catalog, base) if chosen.has(pair.present[0])]
    catalogs = (base.catalog, catalog) if base else (catalog,)
    incidents = tuple(recorded(catalogs, terms.span))
    warm_up = warm_up_of([objective for pair in pairs for objective in pair.present])
    replayed = tuple(spreading(Work(source, terms, warm_up, incidents=incidents), pairs))
    verdicts = merged(verdict for each in replayed for verdict in each.verdicts)
    commit = base.commit if base else ""

    return Backtest(
        terms=terms,
        source=source.description,
        is_synthetic=source.is_made_up,
        base=commit,
        objectives=replayed,
        verdicts=verdicts,
        zones=time_zones(catalogs),
    )


@dataclass(frozen=True, slots=True)
class Chosen:
    """Names of SLOs or services; empty for all."""

    names: frozenset[str]

    def has(self, objective: Objective) -> bool:
        """Whether an objective was asked for."""
        return not self.names or bool(self.names & {objective.service, objective.slo_name})


def pairs_of(catalog: Catalog, base: Base | None) -> Iterator[ObjectivePair]:
    """Every objective of either side, paired by service, SLO and objective name."""
    new = {_key(objective): objective for objective in objectives(catalog)}
    old = {_key(objective): objective for objective in objectives(base.catalog)} if base else {}
    for key in [*new, *(key for key in old if key not in new)]:
        yield ObjectivePair(old.get(key), new.get(key))


def _key(objective: Objective) -> tuple[str, str, str]:
    return objective.service, objective.slo_name, objective.name


def replay_pair(
    pair: ObjectivePair,
    source: SeriesSource,
    terms: ReplayTerms,
    warm_up: timedelta,
    incidents: Iterable[Event],
) -> Replayed:
    """Both sides of one objective; the series are let go before the next one."""
    new = open_side(pair.new, source, terms, warm_up=warm_up) if pair.new else None
    old = _old_side(pair, new, source, terms=terms, warm_up=warm_up)
    rows = tuple(_rows(old, new, terms))
    present = [side for side in (old, new) if side]
    base, latest = present[0], present[-1]
    objective = base.objective

    return Replayed(
        service=objective.service,
        slo=objective.slo_name,
        objective=objective.name,
        target=str(latest.objective.target),
        history=measured(latest, terms),
        rows=rows,
        verdicts=tuple(verdicts_of(base, rows, incidents, terms=terms)),
        query_changed=len({sli_history(side.objective) for side in present}) > 1,
        digest=definition_digest(latest.objective),
    )


def _old_side(
    pair: ObjectivePair,
    new: ObjectiveSide | None,
    source: SeriesSource,
    terms: ReplayTerms,
    warm_up: timedelta,
) -> ObjectiveSide | None:
    """The base's side; what was fetched for the other is not fetched again."""
    if pair.old is None:
        return None
    if new is not None and _same(pair.old, new.objective):
        return ObjectiveSide(pair.old, new.groups, new.missing)

    return open_side(pair.old, source, terms, warm_up=warm_up)


def _same(old: Objective, new: Objective) -> bool:
    """Whether both have one history and one budget."""
    budgets = (old.target, old.period) == (new.target, new.period)
    return budgets and sli_history(old) == sli_history(new)


def _rows(
    old: ObjectiveSide | None, new: ObjectiveSide | None, terms: ReplayTerms
) -> Iterator[OutcomeRow]:
    sides = [side for side in (new, old) if side]
    for tier in sorted({tier for side in sides for tier in side.tiers}, key=_loudness):
        objective = sides[0].objective
        after = _outcome(new, tier, terms)
        before = after if _repeats(old, new, tier) else _outcome(old, tier, terms)
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


def _repeats(old: ObjectiveSide | None, new: ObjectiveSide | None, tier: str) -> bool:
    """Whether an alert is the same on the same history, so that it need not fire twice."""
    if old is None or new is None or old.groups is not new.groups:
        return False
    return old.tiers.get(tier) == new.tiers.get(tier)


def _outcome(side: ObjectiveSide | None, tier: str, terms: ReplayTerms) -> Outcome:
    alerts = side.tiers.get(tier) if side else None
    return fired(side, alerts, terms) if side and alerts else NoAlert()


def keep_freed_memory() -> None:
    """Let the allocator keep up to 64 MiB, so that the next array costs no new pages.

    glibc takes large blocks from the kernel one by one, until one is given back; blocks of that
    size then come from memory that it keeps (mallopt(3), M_MMAP_THRESHOLD). Nothing is written to
    this block, so it costs no memory. Other allocators do not care.
    """
    block = np.empty(JUST_UNDER_32_MIB)
    del block
