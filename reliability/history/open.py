"""From `policies/history.yaml` to the source that it names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from reliability.errors import SourceError
from reliability.history.series import MINUTE, SeriesSource
from reliability.load.catalog import Catalog
from reliability.model.history import HistorySources, HistorySourcesSpec, SyntheticSource

ASK_FOR_POLICY = "copy policies/history.yaml from the shipped repository"


def history_policy(catalog: Catalog) -> HistorySourcesSpec:
    """What the repository says about history.

    Raises:
        SourceError: it says nothing, or asks for a step that is not replayed.
    """
    located = catalog.only(HistorySources)
    if located is None:
        raise SourceError(f"no HistorySources document names a source; {ASK_FOR_POLICY}")
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
        from reliability.history.sources.synthetic import SyntheticHistory

        return SyntheticHistory.of(spec.source, catalog)
    from reliability.history.sources.stored import StoredHistory
    from reliability.history.store import Store

    return StoredHistory(Store.of(root, spec.store))
