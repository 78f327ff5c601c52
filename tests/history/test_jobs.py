"""How each kind of SLI is pulled from each server: the family, the pace, and what is asked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from reliability.errors import SourceError
from reliability.history.definition import Definition
from reliability.history.fetching import Job, fetching
from reliability.history.pull import Pace
from reliability.history.sli import (
    Counters,
    DatadogQueries,
    Evaluated,
    HistogramCounters,
    NotCounted,
    SliCounters,
    SliHistory,
)
from reliability.history.store import Store
from reliability.model.history import HistorySourcesSpec
from reliability.promql.histogram_query import HistogramQuery
from tests.history.fakes import GOOD, TOTAL, counters

PROMETHEUS: Final = {"type": "prometheus", "url": "http://127.0.0.1:9/p"}
DATADOG: Final = {
    "type": "datadog",
    "url": "http://127.0.0.1:9",
    "apiKey": "env:KEY",
    "applicationKey": "env:APP",
}
COUNTED: Final = counters(GOOD, TOTAL)
EVALUATED: Final = Evaluated("total", "ratio", "it is a gauge")
HISTOGRAMS: Final = HistogramCounters("good", HistogramQuery("h", ("0", "1")), HistogramQuery("h"))
QUERIES: Final = DatadogQueries((("good", "a"), ("total", "b")))


def spec(source: dict[str, Any], **more: Any) -> HistorySourcesSpec:
    return HistorySourcesSpec.model_validate({"source": source, "span": "30d", **more})


def jobs(
    folder: Path, of: HistorySourcesSpec, counted: SliCounters, by: tuple[str, ...] = ("region",)
) -> tuple[str, Pace, str] | str:
    """The folder of the family, the pace and the source; or why there is no job."""
    store = Store(folder)
    with fetching(of, store, lambda name: f"secret of {name}") as server:
        job = server.job(SliHistory("shop", "checkout", counted, by))
        assert server.url == str(of.source.model_dump()["url"])
    if isinstance(job, NotCounted):
        return job.reason
    assert isinstance(job, Job)
    assert job.family.folder.parent == store.slo_folder("shop", "checkout")
    return job.family.folder.name, job.pace, job.booking.source


@pytest.mark.parametrize(
    ("counted", "definition"),
    [
        (COUNTED, Definition.of(COUNTED, ["region", "zone"])),
        (EVALUATED, Definition.of_queries(EVALUATED, ["region"])),
        (HISTOGRAMS, Definition.of_queries(HISTOGRAMS, ["region"])),
    ],
)
def test_jobs_of_a_prometheus(tmp_path: Path, counted: SliCounters, definition: Definition) -> None:
    named = spec({**PROMETHEUS, "chunk": "2h", "concurrency": 3}, keepLabels=["zone"])
    assert jobs(tmp_path, named, counted) == (
        definition.checksum,
        Pace(timedelta(hours=2), 3),
        "prometheus http://127.0.0.1:9/p",
    )
    if isinstance(counted, Counters):
        usual = jobs(tmp_path, spec(PROMETHEUS), counted)
        assert usual[:2] == (Definition.of(COUNTED, ["region"]).checksum, Pace())


def test_jobs_of_datadog(tmp_path: Path) -> None:
    source = {**DATADOG, "concurrency": 2}
    assert jobs(tmp_path, spec(source), QUERIES) == (
        Definition.of_queries(QUERIES, ["region"]).checksum,
        Pace(timedelta(days=1), 2),
        "datadog http://127.0.0.1:9",
    )
    own = spec({**source, "slos": {"checkout": "0123abcd"}})
    assert (
        jobs(tmp_path, own, QUERIES)
        == jobs(tmp_path, own, EVALUATED)
        == (
            "counts",
            Pace(timedelta(hours=1), 2),
            "datadog http://127.0.0.1:9, its SLO 0123abcd",
        )
    )


@pytest.mark.parametrize(
    ("source", "counted", "reason"),
    [
        (PROMETHEUS, NotCounted("it is new"), "it is new"),
        (PROMETHEUS, QUERIES, "its queries are Datadog's, and the source is a Prometheus"),
        (
            DATADOG,
            COUNTED,
            "its queries are not a ratio of Datadog's counts; name the ID of a metric-based "
            "Datadog SLO in slos of policies/history.yaml",
        ),
    ],
)
def test_what_cannot_be_pulled_has_a_reason(
    tmp_path: Path, source: dict[str, Any], counted: SliCounters, reason: str
) -> None:
    assert jobs(tmp_path, spec(source), counted) == reason


def test_credentials_are_sent(tmp_path: Path) -> None:
    sources: list[tuple[dict[str, Any], dict[str, str | None]]] = [
        (PROMETHEUS, {"Authorization": None, "X-Scope-OrgID": None}),
        (
            {**PROMETHEUS, "authorization": "env:TOKEN", "tenant": "a"},
            {"Authorization": "secret of TOKEN", "X-Scope-OrgID": "a"},
        ),
        (DATADOG, {"DD-API-KEY": "secret of KEY", "DD-APPLICATION-KEY": "secret of APP"}),
    ]
    for source, headers in sources:
        with fetching(
            spec(source), Store(tmp_path), lambda name: f"secret of {name.removeprefix('env:')}"
        ) as server:
            fetched: Any = server
            client = fetched.server.client
            assert {name: client.headers.get(name) for name in headers} == headers
        assert client.is_closed


def test_how_long_a_server_keeps_samples(tmp_path: Path) -> None:
    kept = []
    for source in ({**PROMETHEUS, "retention": "15d"}, DATADOG):
        with fetching(spec(source), Store(tmp_path), str) as server:
            kept.append(server.keeps())
    assert kept == [timedelta(days=15), None]


def test_a_source_that_is_no_server_is_not_pulled_from(tmp_path: Path) -> None:
    with (
        pytest.raises(SourceError) as refused,
        fetching(spec({"type": "synthetic", "seed": 1}), Store(tmp_path), str),
    ):
        pass
    assert str(refused.value) == (
        "the source of policies/history.yaml is synthetic, and nothing is pulled from it; "
        "name a server: type: prometheus"
    )
