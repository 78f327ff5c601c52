"""From `policies/history.yaml` to the source that it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from reliability.errors import SourceError
from reliability.history.series import MINUTE, NoHistory, SeriesSource
from reliability.history.sources.synthetic import SyntheticHistory
from reliability.load.catalog import Catalog
from reliability.message import Message
from reliability.model.history import HistorySources, HistorySourcesSpec, SyntheticSource
from reliability.timespan import TimeSpan


def history_policy(catalog: Catalog) -> HistorySourcesSpec:
    """What the repository says about history.

    Raises:
        SourceError: it says nothing, or asks for a step that is not replayed.
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
    """The source that a replay reads: synthetic, or what the store holds. No server is asked."""
    if isinstance(spec.source, SyntheticSource):
        return SyntheticHistory.of(spec.source, catalog)
    from reliability.history.sources.stored import StoredHistory
    from reliability.history.store import Store

    return StoredHistory(Store.of(root, spec.store))


@dataclass(frozen=True, slots=True)
class NoSource:
    """A `SeriesSource` of a repository that names none."""

    reason: str

    @property
    def description(self) -> str:
        """Why there is none."""
        return self.reason

    @property
    def is_made_up(self) -> bool:
        """Nothing is here."""
        return False

    def series(self, _sli: object, _span: TimeSpan) -> NoHistory:
        """Nothing, with the reason."""
        return NoHistory(self.reason)


def known_source(catalog: Catalog, root: Path) -> tuple[HistorySourcesSpec | None, SeriesSource]:
    """What a repository says of history, and its source; one that knows nothing if it says none."""
    try:
        spec = history_policy(catalog)
    except SourceError as error:
        return None, NoSource(error.message)
    return spec, open_source(spec, catalog, root)
