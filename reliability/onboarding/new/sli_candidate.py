"""`SliCandidate`: a pair of queries that could be an SLI, with its events of the last day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reliability.canonical import digest
from reliability.onboarding.new.new_slo import MetricSource
from reliability.onboarding.new.service_kinds import ORDER, Counts, ServiceKind

MAX_CANDIDATES: Final = 15


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
    def id(self) -> str:
        """Six hex digits of both queries: a choice by it does not depend on the list."""
        named = {"format": "sli-candidate", "counts": self.counts, "events": self.events}
        return digest({**named, "total": self.total})[:6]

    @property
    def about(self) -> float:
        """The events to two significant digits, which two looks at a server agree on."""
        return about(self.counted)

    @property
    def failing(self) -> float:
        """The share of events that failed, 0..1."""
        return self.failed / self.counted if self.counted else 0.0


def about(number: float) -> float:
    """Round a live count to two significant digits."""
    return float(f"{number:.2g}")


def in_order(candidates: Iterable[SliCandidate]) -> tuple[SliCandidate, ...]:
    """Return the busiest candidates by kind and query, the total of a metric before its parts."""
    busiest = sorted(candidates, key=lambda one: (-one.about, one.total, one.events))
    return tuple(sorted(busiest[:MAX_CANDIDATES], key=_by_content))


def _by_content(candidate: SliCandidate) -> tuple[int, str, str]:
    beginning, _, _ = candidate.total.partition("}")
    return ORDER.index(candidate.kind.name), beginning, candidate.events
