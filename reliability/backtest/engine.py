"""Event mode: alerts replayed over counts per minute, pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

import numpy as np

from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import Backtest, NoAlert, Outcome, Replayed
from reliability.backtest.pairs import Chosen, ObjectivePair, ReplayScope, compare
from reliability.backtest.replay import ObjectiveSide, fired, open_side
from reliability.backtest.slis import sli_history
from reliability.history.series import SeriesSource
from reliability.load.base import Base
from reliability.load.catalog import Catalog
from reliability.progress import stepped
from reliability.resolve.objectives import Objective

JUST_UNDER_32_MIB: Final = 4_000_000
"""Number of 8-byte values in the largest block whose release makes glibc move its limits."""


@dataclass(frozen=True, slots=True)
class Work:
    """Common inputs of all pairs, which can be sent to another process."""

    source: SeriesSource
    terms: ReplayTerms
    warm_up: timedelta
    incidents: tuple[Event, ...]

    def of(self, pairs: Sequence[ObjectivePair]) -> list[Replayed]:
        """Replay pairs one after another."""
        # Here and not in the parent only: each worker process has an allocator of its own.
        keep_freed_memory()
        return [
            replay_pair(
                pair, self.source, self.terms, warm_up=self.warm_up, incidents=self.incidents
            )
            for pair in stepped("replaying SLOs", pairs, len(pairs))
        ]


Spreading: TypeAlias = Callable[[Work, Sequence[ObjectivePair]], Iterable[Replayed]]
"""Function that replays pairs anywhere, and returns the results in their order."""


def backtest(
    catalog: Catalog,
    base: Base | None,
    source: SeriesSource,
    terms: ReplayTerms,
    chosen: Chosen,
    spreading: Spreading = Work.of,
) -> Backtest:
    """Replay the alerts of the working tree, and of the base if there is one.

    `spreading` may use several processes or machines.
    """
    scope = ReplayScope.of(catalog, base, terms, chosen=chosen)
    work = Work(source, terms, scope.warm_up, incidents=scope.incidents)
    replayed = spreading(work, scope.pairs)
    return scope.result(replayed, source.description, is_synthetic=source.is_made_up)


def replay_pair(
    pair: ObjectivePair,
    source: SeriesSource,
    terms: ReplayTerms,
    warm_up: timedelta,
    incidents: Iterable[Event],
) -> Replayed:
    """Replay both sides of one objective; its series are released before the next pair."""
    new = open_side(pair.new, source, terms, warm_up=warm_up) if pair.new else None
    old = _old_side(pair, new, source, terms=terms, warm_up=warm_up)

    def outcomes(tier: str, of_alerts: ReplayTerms) -> tuple[Outcome, Outcome]:
        after = _outcome(new, tier, of_alerts)
        # A change usually touches few alerts; what is equal on both sides is replayed once.
        return after if _repeats(old, new, tier) else _outcome(old, tier, of_alerts), after

    return compare(old, new, outcomes, incidents=incidents, terms=terms)


def _old_side(
    pair: ObjectivePair,
    new: ObjectiveSide | None,
    source: SeriesSource,
    terms: ReplayTerms,
    warm_up: timedelta,
) -> ObjectiveSide | None:
    """Return the base's side, or None; it shares the new side's history if both have the same."""
    if pair.old is None:
        return None
    if new is not None and _same(pair.old, new.objective):
        # The same arrays, not equal ones: `_repeats` recognizes an unchanged history by identity.
        return ObjectiveSide(pair.old, new.groups, new.missing)

    return open_side(pair.old, source, terms, warm_up=warm_up)


def _same(old: Objective, new: Objective) -> bool:
    """Return whether two objectives have the same history and budget."""
    # Groups hold their budget, so a new target needs groups of its own even if the history is
    # equal.
    budgets = (old.target, old.period) == (new.target, new.period)
    return budgets and sli_history(old) == sli_history(new)


def _repeats(old: ObjectiveSide | None, new: ObjectiveSide | None, tier: str) -> bool:
    """Return whether an alert and its history are unchanged, so that one replay is enough."""
    if old is None or new is None or old.groups is not new.groups:
        return False
    return old.tiers.get(tier) == new.tiers.get(tier)


def _outcome(side: ObjectiveSide | None, tier: str, terms: ReplayTerms) -> Outcome:
    alerts = side.tiers.get(tier) if side else None
    return fired(side, alerts, terms) if side and alerts else NoAlert()


def keep_freed_memory() -> None:
    """Let the allocator keep up to 64 MiB, so that the next array needs no new pages.

    glibc takes large blocks from the kernel one by one, until one is freed; blocks of that size
    then come from memory that it keeps (mallopt(3), M_MMAP_THRESHOLD). Nothing is written to this
    block, so it uses no memory. Other allocators are not affected.
    """
    block = np.empty(JUST_UNDER_32_MIB)
    del block
