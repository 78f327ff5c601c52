"""The server that has metrics for a new SLO, if one is available: a Prometheus or Datadog."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from reliability.errors import ReliabilityError
from reliability.history.sources.asking import BOUNDS, RETRIES
from reliability.load.catalog import Catalog
from reliability.model.history import DatadogSource, HistorySources
from reliability.onboarding.new.candidates import candidates
from reliability.onboarding.new.metrics import PrometheusMetrics
from reliability.onboarding.new.service_kinds import ServiceKind
from reliability.onboarding.new.sli_candidate import SliCandidate
from reliability.providers.past import AlertHistory, open_past
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
    from reliability.onboarding.new.datadog_site import DatadogSite
    from reliability.onboarding.new.new_slo import NewSli
    from reliability.onboarding.new.proposal import CountedEvents
    from reliability.onboarding.new.recent import RecentSamples


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRequest:
    """The search for an SLI, and the server to search.

    `kinds` returns the kinds of service to search for, or refuses the named kind, once a server is
    available. `prometheus` is a URL, or None for the declared server. `has_query` says that the SLI
    is known, so no candidates are needed. `is_attended` says that a person can continue without a
    server. `end` is the end of the past. `note` prints messages meanwhile.
    """

    catalog: Catalog
    service: str
    kinds: Callable[[], tuple[ServiceKind, ...]]
    prometheus: str | None
    has_query: bool
    is_attended: bool
    days: int
    end: datetime
    secret: Callable[[str], str]
    note: Callable[[str], None]

    def without_server(self, missing: str) -> ServerView:
        """Return a view without candidates; `missing` is the reason."""
        return ServerView(request=self, metrics=None, candidates=(), missing=missing)


@dataclass(slots=True, kw_only=True)
class ServerView:
    """The SLI candidates of a server, and the past events of the one that is chosen.

    `missing` is the reason why no server is available.
    """

    request: ServerRequest
    metrics: PrometheusMetrics | None
    candidates: tuple[SliCandidate, ...]
    missing: str = ""
    recent: RecentSamples | None = None
    site: DatadogSite | None = None

    @property
    def own(self) -> tuple[SliCandidate, ...]:
        """The candidates that name the service; `--sli` names one of them."""
        return tuple(candidate for candidate in self.candidates if candidate.fits)

    def past(self, indicator: NewSli) -> CountedEvents | str:
        """Return the events that an SLI counted, or the reason why they are not known."""
        if self.site is not None:
            return _past_at(self.site, indicator, timedelta(days=self.request.days))
        missing = self._fetch(indicator)
        if self.recent is None:
            return missing
        from reliability.history.series import NoHistory
        from reliability.onboarding.new.preview import counted_by, past_of

        counters = counted_by(indicator)
        past = past_of(self.recent.history, counters, self.recent.span) if counters else None
        if past is None:
            return "its past is not known"
        return past.reason if isinstance(past, NoHistory) else past

    def _fetch(self, indicator: NewSli) -> str:
        """Prepare the past of an SLI for reading; return the reason if that fails, or empty."""
        if self.metrics is None:
            return self.missing
        if find_spec("numpy") is None:
            return "numpy is not installed (the extra `history`)"
        from reliability.history.sources.prometheus import PrometheusServer
        from reliability.onboarding.new.preview import counted_by, selector_of_all
        from reliability.onboarding.new.recent import RecentSamples, known_span

        counters = counted_by(indicator)
        if counters is None:
            return "the past of this query cannot be counted by the minute"
        request = self.request
        wanted = TimeSpan(request.end - timedelta(days=request.days), request.end)
        span = known_span(self.metrics, selector_of_all(counters), wanted)
        if span is None:
            return f"the server knows nothing of it within {request.days} days"
        server = self.metrics.server
        reader = PrometheusServer(replace(server, bounds=BOUNDS, retries=RETRIES))
        self.recent = RecentSamples(reader, span)
        return ""


@contextmanager
def look(request: ServerRequest) -> Iterator[ServerView]:
    """Open the server that is named or else declared, and yield its candidates.

    Raises:
        ReliabilityError: a named server does not answer, and no person is present to continue
            without it; or the key of a declared server is missing.
    """
    declared = request.catalog.only(HistorySources)
    source = declared.value.spec.source if declared else None
    if request.prometheus is None and isinstance(source, DatadogSource):
        with _open_site(request, source) as site:
            yield _at_datadog(request, site)
        return

    with open_past(request.catalog, request.secret, request.prometheus) as past:
        yield _at_prometheus(request, past)


def _at_prometheus(request: ServerRequest, past: AlertHistory | None) -> ServerView:
    if past is None or not past.is_prometheus:
        return request.without_server("no Prometheus is configured; pass --prometheus URL")

    metrics = PrometheusMetrics(past.server)
    try:
        sli_candidates = _candidates(request, metrics)
    except ReliabilityError as error:
        if request.prometheus is not None and not request.is_attended:
            raise ReliabilityError(
                f"{error}; leave out --prometheus to continue without a server"
            ) from error
        request.note(f"{error}\ncontinuing without it: the target will be a guess")
        return request.without_server(f"{past.server.url} does not answer")

    return ServerView(request=request, metrics=metrics, candidates=sli_candidates)


def _candidates(request: ServerRequest, metrics: PrometheusMetrics) -> tuple[SliCandidate, ...]:
    if request.has_query:
        metrics.names()
        return ()

    url = metrics.server.url
    request.note(f"looking at {url} ...")
    sli_candidates = candidates(metrics, request.service, request.kinds())
    if not sli_candidates:
        request.note(
            f"{url} answers, and holds no counter that looks like events and "
            "their outcome; name your own with --good and --total"
        )

    return sli_candidates


@contextmanager
def _open_site(request: ServerRequest, source: DatadogSource) -> Iterator[DatadogSite]:
    """Open the declared site until the end of the block.

    Raises:
        SettingsError: a key is missing.
    """
    from reliability.history.sources.datadog import open_datadog
    from reliability.onboarding.new.datadog_site import DatadogSite

    keys = map(request.secret, (source.api_key, source.application_key))
    server = open_datadog(source.url, *keys)
    with server.client:
        yield DatadogSite(server, datetime.now(UTC))


def _at_datadog(request: ServerRequest, site: DatadogSite) -> ServerView:
    """Return the candidates of a site; print a note if there are none, or it does not answer."""
    from reliability.onboarding.new.datadog_candidates import datadog_candidates

    request.note(f"looking at {site.url} ...")
    try:
        proposed = datadog_candidates(site, request.service, request.kinds())
    except ReliabilityError as error:
        request.note(f"{error}\ncontinuing without it: the target will be a guess")
        return request.without_server(f"{site.url} does not answer as asked")

    if not proposed:
        request.note(
            f"{site.url} has no counts that look like events and their outcome; "
            "pass your own with --good and --total"
        )
    return ServerView(request=request, metrics=None, candidates=proposed, site=site)


def _past_at(site: DatadogSite, indicator: NewSli, length: timedelta) -> CountedEvents | str:
    """Return the events that an SLI counted, or the reason why they are not known.

    Raises:
        SourceError: the server sends an unexpected answer.
    """
    from reliability.onboarding.new.datadog_candidates import past_of_queries

    if indicator.source != "Datadog":
        return "its history is not read from Datadog"
    counts, events, total = indicator.counts, indicator.events, indicator.total
    past = past_of_queries(site, counts, events, total=total, length=length)
    return past or f"Datadog has no data for it within {length.days} days"
