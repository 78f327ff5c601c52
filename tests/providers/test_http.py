"""Calls: to the allowed host only, no write in a dry run, reads tried again, writes never."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.model.targets import PrometheusTarget
from reliability.providers.http import HttpServer, NoAnswerError, open_server

URL = "https://prometheus.example:9090/prefix"
Handler = Callable[[httpx.Request], httpx.Response]
Connect = Callable[..., HttpServer]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes a server of a function that answers; pauses are counted, not slept."""
    with ExitStack() as closing:

        def made(
            answer: Handler,
            *,
            writable: bool = True,
            hosts: tuple[str, ...] = ("prometheus.example",),
            pauses: list[float] | None = None,
            authorization: str | None = None,
        ) -> HttpServer:
            target = PrometheusTarget(
                name="prometheus",
                provider="prometheus",
                url=URL,
                folder="rules",
                timeout=timedelta(seconds=1),
            )
            transport = httpx.MockTransport(answer)
            server = open_server(
                target, authorization, hosts, writable=writable, transport=transport
            )
            closing.callback(server.client.close)
            kept = pauses if pauses is not None else []
            return replace(server, pause=kept.append)

        yield made


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.method} {request.url} has left")


class Flaky:
    """Answers with each of these statuses, and then with 200."""

    def __init__(self, *statuses: int, headers: dict[str, str] | None = None) -> None:
        self.statuses = list(statuses)
        self.headers = headers
        self.asked = 0

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.statuses:
            return httpx.Response(self.statuses.pop(0), headers=self.headers)
        return httpx.Response(200, text="good")


def test_a_host_that_is_not_allowed_is_refused_before_any_call(connect: Connect) -> None:
    with pytest.raises(ProviderError) as caught:
        connect(never, hosts=("other.example", "prometheus.example:80"))
    assert str(caught.value) == (
        "prometheus: host prometheus.example is not allowed; "
        "add it to spec.allowedHosts in policies/targets.yaml"
    )


def test_a_host_may_be_allowed_on_one_port_only(connect: Connect) -> None:
    assert connect(Flaky(), hosts=("prometheus.example:9090",)).get("/x").text == "good"


def test_no_write_leaves_in_a_dry_run(connect: Connect) -> None:
    with pytest.raises(ProviderError, match="a dry run sends no POST /prefix/-/reload"):
        connect(never, writable=False).post("/-/reload")


def test_a_redirect_is_not_followed(connect: Connect) -> None:
    def elsewhere(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "prometheus.example"
        return httpx.Response(302, headers={"Location": "https://evil.example/"})

    with pytest.raises(ProviderError, match="leads elsewhere"):
        connect(elsewhere).get("/api")


def test_the_client_itself_reaches_no_other_host(connect: Connect) -> None:
    with pytest.raises(ProviderError, match=r"evil\.example is not the host of this target"):
        connect(never).client.get("https://evil.example/")


def test_a_read_is_tried_again_as_the_server_asks(connect: Connect) -> None:
    pauses: list[float] = []
    answer = Flaky(429, 503, headers={"Retry-After": "7"})
    assert connect(answer, pauses=pauses).get("/api").text == "good"
    assert pauses == [7.0, 7.0]


def test_a_read_is_not_tried_for_ever(connect: Connect) -> None:
    pauses: list[float] = []
    answer = Flaky(*[503] * 9)
    assert connect(answer, pauses=pauses).get("/api").status_code == 503
    assert (answer.asked, pauses) == (4, [0.5, 1.0, 2.0])


def test_a_write_is_sent_once(connect: Connect) -> None:
    answer = Flaky(503)
    assert connect(answer).post("/-/reload").status_code == 503
    assert answer.asked == 1


def test_a_server_that_is_down_is_told_at_once(connect: Connect) -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    pauses: list[float] = []
    with pytest.raises(NoAnswerError) as caught:
        connect(down, pauses=pauses).get("/api")
    assert str(caught.value) == f"prometheus: {URL} does not answer: connection refused"
    assert pauses == []


def test_a_refused_credential_is_named_and_not_shown(connect: Connect) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer s3cret"
        return httpx.Response(401)

    with pytest.raises(ProviderError) as caught:
        connect(refuse, authorization="Bearer s3cret").get("/api")
    assert "GET /prefix/api answers 401" in str(caught.value)
    assert "s3cret" not in str(caught.value)
