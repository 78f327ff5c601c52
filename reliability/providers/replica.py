"""Rollout of rules to one of several Prometheus servers that get the same rules."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reliability.plan.change import Change
from reliability.plan.plan import Plan
from reliability.plan.sync import ChangeFailed, Outcome, sync
from reliability.providers.live import Steps
from reliability.providers.prometheus import PrometheusProvider
from reliability.resource import ResourceId


@dataclass(slots=True, kw_only=True)
class ReplicaRollout:
    """Changes of one Prometheus, and their outcomes, which begin with the changes held back."""

    plan: Plan
    provider: PrometheusProvider
    changes: Sequence[Change]
    outcomes: list[Outcome]
    refused: frozenset[ResourceId] = frozenset()
    has_loaded: bool = False
    progress: threading.Event = field(default_factory=threading.Event)

    def carry_out(self, *, waits: bool) -> None:
        """Make the changes; this is called in a thread."""
        self.provider.steps = Steps(waits=waits, on_loaded=self._on_loaded)
        try:
            part = replace(self.plan, changes=tuple(self.changes))
            self.outcomes += sync(part, self.provider)
        finally:
            self.progress.set()

    def _on_loaded(self, refused: frozenset[ResourceId]) -> None:
        self.refused, self.has_loaded = refused, True
        self.progress.set()

    def is_loaded(self) -> bool:
        """Return True once the changes are loaded and read back, or False once they have failed."""
        self.progress.wait()
        return self.has_loaded

    def leave_out(self, first: ReplicaRollout) -> None:
        """Leave out the changes that the first Prometheus refused, and report them as failed."""
        # Without the target, which is part of an id and differs between replicas.
        names = {(item.kind, item.name) for item in first.refused}
        kept: list[Change] = []
        for change in self.changes:
            if (change.id.kind, change.id.name) in names:
                why = f"{first.plan.target} refused it, so it was not written"
                self.outcomes.append(ChangeFailed(change, why))
            else:
                kept.append(change)
        self.changes = kept
