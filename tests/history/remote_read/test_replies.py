"""Replies to remote read: what is asked, which labels are left out, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import pytest

from reliability.errors import SourceError
from reliability.history.sources.asking import open_source_server
from reliability.history.sources.remote_read.series import request_of
from reliability.history.sources.remote_read.server import (
    RemoteReadRefusedError,
    RemoteReadServer,
    SelectorNotReadError,
)
from reliability.history.sources.unread import UnavailableError
from reliability.http.bounds import AnswerBounds
from reliability.http.server import HttpServer, Retries, open_client
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.servers.remote_write import field, snappy, time_series, varint

URL: Final = "http://p:9090"
START: Final = datetime(2026, 9, 29, tzinfo=UTC)
SPAN: Final = TimeSpan(START, START + timedelta(hours=1))
UP: Final = Selector.parse("up")


class Replying:
    """A server that replies to each request in the same way, and keeps the requests."""

    def __init__(self, status: int, content: bytes | str = b"") -> None:
        self.status = status
        self.content = content
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.status, content=self.content)

    def asked(self, external: str | None = "", selector: Selector = UP, **settings: Any) -> Any:
        """Series of remote read, or the external labels that the server names if they are None."""
        transport = httpx.MockTransport(self)
        with open_client(URL, {}, transport=transport, questions=("/api/v1/read",)) as client:
            retries = Retries(pauses=())
            server = HttpServer(target="p", url=URL, client=client, retries=retries, **settings)
            if external is None:
                return sorted(RemoteReadServer.of(server).external)
            reader = RemoteReadServer(server, frozenset(external.split()))
            return [
                (dict(counter.labels), counter.samples.values.tolist())
                for counter in reader.counters(selector, SPAN)
            ]


def answer(*series: bytes) -> bytes:
    return snappy(field(1, b"".join(field(1, one) for one in series)))


SERIES: Final = time_series(
    {"__name__": "up", "cluster": "a", "job": "b"}, [(START, 1.0), (START, 0.5)]
)


def test_a_request_is_compressed_and_external_labels_are_left_out() -> None:
    replying = Replying(200, answer(SERIES, SERIES))
    labels = {"__name__": "up", "job": "b"}
    assert replying.asked("cluster other") == [(labels, [1.0, 0.5])] * 2
    [request] = replying.requests
    assert (request.method, str(request.url)) == ("POST", f"{URL}/api/v1/read")
    assert request.headers["Content-Encoding"] == "snappy"
    assert request.headers["Content-Type"] == "application/x-protobuf"
    assert request.headers["X-Prometheus-Remote-Read-Version"] == "0.1.0"
    content = request_of(UP, SPAN)
    assert request.content[:1] == varint(len(content))
    assert content[-30:] in request.content
    assert replying.asked() == [({**labels, "cluster": "a"}, [1.0, 0.5])] * 2


def test_a_selector_of_an_external_label_is_not_sent() -> None:
    replying = Replying(200, answer(SERIES))
    with pytest.raises(SelectorNotReadError) as refused:
        replying.asked("zone cluster job", Selector.parse('up{zone="x",cluster!="y"}'))
    assert str(refused.value) == 'up{cluster!="y",zone="x"} names the external label cluster'
    assert replying.requests == []


CUSTOM: Final = varint(4 << 3) + varint(105)


@pytest.mark.parametrize(
    ("status", "content", "kind", "why"),
    [
        (404, "", RemoteReadRefusedError, "remote read is refused: 404"),
        (
            400,
            '{"error": "too many\\nsamples"}',
            RemoteReadRefusedError,
            "remote read is refused: 400 too many samples",
        ),
        (400, '{"other": 1}', RemoteReadRefusedError, "remote read is refused: 400"),
        (400, "not\njson", RemoteReadRefusedError, "remote read is refused: 400 not json"),
        (500, "busy", RemoteReadRefusedError, "remote read is refused: 500 busy"),
        (503, "busy", UnavailableError, f"{URL} does not answer: 503 busy"),
        (429, '{"error": "slow"}', UnavailableError, f"{URL} does not answer: 429 slow"),
        (401, "", SourceError, "p: POST /api/v1/read answers 401: the credential is refused"),
        (
            200,
            "",
            RemoteReadRefusedError,
            "remote read is not answered as documented: a number is cut off",
        ),
        (
            200,
            snappy(b"\x0b"),
            RemoteReadRefusedError,
            "remote read is not answered as documented: a field has type 3",
        ),
        (
            200,
            b"\x05\xff\xff",
            RemoteReadRefusedError,
            "remote read is not answered as documented: it is not compressed by snappy",
        ),
        (
            200,
            answer(field(4, CUSTOM)),
            SelectorNotReadError,
            "up{}: native histograms with custom bounds are sent without the bounds",
        ),
    ],
)
def test_what_is_refused(
    status: int, content: bytes | str, kind: type[SourceError], why: str
) -> None:
    with pytest.raises(SourceError) as refused:
        Replying(status, content).asked()
    assert (type(refused.value), str(refused.value)) == (kind, why)


def test_an_answer_is_limited_before_it_is_decompressed() -> None:
    message = field(1, field(1, SERIES))
    replying = Replying(200, snappy(message))
    assert len(replying.asked(bounds=AnswerBounds(largest=len(message) + 10))) == 1
    large = Replying(200, varint(3 * 2**19 + 1) + b"\x00x")
    with pytest.raises(SourceError) as refused:
        large.asked(bounds=AnswerBounds(largest=3 * 2**19))
    assert str(refused.value) == "p: POST /api/v1/read: the answer is larger than 1.5 MiB"
    assert not isinstance(refused.value, RemoteReadRefusedError)


@pytest.mark.parametrize(
    ("config", "labels"),
    [
        ("global: {external_labels: {zone: a, cluster: b}}", ["cluster", "zone"]),
        ("global: {external_labels: {}}", []),
        ("global: {external_labels: [a]}", []),
        ("global: [external_labels]", []),
        ("global: {}", []),
        ("scrape_configs: []", []),
        ("[a, b]", []),
    ],
)
def test_external_labels_are_those_of_the_configuration(config: str, labels: list[str]) -> None:
    data = httpx.Response(200, json={"status": "success", "data": {"yaml": config}}).content
    replying = Replying(200, data)
    assert replying.asked(None) == labels
    assert [str(request.url) for request in replying.requests] == [f"{URL}/api/v1/status/config"]


def test_a_server_without_such_a_page_adds_no_labels() -> None:
    assert Replying(404, "page not found").asked(None) == []


@pytest.mark.parametrize(
    ("status", "content", "why"),
    [
        (200, '{"status": "success", "data": {}}', "its configuration is too"),
        (200, '{"status": "success", "data": {"yaml": "a: [b"}}', "its configuration is too"),
        (
            403,
            '{"status": "error", "error": "no"}',
            "p: GET /api/v1/status/config answers 403: no",
        ),
        (
            200,
            "<html>",
            "p: GET /api/v1/status/config is not answered as a Prometheus does: Invalid JSON: "
            "expected value at line 1 column 1",
        ),
    ],
)
def test_without_its_labels_a_server_is_not_read(status: int, content: str, why: str) -> None:
    with pytest.raises(RemoteReadRefusedError) as refused:
        Replying(status, content).asked(None)
    assert str(refused.value) == f"its external labels are unknown: {why}"


def test_a_source_is_asked_at_its_address_without_a_slash_at_the_end() -> None:
    server = open_source_server(f"{URL}/", {"Authorization": "Bearer a"})
    with server.client:
        assert (server.url, server.target) == (URL, URL)
        assert server.client.headers["Authorization"] == "Bearer a"
        assert RemoteReadServer(server).description == f"prometheus {URL}"
        bounds = server.bounds
        assert (bounds.longest, bounds.largest, bounds.values) == (120, 256 * 2**20, 60_000_000)
