"""`SliCandidate`: a pair of queries that could be an SLI, with its events of the last day."""

from __future__ import annotations

from dataclasses import dataclass

from reliability.onboarding.new.new_slo import MetricSource
from reliability.onboarding.new.service_kinds import Counts, ServiceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SliCandidate:
    """A possible SLI: its queries, and the events of the last day.

    The queries are in the language of the source. `fits` says whether the value of a label or a
    tag, or the metric's name, names the requested service.
    """

    kind: ServiceKind
    counts: Counts
    events: str
    total: str
    counted: float
    failed: float
    fits: bool
    source: MetricSource = "Prometheus"

    @property
    def failing(self) -> float:
        """The share of events that failed, 0..1."""
        return self.failed / self.counted if self.counted else 0.0
