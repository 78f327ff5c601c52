"""Queries of `check --live`: their texts, times and sizes, and the numbers that are read."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from reliability.check.facts.live import Observed
from reliability.errors import ProviderError
from reliability.providers.metrics_api import (
    MetricsApi,
    batches,
    interval_of,
    length_of,
    open_metrics,
)

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
SECONDS = NOW.timestamp()


@dataclass
class Server:
    """Answers queries by a function of their text, and notes all that it is asked."""

    numbers: Callable[[str], list[float]] = lambda _query: []
    labels: Callable[[str], list[str]] = lambda _selector: []
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        parameters = dict(request.url.params)
        self.asked.append((request.url.path, parameters))
        data: Any
        if "match[]" in parameters:
            data = self.labels(parameters["match[]"])
        else:
            result = [
                {"metric": {"asked": str(index)}, "value": [SECONDS, str(number)]}
                for index, number in enumerate(self.numbers(parameters["query"]))
            ]
            data = {"resultType": "vector", "result": result}
        return httpx.Response(200, json={"status": "success", "data": data})


@contextmanager
def api(server: Server) -> Iterator[MetricsApi]:
    with open_metrics("http://m.example/p/", transport=httpx.MockTransport(server)) as opened:
        quiet = replace(opened.server, pause=lambda _seconds: None)
        yield replace(opened, server=quiet, now=NOW)


def test_a_server_is_asked_whether_it_evaluates() -> None:
    server = Server()
    with api(server) as metrics:
        metrics.ensure_ready()
        assert metrics.server.url == "http://m.example/p"
    assert server.asked == [("/p/api/v1/query", {"query": "vector(1)", "time": f"{SECONDS:.3f}"})]


@pytest.mark.parametrize("numbers", [[], [5.0]])
def test_an_old_sample_is_looked_for_in_the_hour_before(numbers: list[float]) -> None:
    server = Server(lambda _query: numbers)
    with api(server) as metrics:
        assert metrics.holds(["a.b", 'c"'], timedelta(days=2)) is bool(numbers)
    query = 'count(last_over_time({__name__=~"a\\\\.b|c\\""}[1h]))'
    moment = (NOW - timedelta(days=2)).timestamp()
    assert server.asked == [("/p/api/v1/query", {"query": query, "time": f"{moment:.3f}"})]


def test_values_of_labels_are_those_of_the_last_week() -> None:
    server = Server(labels=lambda selector: [selector, "x"])
    with api(server) as metrics:
        assert metrics.values([("job", "a"), ("pod", "b")]) == [frozenset("ax"), frozenset("bx")]
    week = timedelta(days=7).total_seconds()
    times = {"start": f"{SECONDS - week:.3f}", "end": f"{SECONDS:.3f}"}
    assert sorted(path for path, _ in server.asked) == [
        "/p/api/v1/label/job/values", "/p/api/v1/label/pod/values"
    ]  # fmt: skip
    for _, parameters in server.asked:
        assert {key: parameters[key] for key in times} == times


@pytest.mark.parametrize(("count", "requests"), [(0, 0), (1, 1), (300, 1), (301, 2), (600, 2)])
def test_names_are_asked_for_in_requests_of_six_thousand_characters(
    count: int, requests: int
) -> None:
    names = [f"metric_{number:04}" for number in range(count)]
    server = Server(labels=lambda selector: [name for name in names if name in selector])
    with api(server) as metrics:
        assert metrics.known(names) == set(names)
    assert len(server.asked) == requests
    if count == 1:
        [(path, parameters)] = server.asked
        assert path == "/p/api/v1/label/__name__/values"
        assert parameters["match[]"] == '{__name__=~"metric_0000"}'


def test_series_and_samples_are_counted_per_selector() -> None:
    def numbers(query: str) -> list[float]:
        return [20.0, 2.0, 1.0] if "count_over_time" in query else [3.0, 1.0, float("inf")]

    server = Server(numbers)
    with api(server) as metrics:
        assert metrics.observed(["a", "b", "c", "d"]) == [
            Observed(3, timedelta(seconds=180)),
            Observed(1, timedelta(seconds=1800)),
            None,
            Observed(0, None),
        ]
    series = " or ".join(
        f'label_replace(count({name}),"asked","{index}","","")' for index, name in enumerate("abcd")
    )
    samples = " or ".join(
        f"label_replace(max(count_over_time({name}[1h]) and count_over_time({name}[15m] offset 1h) "
        f'and count_over_time({name}[15m])),"asked","{index}","","")'
        for index, name in enumerate("abcd")
    )
    assert [parameters["query"] for _, parameters in server.asked] == [series, samples]
    assert {parameters["time"] for _, parameters in server.asked} == {f"{SECONDS:.3f}"}


def test_selectors_are_asked_for_in_requests_of_six_thousand_characters() -> None:
    server = Server(lambda query: [1.0] * query.count("label_replace"))
    # Each has a name of 29 characters, `count()` with encoded parentheses, and 60 more.
    names = [f"m{number:028}" for number in range(61)]
    with api(server) as metrics:
        metrics.observed(names)
    sizes = [
        parameters["query"].count("label_replace")
        for _, parameters in server.asked
        if "count_over_time" not in parameters["query"]
    ]
    size = 29 + len("count%28%29") + 60
    assert sizes == [6000 // size, 61 - 6000 // size]


@pytest.mark.parametrize(
    ("sizes", "parts"),
    [
        ([], []),
        ([1], [[1]]),
        ([0, 0], [[0, 0]]),
        ([3000, 3000], [[3000, 3000]]),
        ([3000, 3001], [[3000], [3001]]),
        ([6000, 1], [[6000], [1]]),
        # What is too long for any request is sent alone.
        ([7000, 1, 7001], [[7000], [1], [7001]]),
        ([1, 5999, 1], [[1, 5999], [1]]),
    ],
)
def test_batches_fit_into_a_request(sizes: list[int], parts: list[list[int]]) -> None:
    if 0 in sizes:
        # The first one begins a batch whatever its size.
        sizes, parts = [1, *sizes], [[1, *parts[0]]]
    texts = [str(size) for size in sizes]
    assert batches(texts, int) == [[str(size) for size in part] for part in parts]


@pytest.mark.parametrize(
    ("samples", "seconds"),
    [
        (None, None),
        (0.0, None),
        (1.9, None),
        (2.0, 1800),
        (3600.0, 1),
        (240.0, 15),
        (239.0, 15),
        (120.0, 30),
        (57.0, 65),
        (400.0, 9),
        (365.0, 10),
        (360.0, 10),
        (330.0, 10),
        (340.0, 10),
        (1440.0, 2),
    ],
)
def test_intervals_are_whole_seconds_then_multiples_of_five(
    samples: float | None, seconds: int | None
) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert interval_of(samples) == expected


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1y", timedelta(days=365)),
        ("1w", timedelta(days=7)),
        ("1d", timedelta(days=1)),
        ("1h", timedelta(hours=1)),
        ("1m", timedelta(minutes=1)),
        ("1s", timedelta(seconds=1)),
        ("1ms", timedelta(milliseconds=1)),
        ("2w1d", timedelta(days=15)),
        ("1h30m", timedelta(minutes=90)),
        ("", None),
        ("5", None),
        ("d", None),
        ("10GiB", None),
        ("1d ", None),
        ("-1d", None),
        ("1d2x", None),
    ],
)
def test_durations_of_prometheus(text: str, length: timedelta | None) -> None:
    assert length_of(text) == length


@pytest.mark.parametrize(
    ("runtime", "flag", "kept"),
    [
        ("15d", "30d", 15),
        ("15d or 10GiB", "30d", 15),
        ("10GiB or 16d", "30d", 16),
        ("10GiB", "30d", 30),
        (None, "30d", 30),
        ("0s", "30d", 30),
        ("10GiB", "0s", None),
    ],
)
def test_retention_is_the_first_duration(runtime: str | None, flag: str, kept: int | None) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        if name == "runtimeinfo" and runtime is None:
            return httpx.Response(404)
        data = {"storageRetention": runtime, "storage.tsdb.retention.time": flag}
        key = "storageRetention" if name == "runtimeinfo" else "storage.tsdb.retention.time"
        return httpx.Response(200, json={"status": "success", "data": {key: data[key]}})

    with open_metrics("http://m.example", transport=httpx.MockTransport(answer)) as metrics:
        assert metrics.retention() == (None if kept is None else timedelta(days=kept))


def test_halves_of_a_refused_query_keep_their_order() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        query = request.url.params["query"]
        if "bad" in query:
            return httpx.Response(422, json={"status": "error", "errorType": "x", "error": "no"})
        result = [
            {"metric": {"asked": str(index)}, "value": [0, number]}
            for index, number in enumerate(re.findall(r"\(count\(s(\d)\)", query))
        ]
        data = {"resultType": "vector", "result": result}
        return httpx.Response(200, json={"status": "success", "data": data})

    transport = httpx.MockTransport(answer)
    with open_metrics("http://m.example", transport=transport) as metrics:
        observed = metrics.observed(["s1", "s2", "bad", "s4", "s5"])
    assert [each and each.series for each in observed] == [1, 2, None, 4, 5]


@pytest.mark.parametrize(
    ("url", "authorization", "header"),
    [
        ("http://m.example", None, None),
        ("http://ann:hush@m.example", None, "Basic YW5uOmh1c2g="),
        ("http://ann:hush@m.example", "Bearer t", "Bearer t"),
        ("http://m.example", "Bearer t", "Bearer t"),
    ],
)
def test_the_credential_that_is_sent(
    url: str, authorization: str | None, header: str | None
) -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization"))
        assert request.url.userinfo == b""
        return httpx.Response(404, text="no")

    transport = httpx.MockTransport(answer)
    with (
        open_metrics(url, authorization, transport=transport) as metrics,
        pytest.raises(ProviderError, match=r"; write the URL without /api/v1$"),
    ):
        metrics.ensure_ready()
    assert seen == [header]
