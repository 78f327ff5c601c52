"""The history policy of the repository, and the store that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reliability.backtest.slis import budget_history
from reliability.cli.app import App
from reliability.cli.environments import prefix_of
from reliability.history.open import history_policy
from reliability.history.sli import (
    Counters,
    DatadogQueries,
    Evaluated,
    HistogramCounters,
    NotCounted,
)
from reliability.history.store import Store
from reliability.render.times import minute, utc_minute
from reliability.resolve.objectives import objectives

if TYPE_CHECKING:
    from reliability.history.sli import SliHistory
    from reliability.load.catalog import Catalog
    from reliability.model.history import HistorySourcesSpec
    from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class HistoryLocation:
    """The history policy, and the store that it names.

    `prefix` begins lines about an environment.
    """

    spec: HistorySourcesSpec
    store: Store
    prefix: str = ""


def open_place(app: App, catalog: Catalog | None = None) -> HistoryLocation:
    """Return the history store that the working tree or another catalog declares.

    Raises:
        SourceError: there is no history policy, or its step cannot be replayed.
    """
    catalog = catalog or app.catalog()
    spec = history_policy(catalog)
    return HistoryLocation(spec, Store.of(app.root, spec.store), prefix_of(catalog))


def slis_of(catalog: Catalog, names: Iterable[str]) -> list[SliHistory]:
    """Return the SLIs of the named SLOs and services, or of all, without duplicates."""
    wanted = frozenset(names)
    histories = [
        budget_history(objective)
        for objective in objectives(catalog)
        if not wanted or wanted & {objective.service, objective.slo_name}
    ]
    return list(dict.fromkeys(histories))


def countable(app: App, slis: Iterable[SliHistory]) -> Iterator[tuple[SliHistory, Counters]]:
    """Yield the SLIs that are sums of counters; print why each other one is left out."""
    for sli in slis:
        match sli.counters:
            case Counters() as counters:
                yield sli, counters
            case NotCounted(reason) | Evaluated(reason=reason):
                app.note(f"{sli.slo}: left out: {reason}")
            case HistogramCounters():
                app.note(f"{sli.slo}: left out: it counts observations of native histograms")
            case DatadogQueries():
                app.note(f"{sli.slo}: left out: its queries are Datadog's")


def span_words(span: TimeSpan) -> str:
    """Return a span in words, to the minute."""
    return f"{minute(span.start)} to {utc_minute(span.end)}"
