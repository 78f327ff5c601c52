"""Remote read against real servers of both generations: every sample, as it is stored."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest

from reliability.history.sources.prometheus import open_prometheus
from reliability.history.sources.remote_read.server import (
    RemoteReadRefusedError,
    RemoteReadServer,
    SelectorNotReadError,
)
from reliability.promql.evaluate.evaluator import Evaluator
from reliability.promql.evaluate.rules import read
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.evaluate.stored import STALE, Storage, is_stale
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.promql.evaluate import pushed
from tests.promql.language.description import series
from tests.servers.generation import Generation
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus
from tests.servers.remote_write import HEADERS, field, label, push, snappy, varint

pytestmark = pytest.mark.servers

END = datetime.now(UTC).replace(second=0, microsecond=0)
START = END - timedelta(hours=1)
SPAN = TimeSpan(START, END)
FIRST = int(START.timestamp()) * 1000
MINUTES = 60
FLOATS = (
    "{{schema:1 sum:3.5 count:7 z_bucket:1 z_bucket_w:0.001 buckets:[2 0 3 1] n_buckets:[1]}}x60"
)
CUSTOM = "{{schema:-53 sum:5 count:6 custom_values:[1 2 5] buckets:[1 2 0 3]}}x60"


@pytest.fixture(scope="module")
def prometheus(
    generation: Generation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    config = prometheus_config(out_of_order=timedelta(hours=3))
    config["global"]["external_labels"] = {"cluster": "a"}
    flags = ("--enable-feature=native-histograms",)
    folder = tmp_path_factory.mktemp("prometheus")
    with run_prometheus(generation, folder, config, flags=flags) as server:
        # Not every sample has a value: a zero is not written, a stale marker is a NaN
        gauge = [STALE if at == 40 else float(at % 3) for at in range(MINUTES)]
        moments = [START + timedelta(minutes=at) for at in range(MINUTES)]
        count = [(moment, 1.5 + at) for at, moment in enumerate(moments)]
        push(
            server.url,
            [
                ({"__name__": "gauge", "job": "a"}, list(zip(moments, gauge, strict=True))),
                ({"__name__": "count", "job": "a"}, count),
                ({"__name__": "own", "cluster": "b"}, count),
            ],
        )
        described = {"of_floats": FLOATS}
        if generation.has_left_open_ranges:
            described["custom"] = CUSTOM
        pushed.push(
            server.url, [series(f"{name} {samples}") for name, samples in described.items()], FIRST
        )
        push_integers(server.url)
        yield server


def push_integers(url: str) -> None:
    """A counter as a scrape has it: buckets as differences of integers, here with a gap."""
    named = field(1, label("__name__", "of_integers"))
    histograms = b""
    for at in range(MINUTES):
        first = at + 1
        body = varint(1 << 3) + varint(4 * first)
        body += varint(3 << 3 | 1) + struct.pack("<d", 2.5 * first)
        body += varint(4 << 3) + varint(3 << 1)
        body += varint(5 << 3 | 1) + struct.pack("<d", 1e-9)
        body += field(11, varint(1 << 3) + varint(3) + varint(2 << 3) + varint(2))
        body += field(11, varint(1 << 3) + varint(4) + varint(2 << 3) + varint(1))
        deltas = (first, first, -first)
        body += field(12, b"".join(varint(d << 1 if d >= 0 else (-d << 1) - 1) for d in deltas))
        body += varint(15 << 3) + varint(FIRST + at * 60_000)
        histograms += field(4, body)
    reply = httpx.post(
        f"{url}/api/v1/write",
        content=snappy(field(1, named + histograms)),
        headers=HEADERS,
        trust_env=False,
    )
    assert reply.is_success, reply.text


def fetched(prometheus: Prometheus, selector: str, span: TimeSpan = SPAN) -> list[Counter]:
    opened = open_prometheus(prometheus.url, None)
    with opened.client:
        server = RemoteReadServer.of(opened.server)
        return list(server.counters(Selector.parse(selector), span))


def test_samples_are_those_of_the_query_api_without_external_labels(
    prometheus: Prometheus,
) -> None:
    [found] = fetched(prometheus, "count")
    assert dict(found.labels) == {"__name__": "count", "job": "a"}
    [known] = prometheus.query(f"count[{60 * MINUTES}s]", END)
    values = {int(time * 1000): float(value) for time, value in known["values"]}
    times = found.samples.times.tolist()
    assert dict(zip(times, found.samples.values.tolist(), strict=True)) == {
        time: value for time, value in values.items() if time > FIRST
    }


def test_zeros_and_stale_markers_are_read(prometheus: Prometheus) -> None:
    [found] = fetched(prometheus, 'gauge{job=~"a|b",job!="b",x!~".+"}')
    values = found.samples.values
    assert np.flatnonzero(is_stale(values)).tolist() == [39]
    rest = ~is_stale(values)
    assert values[rest].tolist() == [float(at % 3) for at in range(1, MINUTES) if at != 40]
    assert found.samples.times.tolist() == [FIRST + at * 60_000 for at in range(1, MINUTES)]


def test_samples_begin_after_the_start_and_include_the_end(prometheus: Prometheus) -> None:
    span = TimeSpan(START + timedelta(minutes=5), START + timedelta(minutes=7))
    [found] = fetched(prometheus, "count", span)
    assert found.samples.times.tolist() == [FIRST + at * 60_000 for at in (6, 7)]


@pytest.mark.parametrize(
    "expression",
    [
        "histogram_quantile(0.9, rate({name}[5m]))",
        "histogram_quantile(0.1, {name})",
        "histogram_count(rate({name}[10m])) >= 0",
        "histogram_sum(sum({name}))",
        "histogram_fraction(0, 2, {name})",
    ],
)
@pytest.mark.parametrize("name", ["of_floats", "of_integers"])
def test_native_histograms_evaluate_as_on_the_server(
    name: str, expression: str, prometheus: Prometheus
) -> None:
    query = expression.format(name=name)
    [found] = fetched(prometheus, name)
    at = START + timedelta(minutes=30)
    ranges = Ranges.LEFT_OPEN if prometheus.generation.has_left_open_ranges else Ranges.CLOSED
    times = np.array([int(at.timestamp()) * 1000], dtype=np.int64)
    ours = Evaluator(Storage.of([found]), times, Semantics(ranges)).vector(read(query))
    theirs = prometheus.query(query, at)
    found_values = [repr(float(line.values[0])) for line in ours]
    assert found_values == [repr(float(one["value"][1])) for one in theirs]
    assert theirs


def test_custom_bounds_that_the_server_leaves_out_are_noticed(prometheus: Prometheus) -> None:
    if not prometheus.generation.has_left_open_ranges:
        pytest.skip("Prometheus 2 has no custom bounds")
    with pytest.raises(SelectorNotReadError, match="custom bounds are sent without the bounds"):
        fetched(prometheus, "custom")


def test_a_selector_that_names_an_external_label_is_not_read(prometheus: Prometheus) -> None:
    with pytest.raises(SelectorNotReadError, match=r"names the external label cluster"):
        fetched(prometheus, 'count{cluster="a"}')


def test_a_server_without_remote_read_refuses(tmp_path: Path, generation: Generation) -> None:
    with run_prometheus(generation, tmp_path, prometheus_config()) as server:
        opened = open_prometheus(f"{server.url}/missing", None)
        with opened.client, pytest.raises(RemoteReadRefusedError, match="is refused: 404"):
            list(RemoteReadServer(opened.server).counters(Selector.parse("up"), SPAN))
