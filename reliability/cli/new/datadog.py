"""What `reliability new` can see of a Datadog that policies/history.yaml names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reliability.cli.app import App
from reliability.model.history import DatadogSource, HistorySources

if TYPE_CHECKING:
    from reliability.onboarding.new.candidates import SliCandidate
    from reliability.onboarding.new.datadog_site import DatadogSite
    from reliability.onboarding.new.new_slo import NewSli
    from reliability.onboarding.new.proposal import CountedEvents
    from reliability.onboarding.new.service_kinds import ServiceKind


def declared(app: App) -> DatadogSource | None:
    """The site whose keys the policies name; None where they name another source."""
    sources = app.catalog().only(HistorySources)
    source = sources.value.spec.source if sources else None
    return source if isinstance(source, DatadogSource) else None


@contextmanager
def looking_at(app: App, source: DatadogSource) -> Iterator[DatadogSite]:
    """The site, until the end of the block.

    Raises:
        SettingsError: a key is not there.
    """
    from reliability.history.sources.datadog import open_datadog
    from reliability.onboarding.new.datadog_site import DatadogSite

    keys = map(app.settings.secret, (source.api_key, source.application_key))
    server = open_datadog(source.url, *keys)
    with server.client:
        yield DatadogSite(server, datetime.now(UTC))


def candidates_at(
    app: App, site: DatadogSite, service: str, kinds: tuple[ServiceKind, ...]
) -> tuple[SliCandidate, ...]:
    """Pairs of metrics, and a note where there are none.

    Raises:
        SourceError: it does not answer as asked.
    """
    from reliability.onboarding.new.datadog_candidates import datadog_candidates

    app.note(f"looking at {site.url} ...")
    proposed = datadog_candidates(site, service, kinds)
    if not proposed:
        app.note(
            f"{site.url} has no counts that look like events and their outcome; "
            "pass your own with --good and --total"
        )
    return proposed


def past_at(site: DatadogSite, indicator: NewSli, length: timedelta) -> CountedEvents | str:
    """What an indicator counted, or why that is not known.

    Raises:
        SourceError: it does not answer as asked.
    """
    from reliability.onboarding.new.datadog_candidates import past_of_queries

    if indicator.source != "Datadog":
        return "its history is not read from Datadog"
    counts, events, total = indicator.counts, indicator.events, indicator.total
    past = past_of_queries(site, counts, events, total=total, length=length)
    return past or f"Datadog has no data for it within {length.days} days"
