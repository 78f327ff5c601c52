"""`SliHistory`: the data about an SLI that a history source needs to return its series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reliability.promql.histogram_query import HistogramQuery, observed_since_start
from reliability.promql.selector import Selector


@dataclass(frozen=True, slots=True)
class Term:
    """The counters that one selector matches, taken `sign` (1 or -1) times."""

    selector: Selector
    sign: int


@dataclass(frozen=True, slots=True)
class Counters:
    """Good or bad events (as `counts` says) and all events, each a sum of counters."""

    counts: Literal["good", "bad"]
    events: tuple[Term, ...]
    total: tuple[Term, ...]

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """The selectors of all terms, without duplicates."""
        return tuple(dict.fromkeys(term.selector for term in (*self.total, *self.events)))


@dataclass(frozen=True, slots=True)
class DatadogQueries:
    """Good or bad events and all events, each as a query of Datadog, by role."""

    queries: tuple[tuple[str, str], ...]

    @property
    def counts(self) -> Literal["good", "bad"]:
        """The events that are counted in addition to all events."""
        return "bad" if "bad" in dict(self.queries) else "good"


@dataclass(frozen=True, slots=True)
class HistogramCounters:
    """Good or bad events (as `counts` says) and all events, observations of native histograms."""

    counts: Literal["good", "bad"]
    events: HistogramQuery
    total: HistogramQuery

    @property
    def by_role(self) -> tuple[tuple[str, HistogramQuery], ...]:
        """Both queries, each with its role."""
        return ((self.counts, self.events), ("total", self.total))

    @property
    def queries(self) -> tuple[tuple[str, str], ...]:
        """The counters of both in PromQL, by role."""
        return tuple((role, observed_since_start(query)) for role, query in self.by_role)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An SLI that is not a sum of counters (`reason`), so a server evaluates it each minute.

    `total` is the rate of all events per second over five minutes, `ratio` the error ratio 0..1.
    """

    total: str
    ratio: str
    reason: str

    @property
    def queries(self) -> tuple[tuple[str, str], ...]:
        """Both expressions by name."""
        return (("ratio", self.ratio), ("total", self.total))

    @property
    def counts(self) -> Literal["bad"]:
        """The events that are counted in addition to all events."""
        return "bad"


@dataclass(frozen=True, slots=True)
class NotCounted:
    """An SLI that cannot be counted by minute, because it is not a sum of counters (`reason`)."""

    reason: str


SliCounters = Counters | HistogramCounters | DatadogQueries | Evaluated | NotCounted
"""What is counted for an SLI, and how."""


@dataclass(frozen=True, slots=True)
class SliHistory:
    """The SLI of one SLO; each value combination of the `group_by` labels has its own budget."""

    service: str
    slo: str
    counters: SliCounters
    group_by: tuple[str, ...] = ()
