"""What `reliability new` can see: a server that answers, one that does not, or none at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from reliability.cli.app import App
from reliability.cli.asking import on_terminal
from reliability.cli.new.datadog import candidates_at, declared, looking_at, past_at
from reliability.errors import ReliabilityError
from reliability.history.sources.asking import BOUNDS, RETRIES
from reliability.onboarding.new.candidates import candidates
from reliability.onboarding.new.metrics import PrometheusMetrics
from reliability.onboarding.new.service_kinds import service_kinds
from reliability.providers.past import open_past
from reliability.timespan import TimeSpan

if TYPE_CHECKING:
    from reliability.onboarding.new.candidates import SliCandidate
    from reliability.onboarding.new.datadog_site import DatadogSite
    from reliability.onboarding.new.new_slo import NewSli
    from reliability.onboarding.new.proposal import CountedEvents
    from reliability.onboarding.new.recent import RecentSamples
    from reliability.onboarding.new.service_kinds import ServiceKind
    from reliability.providers.past import AlertHistory


@dataclass(slots=True, kw_only=True)
class View:
    """Candidates, and the past of what is chosen; `missing` says why there is no server."""

    app: App
    metrics: PrometheusMetrics | None
    candidates: tuple[SliCandidate, ...]
    days: int
    missing: str = ""
    recent: RecentSamples | None = None
    site: DatadogSite | None = None

    @property
    def own(self) -> tuple[SliCandidate, ...]:
        """The candidates that name the service; the numbers of `--sli` are theirs."""
        return tuple(candidate for candidate in self.candidates if candidate.fits)

    def past(self, indicator: NewSli) -> CountedEvents | str:
        """What an indicator counted, or why that is not known."""
        if self.site is not None:
            return past_at(self.site, indicator, timedelta(days=self.days))
        missing = self._fetch(indicator)
        if self.recent is None:
            return missing
        from reliability.history.series import NoHistory
        from reliability.onboarding.new.preview import counters_of, past_of

        counters = counters_of(indicator)
        past = past_of(self.recent.history, counters, self.recent.span) if counters else None
        if past is None:
            return "its past is not known"
        return past.reason if isinstance(past, NoHistory) else past

    def _fetch(self, indicator: NewSli) -> str:
        """Make the past of an indicator ready to be read; why there is none, else empty."""
        if self.metrics is None:
            return self.missing
        if find_spec("numpy") is None:
            return "numpy is not installed (the extra `history`)"
        from reliability.history.sources.prometheus import PrometheusServer
        from reliability.onboarding.new.preview import counters_of
        from reliability.onboarding.new.recent import RecentSamples, known_span

        counters = counters_of(indicator)
        if counters is None:
            return "the past of this query cannot be counted by the minute"
        end = _end(self.app)
        wanted = TimeSpan(end - timedelta(days=self.days), end)
        span = known_span(self.metrics, counters.total[0].selector.text, wanted)
        if span is None:
            return f"the server knows nothing of it within {self.days} days"
        server = self.metrics.server
        reader = PrometheusServer(replace(server, bounds=BOUNDS, retries=RETRIES))
        self.recent = RecentSamples(reader, span, lambda done, of: _told(self.app, done, of))
        return ""


@contextmanager
def look(app: App, given: Mapping[str, Any]) -> Iterator[View]:
    """Look at the server that is named or declared.

    Raises:
        ReliabilityError: one was named, does not answer, and nobody is there to go on without it.
    """
    url, days = given["prometheus"], given["days"]
    _ = app.root
    if url is None and (source := declared(app)) is not None:
        with looking_at(app, source) as site:
            yield _at_datadog(app, site, given)
        return

    with open_past(app.catalog(), app.settings.secret, url) as past:
        yield _seen(app, past, given, days=days)


def _seen(app: App, past: AlertHistory | None, given: Mapping[str, Any], days: int) -> View:
    if past is None or not past.is_prometheus:
        return View(
            app=app,
            metrics=None,
            candidates=(),
            days=days,
            missing="no Prometheus is configured; pass --prometheus URL",
        )

    metrics = PrometheusMetrics(past.server)
    try:
        sli_candidates = _candidates(app, metrics, given)
    except ReliabilityError as error:
        if given["prometheus"] is not None and not on_terminal():
            raise ReliabilityError(
                f"{error}; leave out --prometheus to continue without a server"
            ) from error
        app.note(f"{error}\ncontinuing without it: the target will be a guess")
        return View(
            app=app,
            metrics=None,
            candidates=(),
            days=days,
            missing=f"{past.server.url} does not answer",
        )

    return View(app=app, metrics=metrics, candidates=sli_candidates, days=days)


def _at_datadog(app: App, site: DatadogSite, given: Mapping[str, Any]) -> View:
    kinds = _kinds(given)
    try:
        sli_candidates = candidates_at(app, site, given["service"], kinds=kinds)
    except ReliabilityError as error:
        app.note(f"{error}\ncontinuing without it: the target will be a guess")
        return View(
            app=app,
            metrics=None,
            candidates=(),
            days=given["days"],
            missing=f"{site.url} does not answer as asked",
        )

    return View(app=app, metrics=None, candidates=sli_candidates, days=given["days"], site=site)


def _candidates(
    app: App, metrics: PrometheusMetrics, given: Mapping[str, Any]
) -> tuple[SliCandidate, ...]:
    if given["total"] is not None:
        metrics.names()
        return ()

    app.note(f"looking at {metrics.server.url} ...")
    sli_candidates = candidates(metrics, given["service"], _kinds(given))
    if not sli_candidates:
        app.note(
            f"{metrics.server.url} answers, and holds no counter that looks like events and "
            "their outcome; name your own with --good and --total"
        )

    return sli_candidates


def _kinds(given: Mapping[str, Any]) -> tuple[ServiceKind, ...]:
    wanted = given["kind"]
    kinds = tuple(
        service_kind for service_kind in service_kinds() if wanted in (None, service_kind.name)
    )
    if not kinds:
        known = ", ".join(service_kind.name for service_kind in service_kinds())
        raise click.BadParameter(f"{wanted} is none of {known}", param_hint="--kind")
    return kinds


def _end(app: App) -> datetime:
    """The end of --today, or this minute where that comes first."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return min(now, datetime.combine(app.today + timedelta(days=1), time(), UTC))


def _told(app: App, done: int, of: int) -> None:
    """How far it is: in place on a terminal, else a line at the end."""
    if sys.stderr.isatty() and not app.quiet:
        click.echo(f"\rreading the past: {done} of {of}", err=True, nl=done == of)
    elif done == of:
        app.note(f"read the past: {of} chunks")
