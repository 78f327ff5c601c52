"""Faults between a provider and a server that has an API: busy, broken, late, lost, refusing.

A `FaultyServer` is an `Answer` around the answers of a fake. `plan` says what the nth request of a
kind meets; `when` is whether it is a write. Requests, requested pauses and lines of
progress are kept.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

Answer = Callable[[httpx.Request], httpx.Response]
Fault = Callable[[httpx.Request, Answer], httpx.Response]


class Interrupted(BaseException):
    """What ends a program in the middle: Ctrl-C, a signal."""


def is_write(request: httpx.Request) -> bool:
    return request.method not in ("GET", "HEAD")


def status(code: int, headers: Mapping[str, str] | None = None, text: str = "") -> Fault:
    """The server answers without doing anything."""
    return lambda _request, _answer: httpx.Response(code, headers=headers, text=text)


def lost(request: httpx.Request, answer: Answer) -> httpx.Response:
    """The server does it, and the connection breaks before its answer arrives."""
    answer(request)
    raise httpx.ReadError("connection reset by peer", request=request)


def late(request: httpx.Request, answer: Answer) -> httpx.Response:
    """The server does it, and answers when nobody waits any more."""
    answer(request)
    raise httpx.ReadTimeout("timed out", request=request)


def silent(request: httpx.Request, _answer: Answer) -> httpx.Response:
    """The request never arrives."""
    raise httpx.ReadTimeout("timed out", request=request)


def interrupted(_request: httpx.Request, _answer: Answer) -> httpx.Response:
    """The program ends before the request is sent."""
    raise Interrupted


def after(action: Callable[[], object]) -> Fault:
    """Something else happens just before the request is served."""

    def served(request: httpx.Request, answer: Answer) -> httpx.Response:
        action()
        return answer(request)

    return served


@dataclass(slots=True)
class FaultyServer:
    """Answers of a server, with the faults of `writes` and `reads` by their number, from 1."""

    answer: Answer
    writes: dict[int, Fault] = field(default_factory=dict)
    reads: dict[int, Fault] = field(default_factory=dict)
    every: Fault | None = None
    requests: list[httpx.Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            self.requests.append(request)
            faults = self.writes if is_write(request) else self.reads
            fault = self.every or faults.pop(self.count(is_write(request)), None)
        return fault(request, self.served) if fault else self.served(request)

    def served(self, request: httpx.Request) -> httpx.Response:
        """One request at a time: the fakes behind have no locks of their own."""
        with self.lock:
            return self.answer(request)

    def count(self, writes: bool) -> int:
        """How many writes, or reads, were sent since `begin`."""
        return sum(is_write(request) is writes for request in self.requests)

    def begin(
        self, writes: Mapping[int, Fault] | None = None, reads: Mapping[int, Fault] | None = None
    ) -> None:
        """Forget what was sent, and take other faults."""
        self.requests.clear()
        self.pauses.clear()
        self.every = None
        self.writes, self.reads = dict(writes or {}), dict(reads or {})
