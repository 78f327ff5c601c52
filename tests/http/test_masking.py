"""A server that shows what it got does not bring a credential into a message."""

import base64
import json
from collections.abc import Callable

import httpx
import pytest

from reliability.errors import ProviderError
from reliability.http.prometheus import instant
from reliability.http.server import HttpServer, open_client
from reliability.providers.datadog.api import DatadogApi
from reliability.providers.grafana.api import versions_of
from reliability.providers.pagerduty.api import PagerDutyApi
from reliability.providers.rulers.api import RulerApi

VALUE = "s3cr3t/t0k3n+of=us"
HEADERS = (
    {"Authorization": f"Bearer {VALUE}"},
    {"Authorization": f"Token token={VALUE}"},
    {"Authorization": "Basic " + base64.b64encode(f"us:{VALUE}".encode()).decode()},
    {"DD-API-KEY": VALUE, "DD-APPLICATION-KEY": VALUE},
    {"Cookie": f"session={VALUE}"},
)
READS: dict[str, Callable[[HttpServer], object]] = {
    "datadog": lambda server: list(DatadogApi(server).objects("/api/v1/slo", "a")),
    "grafana": versions_of,
    "pagerduty": lambda server: list(PagerDutyApi(server).services()),
    "prometheus": lambda server: instant(server, "up"),
    "ruler": lambda server: RulerApi(server, "/rules").groups("status"),
}


def echo(request: httpx.Request) -> str:
    return " ".join((*request.headers.values(), f"password {VALUE}\n::error::owned"))


def as_text(request: httpx.Request) -> httpx.Response:
    return httpx.Response(400, text=echo(request))


def as_json(request: httpx.Request) -> httpx.Response:
    text = echo(request)
    error = {"message": {"a": text}, "errors": [{"b": text}, text]}
    body = {"status": "error", "error": text, "errors": [text], "message": text}
    is_pager = request.url.path == "/services"
    return httpx.Response(400, text=json.dumps({**body, "error": error} if is_pager else body))


def as_keys(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text=json.dumps({"status": "success", "data": {echo(request): 1}}))


def as_failure(request: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError(f"illegal header line: {echo(request)}")


@pytest.mark.parametrize("answer", [as_text, as_json, as_keys, as_failure])
@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("headers", HEADERS)
def test_credentials_are_masked_and_a_text_has_one_line(
    headers: dict[str, str], read: str, answer: Callable[[httpx.Request], httpx.Response]
) -> None:
    transport = httpx.MockTransport(answer)
    with open_client("http://x", headers, transport=transport) as client:
        server = HttpServer(target="x", url="http://x", client=client, pause=lambda _: None)
        with pytest.raises(ProviderError) as refused:
            READS[read](server)
    message = str(refused.value)
    assert VALUE not in message
    assert not any(value in message for value in headers.values())
    assert len(message.splitlines()) == 1
