"""Replies of Prometheus's API as values or refusals, and which requests may be sent at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from reliability.errors import ProviderError
from reliability.history.sources.engine import semantics_of
from reliability.history.sources.prometheus import PrometheusServer, length_of
from reliability.http.prometheus import (
    QuestionRefusedError,
    Seconds,
    instant,
    label_values,
    ranges,
    runtime_of,
    samples,
)
from reliability.http.reply import UnexpectedReplyError
from reliability.http.server import HttpServer, Retries, open_client
from reliability.promql.evaluate.semantics import Ranges

URL = "http://p:9090/prefix"
Replies = dict[str, tuple[int, Any]]


class Api:
    """A server with a reply for each path, and the requests that it got."""

    def __init__(self, replies: Replies) -> None:
        self.replies = replies
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        status, body = self.replies.get(request.url.path.removeprefix("/prefix"), (404, "gone"))
        return httpx.Response(status, content=body if isinstance(body, str) else json.dumps(body))

    def asked(self, ask: Callable[[HttpServer], Any], **settings: Any) -> Any:
        transport = httpx.MockTransport(self)
        with open_client(URL, {}, transport=transport, **settings) as client:
            return ask(HttpServer(target="p", url=URL, client=client, retries=Retries(pauses=())))

    @property
    def queries(self) -> list[dict[str, str]]:
        return [dict(request.url.params) for request in self.requests]


def success(data: Any, **more: Any) -> tuple[int, Any]:
    return 200, {"status": "success", "data": data, **more}


def matrix(*series: Any) -> tuple[int, Any]:
    return success({"resultType": "matrix", "result": list(series)})


def test_an_instant_query_gives_samples() -> None:
    sample = {"metric": {"a": "b"}, "value": [1.5, "NaN"], "other": 1}
    api = Api({"/api/v1/query": success({"resultType": "vector", "result": [sample]})})
    [found] = api.asked(lambda server: instant(server, "up"))
    assert (found.metric, found.value[0], str(found.value[1])) == ({"a": "b"}, 1.5, "nan")
    api.asked(lambda server: instant(server, "up", 3.0004))
    assert api.queries == [{"query": "up"}, {"query": "up", "time": "3.000"}]
    assert {request.url.path for request in api.requests} == {"/prefix/api/v1/query"}


def test_a_range_query_gives_points() -> None:
    api = Api({"/api/v1/query_range": matrix({"metric": {}, "values": [[1, "2"], [3, "+Inf"]]})})
    [found] = api.asked(lambda server: ranges(server, "up", 1, 7.25, 0.5))
    assert (found.values, found.histograms) == ([(1.0, 2.0), (3.0, float("inf"))], None)
    assert api.queries == [{"query": "up", "start": "1.000", "end": "7.250", "step": "0.5"}]


def test_stored_samples_are_a_range_at_a_moment() -> None:
    api = Api({"/api/v1/query": matrix({"metric": {}, "histograms": [[1, {}]]})})
    [found] = api.asked(lambda server: samples(server, "up{}", 90, 5))
    assert (found.values, found.histograms) == ([], [[1, {}]])
    assert api.queries == [{"query": "up{}[90s]", "time": "5.000"}]


def test_values_of_a_label_and_facts_about_the_server() -> None:
    api = Api(
        {
            "/api/v1/label/a/b/values": success(["x", "y"]),
            "/api/v1/label/none/values": success(None),
            "/api/v1/status/runtimeinfo": success({"storageRetention": "15d"}),
        }
    )
    assert api.asked(lambda server: label_values(server, "a/b", {"limit": 5})) == ["x", "y"]
    assert api.requests[-1].url.raw_path == b"/prefix/api/v1/label/a%2Fb/values?limit=5"
    assert api.asked(lambda server: label_values(server, "none")) == []
    assert api.asked(runtime_of) == {"storageRetention": "15d"}


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        (
            (400, {"status": "error", "error": "bad\nquery"}),
            QuestionRefusedError,
            "answers 400: bad query",
        ),
        ((422, {"status": "error"}), QuestionRefusedError, "answers 422: no reason"),
        (
            (404, "not here"),
            UnexpectedReplyError,
            "is not answered as a Prometheus does: status 404",
        ),
        ((500, {"status": "success"}), UnexpectedReplyError, "a Prometheus does: status 500"),
        (
            success({"resultType": "matrix", "result": []}),
            UnexpectedReplyError,
            "a Prometheus does: data.resultType: Input should be 'vector'",
        ),
        (
            success({"resultType": "vector", "result": []}, warnings=["half", "other"]),
            ProviderError,
            "is answered only in part: half",
        ),
        (
            success({"resultType": "vector", "result": [{"metric": {}, "value": [-1, "1"]}]}),
            UnexpectedReplyError,
            "data.result.0.value.0: Input should be greater than or equal to 0",
        ),
        (
            success({"resultType": "vector", "result": [{"metric": {}, "value": [1, "x"]}, {}]}),
            UnexpectedReplyError,
            "data.result.0.value.1: Input should be a valid number",
        ),
        ((200, "<html>"), UnexpectedReplyError, "Invalid JSON"),
    ],
)
def test_a_reply_without_data_says_why(
    reply: tuple[int, Any], kind: type[ProviderError], message: str
) -> None:
    api = Api({"/api/v1/query": reply})
    with pytest.raises(kind) as refused:
        api.asked(lambda server: instant(server, "up"))
    assert str(refused.value).startswith("p: GET /prefix/api/v1/query ")
    assert message in str(refused.value)
    assert type(refused.value) is kind


def test_infos_are_no_warnings() -> None:
    info = "PromQL info: metric might not be a counter"
    api = Api({"/api/v1/query": success({"resultType": "vector", "result": []}, warnings=[info])})
    assert api.asked(lambda server: instant(server, "up")) == []


@pytest.mark.parametrize(
    ("moment", "is_read"),
    [
        (0, True),
        (7_258_118_399, True),
        (7_258_118_400, False),
        (float("nan"), False),
        (float("inf"), False),
    ],
)
def test_a_time_is_before_the_year_2200(moment: float, *, is_read: bool) -> None:
    sample = {"metric": {}, "value": [moment, "1"]}
    api = Api({"/api/v1/query": success({"resultType": "vector", "result": [sample]})})
    if is_read:
        [found] = api.asked(lambda server: instant(server, "up"))
        assert found.value == (moment, 1.0)
    else:
        with pytest.raises(UnexpectedReplyError, match="Input should be less than 7258118400"):
            api.asked(lambda server: instant(server, "up"))


@pytest.mark.parametrize(("labels", "is_read"), [(1_000, True), (1_001, False)])
def test_a_series_has_at_most_a_thousand_labels(labels: int, *, is_read: bool) -> None:
    sample = {"metric": {f"l{number}": "" for number in range(labels)}, "value": [1, "1"]}
    api = Api({"/api/v1/query": success({"resultType": "vector", "result": [sample]})})
    if is_read:
        [found] = api.asked(lambda server: instant(server, "up"))
        assert len(found.metric) == labels
    else:
        with pytest.raises(UnexpectedReplyError, match="metric: Dictionary should have at most"):
            api.asked(lambda server: instant(server, "up"))


SECONDS: TypeAdapter[float] = TypeAdapter(Seconds)


@pytest.mark.parametrize(
    ("seconds", "is_read"),
    [("0", True), ("1e10", True), ("10000000001", False), ("-1", False), ("NaN", False)],
)
def test_a_duration_is_at_most_300_years(seconds: str, *, is_read: bool) -> None:
    if is_read:
        assert SECONDS.validate_json(seconds) == float(seconds)
    else:
        with pytest.raises(ValidationError):
            SECONDS.validate_json(seconds)


@pytest.mark.parametrize(
    ("method", "path", "settings", "refusal"),
    [
        ("GET", "/x", {}, None),
        ("HEAD", "/x", {}, None),
        ("POST", "/x", {}, "a dry run sends no POST /prefix/x"),
        ("PUT", "/x", {}, "a dry run sends no PUT /prefix/x"),
        ("DELETE", "/x", {}, "a dry run sends no DELETE /prefix/x"),
        ("POST", "/x", {"writable": True}, None),
        ("POST", "/api/v1/read", {"questions": ("/api/v1/read",)}, None),
        ("PUT", "/api/v1/read", {"questions": ("/api/v1/read",)}, "sends no PUT"),
        ("POST", "/api/v1/read/x", {"questions": ("/api/v1/read",)}, "sends no POST"),
    ],
)
def test_without_leave_to_write_only_reads_are_sent(
    method: str, path: str, settings: dict[str, Any], refusal: str | None
) -> None:
    api = Api({path: (200, {})})
    if refusal is None:
        reply = api.asked(lambda server: server.send(method, path, None, {}), **settings)
        assert (reply.status_code, len(api.requests)) == (200, 1)
        return
    with pytest.raises(ProviderError, match=refusal):
        api.asked(lambda server: server.send(method, path, None, {}), **settings)
    assert api.requests == []


@pytest.mark.parametrize("url", ["https://p:9090/x", "http://q:9090/x", "http://p:9091/x"])
def test_no_other_host_is_asked(url: str) -> None:
    api = Api({})
    with open_client(URL, {}, transport=httpx.MockTransport(api)) as client:
        with pytest.raises(ProviderError, match="is not the host of this target"):
            client.get(url)
        assert client.get("http://p:9090/other").status_code == 404
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("build", "flags", "ranges_asked", "expected"),
    [
        ({"version": "2.53.3"}, {}, None, (Ranges.CLOSED, 300)),
        ({"version": "v2.45.0"}, {}, None, (Ranges.CLOSED, 300)),
        ({"version": "3.5.0"}, {}, None, (Ranges.LEFT_OPEN, 300)),
        ({"version": "20.1"}, {}, None, (Ranges.LEFT_OPEN, 300)),
        ({"version": "2.53.3"}, {}, Ranges.LEFT_OPEN, (Ranges.LEFT_OPEN, 300)),
        ({"version": "3.5.0"}, {}, Ranges.CLOSED, (Ranges.CLOSED, 300)),
        ({"version": "2.14.0", "application": "Grafana Mimir"}, {}, None, (Ranges.LEFT_OPEN, 300)),
        ({}, {"query.lookback-delta": "2m"}, None, (Ranges.LEFT_OPEN, 120)),
        ({}, {"query.lookback-delta": "soon"}, None, (Ranges.LEFT_OPEN, 300)),
        (None, None, None, (Ranges.LEFT_OPEN, 300)),
    ],
)
def test_a_version_and_a_flag_say_how_a_server_evaluates(
    build: Any, flags: Any, ranges_asked: Ranges | None, expected: tuple[Ranges, int]
) -> None:
    replies = {
        "/api/v1/status/buildinfo": success(build) if build is not None else (404, "gone"),
        "/api/v1/status/flags": success(flags) if flags is not None else (404, "gone"),
    }
    how = Api(replies).asked(lambda server: semantics_of(server, ranges_asked))
    assert (how.ranges, how.lookback.total_seconds()) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("15d", 15 * 86_400),
        ("1y2w3d4h5m6s7ms", 365 * 86_400 + 17 * 86_400 + 4 * 3600 + 5 * 60 + 6.007),
        ("0s", 0),
        ("10GiB", None),
        ("", None),
        ("15", None),
        ("d", None),
        ("9999999999999y", None),
    ],
)
def test_a_length_as_prometheus_writes_it(text: str, seconds: float | None) -> None:
    length = length_of(text)
    assert (None if length is None else length.total_seconds()) == seconds


@pytest.mark.parametrize(
    ("stated", "days"),
    [("15d", 15), ("15d or 10GiB", 15), ("10GiB or 2w", 14), ("10GiB", None), (None, None)],
)
def test_the_retention_of_a_server(stated: str | None, days: int | None) -> None:
    found = success({"storageRetention": stated} if stated else {})
    api = Api({"/api/v1/status/runtimeinfo": found})
    kept = api.asked(lambda server: PrometheusServer(server).retention())
    assert (None if kept is None else kept.days) == days
    assert Api({}).asked(lambda server: PrometheusServer(server).retention()) is None
