"""What a Prometheus says of its database, and what is refused as none."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.http.server import HttpServer
from reliability.model.targets import ServerTarget
from reliability.promql.evaluate.semantics import Ranges
from reliability.providers.http import open_server
from reliability.providers.tsdb.facts import Database, database_of, first_samples, ranges_of

METRICS = {
    "prometheus_tsdb_head_min_time_seconds": "1.7e+09",
    "prometheus_tsdb_lowest_timestamp": "1.6e+12",
    "prometheus_tsdb_blocks_loaded": "3",
    "prometheus_tsdb_wal_storage_size_bytes": "1.5e+06",
}
FLAGS = {
    "storage.tsdb.path": "data/",
    "storage.tsdb.max-block-duration": "1d",
    "storage.tsdb.retention.time": "15d",
}


@contextmanager
def answering(answers: Mapping[str, Any]) -> Iterator[HttpServer]:
    def answer(request: httpx.Request) -> httpx.Response:
        said = answers.get(request.url.path)
        if callable(said):
            said = said(dict(request.url.params))
        if isinstance(said, str):
            return httpx.Response(200, text=said)
        if said is None:
            return httpx.Response(404, text="404 page not found")
        return httpx.Response(200, json={"status": "success", "data": said})

    target = ServerTarget(name="p", url="http://p:9090")
    transport = httpx.MockTransport(answer)
    server = open_server(target, None, ("p",), writable=False, transport=transport)
    with server.client:
        yield server


def database(
    metrics: Mapping[str, str] = METRICS, flags: Mapping[str, str] = FLAGS, runtime: object = None
) -> Database:
    text = "".join(f"# TYPE {name} gauge\n{name} {value}\n" for name, value in metrics.items())
    answers = {
        "/metrics": text,
        "/api/v1/status/flags": dict(flags),
        "/api/v1/status/runtimeinfo": runtime if runtime is not None else {"CWD": "/prometheus"},
    }
    with answering(answers) as server:
        return database_of(server)


def test_a_database_is_read_from_metrics_and_flags() -> None:
    assert database() == Database(
        path=PurePosixPath("/prometheus/data"),
        head=1_700_000_000_000,
        lowest=1_600_000_000_000,
        blocks=3,
        wal_bytes=1_500_000,
        longest=timedelta(days=1),
        retention=timedelta(days=15),
    )


def test_an_absolute_path_needs_no_folder_and_limits_have_defaults() -> None:
    read = database(flags={"storage.tsdb.path": "/data"})
    assert (read.path, read.longest, read.retention) == (
        PurePosixPath("/data"),
        timedelta(hours=2),
        None,
    )
    assert database(runtime={}).path == PurePosixPath("/data")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in METRICS),
        *((name, "x") for name in METRICS),
        ("prometheus_tsdb_blocks_loaded", "+Inf"),
        ("prometheus_tsdb_head_min_time_seconds", "NaN"),
    ],
)
def test_a_server_that_does_not_say_all_of_it_has_no_database(name: str, value: str | None) -> None:
    metrics = {key: text for key, text in {**METRICS, name: value}.items() if text is not None}
    with pytest.raises(ProviderError) as refused:
        database(metrics)
    assert str(refused.value).startswith(
        "http://p:9090: /metrics and /api/v1/status/flags do not describe a database ("
    )
    assert str(refused.value).endswith(
        "); only a Prometheus that keeps its own data can be backfilled"
    )


def test_a_server_without_a_path_or_metrics_has_no_database() -> None:
    with pytest.raises(ProviderError, match=r"\('storage\.tsdb\.path'\)"):
        database(flags={})
    with (
        answering({"/api/v1/status/flags": FLAGS}) as server,
        pytest.raises(ProviderError, match="head_min_time"),
    ):
        database_of(server)


@pytest.mark.parametrize("head", ["9.223372036854776e+15", "100000000001"])
def test_a_database_without_a_sample_is_waited_for(head: str) -> None:
    with pytest.raises(ProviderError) as refused:
        database({**METRICS, "prometheus_tsdb_head_min_time_seconds": head})
    assert str(refused.value) == "http://p:9090: its database has no sample yet; wait for a scrape"


def test_a_head_at_the_limit_is_one() -> None:
    head = {**METRICS, "prometheus_tsdb_head_min_time_seconds": "100000000000"}
    assert database(head).head == 10**14


@pytest.mark.parametrize(
    ("version", "ranges"),
    [
        ("2.53.0", Ranges.CLOSED),
        ("3.0.1", Ranges.LEFT_OPEN),
        ("10.0", Ranges.LEFT_OPEN),
        ("", Ranges.LEFT_OPEN),
        ("v2", Ranges.LEFT_OPEN),
    ],
)
def test_prometheus_2_reads_ranges_with_both_ends(version: str, ranges: Ranges) -> None:
    with answering({"/api/v1/status/buildinfo": {"version": version}}) as server:
        assert ranges_of(server) is ranges


def test_the_first_samples_are_asked_for_by_their_selectors() -> None:
    asked: list[dict[str, str]] = []

    def said(query: dict[str, str]) -> dict[str, Any]:
        asked.append(query)
        sample = {"metric": {"pod": "x"}, "value": [1, "1700000000.5"]}
        return {"resultType": "vector", "result": [sample]}

    at = datetime(2026, 11, 25, tzinfo=UTC)
    with answering({"/api/v1/query": said}) as server:
        first = first_samples(server, {"slo:a": 'a{b="c"}'}, timedelta(hours=1), at)
    assert first == {(("__name__", "slo:a"), ("pod", "x")): 1_700_000_000_500}
    assert asked == [
        {
            "query": 'min_over_time(timestamp(a{b="c"})[3600s:1m])',
            "time": f"{at.timestamp():.3f}",
        }
    ]
