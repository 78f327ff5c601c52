"""Opens the history source that `policies/history.yaml` names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from reliability.errors import SourceError
from reliability.history.series import NoHistory, SeriesSource
from reliability.history.sources.synthetic import SyntheticHistory
from reliability.load.catalog import Catalog
from reliability.message import Message
from reliability.model.history import HistorySources, HistorySourcesSpec, SyntheticSource
from reliability.timespan import MINUTE, TimeSpan


def history_policy(catalog: Catalog) -> HistorySourcesSpec:
    """Return the history policy of the repository.

    Raises:
        SourceError: there is no policy, or its step cannot be replayed.
    """
    located = catalog.only(HistorySources)
    if located is None:
        raise SourceError(
            Message(
                "no HistorySources document names a source; "
                "copy policies/history.yaml from the shipped repository"
            )
        )

    spec = located.value.spec
    if spec.step != MINUTE:
        asked = spec.step / timedelta(seconds=1)
        raise SourceError(
            f"{located.document.path}: step is {asked:g} s, and history is kept at 1m"
        )

    return spec


def open_source(spec: HistorySourcesSpec, catalog: Catalog, root: Path) -> SeriesSource:
    """Return the source for a replay: synthetic, else the store.

    A replay contacts no server. Data of a server is in the store after `reliability history pull`.
    """
    if isinstance(spec.source, SyntheticSource):
        return SyntheticHistory.of(spec.source, catalog)
    from reliability.history.sources.stored import StoredHistory
    from reliability.history.store import Store

    return StoredHistory(Store.of(root, spec.store))


@dataclass(frozen=True, slots=True)
class NoSource:
    """The `SeriesSource` of a repository whose history policy is missing or cannot be used."""

    reason: str

    @property
    def description(self) -> str:
        """The reason why there is no source."""
        return self.reason

    @property
    def is_made_up(self) -> bool:
        """Always false: there is no data."""
        return False

    def series(self, _sli: object, _span: TimeSpan) -> NoHistory:
        """Return the reason why there is no history."""
        return NoHistory(self.reason)


def known_source(catalog: Catalog, root: Path) -> tuple[HistorySourcesSpec | None, SeriesSource]:
    """Return the history policy and the source that it names.

    If there is no policy, or its step is not one minute, return None and a `NoSource` with the
    reason.
    """
    try:
        spec = history_policy(catalog)
    except SourceError as error:
        return None, NoSource(error.message)
    return spec, open_source(spec, catalog, root)
