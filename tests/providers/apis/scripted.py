"""A server that gives answers in their order, whatever it is asked, and keeps what was sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx

from reliability.errors import ProviderError
from reliability.http.server import Retries
from reliability.model.targets import ServerTarget
from reliability.providers.http import HttpServer, open_server
from reliability.providers.object_api import LostAnswerError, RefusedError
from tests.providers.worlds import TARGET

Answer = httpx.Response | Exception
LATE = httpx.ReadTimeout("late")


def reply(status: int, body: Any = None, **headers: str) -> httpx.Response:
    """An answer with a text or with JSON; an underscore of a header's name is a dash."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is None or isinstance(body, str):
        return httpx.Response(status, headers=named, text=body or "")
    return httpx.Response(status, headers=named, json=body)


@dataclass(slots=True)
class Script:
    """`answers` are given one after another, the last one again and again."""

    answers: list[Answer]
    requests: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        self.requests.append(f"{request.method} {path}")
        is_json = request.headers.get("content-type") == "application/json"
        text = request.content.decode()
        self.bodies.append(json.loads(text) if is_json and text else text or None)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        # A client wraps the stream of what it gets, so each answer is one of its own.
        return httpx.Response(
            answer.status_code, headers=dict(answer.headers), content=answer.content
        )


@contextmanager
def scripted(script: Script, retries: Retries | None = None) -> Iterator[HttpServer]:
    """A client of a script, which notes for how long it would wait."""
    server = open_server(
        ServerTarget(name=TARGET, url="http://api.example", timeout=timedelta(seconds=10)),
        None,
        ["api.example"],
        writable=True,
        transport=httpx.MockTransport(script.handle),
    )
    with server.client:
        tries = server.retries if retries is None else retries
        yield replace(server, pause=script.pauses.append, retries=tries)


def outcome_of(call: Callable[[], object]) -> str:
    """What a call returns, or the kind and text of its error."""
    try:
        return repr(call())
    except (ProviderError, RefusedError, LostAnswerError) as error:
        return f"{type(error).__name__}: {error}"
