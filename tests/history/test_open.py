"""The source of history that a repository names, or the reason why there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from reliability.errors import SourceError
from reliability.history.open import NoSource, history_policy, known_source
from reliability.history.series import NoHistory, Series, SpanCounts
from reliability.history.sli import NotCounted, SliHistory
from reliability.history.sources.stored import StoredHistory
from reliability.history.sources.synthetic import SyntheticHistory
from reliability.pipeline import load_repository
from reliability.timespan import MINUTE, TimeSpan
from tests.backtest.replaying import series

HEAD: Final = "apiVersion: reliability/v1\nkind: HistorySources\nmetadata: {name: history}\n"
START: Final = datetime(2026, 9, 29, tzinfo=UTC)
SYNTHETIC: Final = (
    "spec: {source: {type: synthetic, seed: 7, timeZone: Asia/Tokyo, "
    "traffic: {checkout: {perMinute: 5}}}, span: 30d}"
)
INCIDENTS: Final = """
apiVersion: reliability/v1
kind: Incidents
metadata: {name: shop}
spec:
  service: shop
  incidents:
    - name: one
      start: 2026-09-01T10:00:00Z
      end: 2026-09-01T11:00:00Z
      impact: checkout failed
      slos: [{slo: checkout, failed: 50%}, {slo: search, failed: 25%}]
"""


def repository(root: Path, spec: str | None) -> Path:
    for folder in ("policies", "services/shop"):
        (root / folder).mkdir(parents=True)
    if spec is not None:
        (root / "policies/history.yaml").write_text(f"{HEAD}{spec}\n")
    (root / "services/shop/incidents.yaml").write_text(INCIDENTS)
    return root


def test_a_source_of_made_up_history_has_the_incidents_of_the_repository(tmp_path: Path) -> None:
    catalog = load_repository(repository(tmp_path, SYNTHETIC)).catalog
    spec, source = known_source(catalog, tmp_path)
    assert spec is not None
    assert spec.span == timedelta(days=30)
    assert isinstance(source, SyntheticHistory)
    assert (source.seed, str(source.zone), source.is_made_up) == (7, "Asia/Tokyo", True)
    assert source.traffic["checkout"].per_minute == 5
    first = datetime(2026, 9, 1, 10, tzinfo=UTC)
    span = TimeSpan(first, first + timedelta(hours=1))
    assert [(one.service, one.slo, one.span, one.failed) for one in source.impacts] == [
        ("shop", "checkout", span, 0.5),
        ("shop", "search", span, 0.25),
    ]
    assert source.description == "synthetic: generated from seed 7, not real traffic"


@pytest.mark.parametrize(
    ("source", "folder"),
    [
        ("{type: store}", ".reliability/history"),
        ("{type: store}, store: .reliability/here", ".reliability/here"),
        ('{type: prometheus, url: "http://p:9090"}', ".reliability/history"),
    ],
)
def test_history_of_a_server_is_read_from_the_store(
    tmp_path: Path, source: str, folder: str
) -> None:
    root = repository(tmp_path, f"spec: {{source: {source}, span: 30d}}")
    _, found = known_source(load_repository(root).catalog, root)
    assert isinstance(found, StoredHistory)
    assert found.store.folder == root / folder


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (
            None,
            "no HistorySources document names a source; copy policies/history.yaml from the "
            "shipped repository",
        ),
        (
            "spec: {source: {type: store}, span: 30d, step: 5m}",
            "policies/history.yaml: step is 300 s, and history is kept at 1m",
        ),
        (
            "spec: {source: {type: store}, span: 30d, step: 30s}",
            "policies/history.yaml: step is 30 s, and history is kept at 1m",
        ),
    ],
)
def test_without_a_source_there_is_a_reason(tmp_path: Path, spec: str | None, reason: str) -> None:
    root = repository(tmp_path, spec)
    catalog = load_repository(root).catalog
    with pytest.raises(SourceError) as refused:
        history_policy(catalog)
    assert str(refused.value) == reason
    found, source = known_source(catalog, root)
    assert found is None
    assert isinstance(source, NoSource)
    assert (source.description, source.is_made_up) == (reason, False)
    sli = SliHistory("shop", "checkout", NotCounted("not needed"))
    assert source.series(sli, TimeSpan(START, START + MINUTE)) == NoHistory(reason)


@pytest.mark.parametrize(
    ("first", "last", "counts", "rows"),
    [
        (0, 4, SpanCounts(10.0, 40.0, 4, 4), slice(0, 4)),
        (1, 3, SpanCounts(5.0, 20.0, 2, 2), slice(1, 3)),
        (-2, 1, SpanCounts(1.0, 10.0, 1, 3), slice(0, 1)),
        (3, 9, SpanCounts(4.0, 10.0, 1, 6), slice(3, 9)),
        (-3, -1, SpanCounts(0.0, 0.0, 0, 2), slice(0, 0)),
        (2, 2, SpanCounts(0.0, 0.0, 0, 0), slice(2, 2)),
    ],
)
def test_counts_of_a_span(first: int, last: int, counts: SpanCounts, rows: slice) -> None:
    of: Series = series([1.0, 2.0, 3.0, 4.0], [10.0] * 4)
    span = TimeSpan(of.start + first * MINUTE, of.start + last * MINUTE)
    assert (of.within(span), of.part(span)) == (counts, rows)
    share = counts.known / counts.steps if counts.steps else 1.0
    assert counts.coverage == share
    if counts.steps:
        assert of.coverage(span) == share
    assert of.span == TimeSpan(of.start, of.start + 4 * MINUTE)
