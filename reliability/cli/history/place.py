"""The history of `reliability history`: the repository's settings and its store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reliability.backtest.slis import budget_history
from reliability.cli.app import App
from reliability.cli.names import check_names
from reliability.history.open import history_policy
from reliability.history.sli import Counters, Evaluated, NotCounted
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
    """What policies/history.yaml says, and the store that it names."""

    spec: HistorySourcesSpec
    store: Store


def open_place(app: App, catalog: Catalog | None = None) -> HistoryLocation:
    """Return the history store that the working tree or another catalog declares.

    Raises:
        SourceError: the repository declares no history.
    """
    spec = history_policy(catalog or app.catalog())
    return HistoryLocation(spec, Store.of(app.root, spec.store))


def slis_of(catalog: Catalog, names: Iterable[str]) -> list[SliHistory]:
    """The SLIs of the SLOs or services that are named, or of all; each once."""
    wanted = frozenset(names)
    check_names(wanted, [catalog])
    histories = [
        budget_history(objective)
        for objective in objectives(catalog)
        if not wanted or wanted & {objective.service, objective.slo_name}
    ]
    return list(dict.fromkeys(histories))


def countable(app: App, slis: Iterable[SliHistory]) -> Iterator[tuple[SliHistory, Counters]]:
    """Those that can be counted by the minute; of the others it is said why not."""
    for sli in slis:
        match sli.counters:
            case Counters() as counters:
                yield sli, counters
            case NotCounted(reason) | Evaluated(reason=reason):
                app.note(f"{sli.slo}: left out: {reason}")
            case _:
                app.note(f"{sli.slo}: left out: its queries are Datadog's")


def span_words(span: TimeSpan) -> str:
    """A span to the minute."""
    return f"{minute(span.start)} to {utc_minute(span.end)}"
