"""Refusals of the servers of history in words, and how long an answer may take."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

import httpx
import pytest

from reliability.errors import SourceError
from reliability.history.sources.asking import ask, open_source_server
from reliability.history.sources.unread import UnavailableError
from reliability.http.server import open_client

URL: Final = "http://p:9090"


class Refusing:
    """A server that refuses everything with one status and body."""

    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        self.content = body if isinstance(body, str) else json.dumps(body)
        self.pauses: list[float] = []
        self.requests = 0

    def __call__(self, _request: httpx.Request) -> httpx.Response:
        self.requests += 1
        return httpx.Response(self.status, content=self.content)

    def refusal(self) -> SourceError:
        opened = open_source_server(URL, {}, self.pauses.append)
        opened.client.close()
        with open_client(URL, {}, transport=httpx.MockTransport(self)) as client:
            with pytest.raises(SourceError) as refused:
                ask(replace(opened, client=client), "/api", {"query": "up"})
            return refused.value


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "too\nmany"}, " too many"),
        ({"error": "first", "errors": ["second"]}, " first"),
        ({"errors": ["first", "second"]}, " first"),
        ({"error": "", "errors": ["only"]}, " only"),
        ({"errors": [{"detail": "x"}]}, " {'detail': 'x'}"),
        ({"errors": []}, ""),
        ({"errors": "none"}, ""),
        ({}, ""),
        ([], " []"),
        ("not\tJSON", " not JSON"),
        ("", ""),
    ],
)
def test_the_reason_of_a_server_is_named(body: Any, words: str) -> None:
    refusing = Refusing(422, body)
    refusal = refusing.refusal()
    assert str(refusal) == f"{URL} refuses: 422{words}"
    assert not isinstance(refusal, UnavailableError)
    assert (refusing.requests, refusing.pauses) == (1, [])


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_six_times(status: int) -> None:
    busy = Refusing(status, {"errors": ["later"]})
    refusal = busy.refusal()
    assert str(refusal) == f"{URL} does not answer after 6 tries: {status} later"
    assert isinstance(refusal, UnavailableError)
    assert (busy.requests, busy.pauses) == (6, [0.5, 1.0, 2.0, 4.0, 8.0])


def test_errors_of_the_client_are_those_of_a_source() -> None:
    refusal = Refusing(401, "").refusal()
    assert str(refusal) == f"{URL}: GET /api answers 401: the credential is refused"
    assert type(refusal) is SourceError
