"""The servers that `reliability history pull` fetches from: Prometheus or Datadog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from reliability.errors import SourceError
from reliability.history.definition import Definition
from reliability.history.evaluated import minutes
from reliability.history.observed import server_counts
from reliability.history.pull import CountSource, Pace, book
from reliability.history.sli import (
    Counters,
    DatadogQueries,
    Evaluated,
    HistogramCounters,
    NotCounted,
    SliHistory,
)
from reliability.history.sources.datadog import LONGEST, LONGEST_OF_SLO, open_datadog
from reliability.history.sources.prometheus import open_prometheus
from reliability.http.clock import ServerClock
from reliability.model.history import DatadogSource, PrometheusSource

if TYPE_CHECKING:
    from reliability.history.family import Family
    from reliability.history.sources.datadog import DatadogServer
    from reliability.history.sources.prometheus import PrometheusServer
    from reliability.history.store import Store
    from reliability.model.history import HistorySourcesSpec


@dataclass(frozen=True, slots=True)
class Job:
    """The pull of one SLI: the family to store it in, the source of its counts, and the pace."""

    family: Family
    booking: CountSource
    pace: Pace


class Fetching(Protocol):
    """A server that history is pulled from."""

    @property
    def url(self) -> str:
        """The address of the server."""
        ...

    @property
    def clock(self) -> ServerClock:
        """The clock of the server, after its first answer."""
        ...

    def keeps(self) -> timedelta | None:
        """Return how long the server keeps data; None if that is unknown or not a limit."""
        ...

    def job(self, sli: SliHistory) -> Job | NotCounted:
        """Return how to pull an SLI, or the reason why it cannot be pulled."""
        ...


@contextmanager
def fetching(
    spec: HistorySourcesSpec, store: Store, secret: Callable[[str], str]
) -> Iterator[Fetching]:
    """Open the server that policies/history.yaml names, and close it at the end.

    Raises:
        SourceError: the source is not a server to pull from, or its address is refused.
        SettingsError: a credential is missing.
    """
    source = spec.source
    if isinstance(source, PrometheusSource):
        authorization = secret(source.authorization) if source.authorization else None
        server = open_prometheus(source.url, authorization, source.tenant)
        with server.client:
            yield FromPrometheus(store, spec.keep_labels, source, server=server)
    elif isinstance(source, DatadogSource):
        keys = map(secret, (source.api_key, source.application_key))
        site = open_datadog(source.url, *keys)
        with site.client:
            yield FromDatadog(store, source, site)
    else:
        raise SourceError(
            f"the source of policies/history.yaml is {source.type}, and nothing is pulled from "
            "it; name a server: type: prometheus"
        )


@dataclass(frozen=True, slots=True)
class FromPrometheus:
    """A Prometheus to pull raw samples of counters from, or values that it evaluates."""

    store: Store
    keep_labels: tuple[str, ...]
    source: PrometheusSource
    server: PrometheusServer

    @property
    def url(self) -> str:
        """The address of the server."""
        return self.server.url

    @property
    def clock(self) -> ServerClock:
        """The clock of the server, after its first answer."""
        return self.server.server.clock

    def keeps(self) -> timedelta | None:
        """Return the retention of the policy, or of the server if the policy has none."""
        return self.source.retention or self.server.retention()

    def job(self, sli: SliHistory) -> Job | NotCounted:
        """Return a job for a family that can answer the selectors of the SLI."""
        match sli.counters:
            case NotCounted() as why:
                return why
            case DatadogQueries():
                return NotCounted("its queries are Datadog's, and the source is a Prometheus")
            case Evaluated() as evaluated:
                return self._evaluated(sli, evaluated)
            case HistogramCounters() as histograms:
                return self._histograms(sli, histograms)
            case Counters() as counters:
                family, definition = self.store.family_for(sli, counters, self.keep_labels)
                booking = CountSource(
                    partial(book, definition, self.server), self.server.description
                )
                pace = Pace(self.source.chunk, self.source.concurrency)
                return Job(family, booking, pace)

    def _histograms(self, sli: SliHistory, counters: HistogramCounters) -> Job:
        """Return a job that stores the observations of native histograms in each minute."""
        definition = Definition.of_queries(counters, sli.group_by)
        family = self.store.family(sli.service, sli.slo, definition)
        booked = partial(server_counts, counters, sli.group_by, self.server)
        pace = Pace(self.source.chunk, self.source.concurrency)
        return Job(family, CountSource(booked, self.server.description), pace)

    def _evaluated(self, sli: SliHistory, evaluated: Evaluated) -> Job:
        """Return a job that stores what the server evaluates at the end of each minute."""
        definition = Definition.of_queries(evaluated, sli.group_by)
        family = self.store.family(sli.service, sli.slo, definition)
        booked = partial(minutes, evaluated, sli.group_by, self.server)
        pace = Pace(self.source.chunk, self.source.concurrency)
        return Job(family, CountSource(booked, self.server.description), pace)


@dataclass(frozen=True, slots=True)
class FromDatadog:
    """A Datadog site to pull counts by minute from, of metrics or of its own SLOs."""

    store: Store
    source: DatadogSource
    server: DatadogServer

    @property
    def url(self) -> str:
        """The address of the site."""
        return self.server.url

    @property
    def clock(self) -> ServerClock:
        """The clock of the site, after its first answer."""
        return self.server.server.clock

    def keeps(self) -> timedelta | None:
        """Return None: metrics are kept for fifteen months, longer than `--days` can be.

        Datadog keeps metrics for fifteen months, longer than a pull can look back.
        """
        return None

    def job(self, sli: SliHistory) -> Job | NotCounted:
        """Return a job for the SLO that the policy names, or for the SLI's queries."""
        store, source = self.store, self.server.description
        own = self.source.slos.get(sli.slo)
        if own is not None:
            family = store.family(sli.service, sli.slo, None)
            booking = CountSource(partial(self.server.slo, own), f"{source}, its SLO {own}")
            return Job(family, booking, Pace(LONGEST_OF_SLO, self.source.concurrency))

        if isinstance(sli.counters, DatadogQueries):
            definition = Definition.of_queries(sli.counters, sli.group_by)
            family = store.family(sli.service, sli.slo, definition)
            booking = CountSource(partial(self.server.metrics, sli.counters), source)
            return Job(family, booking, Pace(LONGEST, self.source.concurrency))

        return NotCounted(
            "its queries are not a ratio of Datadog's counts; name the ID of a metric-based "
            "Datadog SLO in slos of policies/history.yaml"
        )
