"""A proxy before GitHub that counts calls, and lets some go wrong as they do there."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.forge.relay import Dropped, Reply, Request, Upstream, answer, serve, upstream

Forward = Callable[[Request], Reply]
Fault = Callable[[Request, Forward], Reply]

NOW = 1_796_000_000.0
"""The time at which a world opens its forge, so that no pause depends on how long a call takes."""

SILENCE = 2.0
"""Seconds without an answer; more than a client in a test waits."""


@dataclass(slots=True)
class Proxy:
    """What went by, and what shall go wrong: a fault for a method and a part of the path."""

    upstream: Upstream
    url: str = ""
    seen: list[str] = field(default_factory=list)
    faults: list[tuple[str, str, Fault]] = field(default_factory=list)

    def fail(self, method: str, part: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of this kind go wrong."""
        self.faults += [(method, part, fault)] * times

    def handle(self, request: Request) -> Reply:
        self.seen.append(f"{request.method} {request.path}")
        for entry in self.faults:
            method, part, fault = entry
            asked = request.path + (request.body.decode() if request.path == "/graphql" else "")
            if request.method == method and part in asked:
                self.faults.remove(entry)
                return fault(request, self.upstream.send)
        return self.upstream.send(request)

    @property
    def counts(self) -> Counter[str]:
        """How many calls of each method."""
        return Counter(each.partition(" ")[0] for each in self.seen)

    @property
    def writes(self) -> int:
        """How many calls that write; queries of GraphQL are posted, too."""
        return sum(not each.startswith("GET") and "graphql" not in each for each in self.seen)


def status(code: int) -> Fault:
    """An answer instead of the effect."""
    return lambda _request, _forward: answer(code, {"message": "Server Error"})


def status_after(code: int) -> Fault:
    """An answer that says nothing of the effect that there was."""

    def fault(request: Request, forward: Forward) -> Reply:
        forward(request)
        return answer(code, {"message": "Server Error"})

    return fault


def rate_limit(code: int = 403, seconds: float = 30) -> Fault:
    """The hourly limit is used up, and says until when."""

    def fault(_request: Request, _forward: Forward) -> Reply:
        reset = str(int(NOW + seconds))
        message = "API rate limit exceeded for installation ID 1."
        headers = {"x_ratelimit_remaining": "0", "x_ratelimit_limit": "1000"}
        return answer(code, {"message": message}, x_ratelimit_reset=reset, **headers)

    return fault


def secondary_limit(code: int = 403, **headers: str) -> Fault:
    """Too much at once; with or without `retry_after`."""
    message = "You have exceeded a secondary rate limit. Please wait a few minutes."
    return lambda _request, _forward: answer(code, {"message": message}, **headers)


def silent(_request: Request, _forward: Forward) -> Reply:
    """No answer in time, and no effect."""
    time.sleep(SILENCE)
    raise Dropped


def silent_after(request: Request, forward: Forward) -> Reply:
    """No answer in time, after the effect."""
    forward(request)
    time.sleep(SILENCE)
    raise Dropped


def dropped(_request: Request, _forward: Forward) -> Reply:
    """The connection ends, without an effect."""
    raise Dropped


def dropped_after(request: Request, forward: Forward) -> Reply:
    """The connection ends after the effect."""
    forward(request)
    raise Dropped


def cut_after(request: Request, forward: Forward) -> Reply:
    """The connection ends in the middle of the answer."""
    reply = forward(request)
    return Reply(reply.status, reply.body, reply.headers, cut=True)


@contextmanager
def run_proxy(behind: str) -> Iterator[Proxy]:
    """A proxy on 127.0.0.1."""
    with upstream(behind) as server:
        proxy = Proxy(server)
        with serve(proxy.handle) as url:
            proxy.url = server.own = url
            yield proxy
