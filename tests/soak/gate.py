"""A gate in front of a server: it counts requests, and kills the process that sends one of them."""

import os
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Final, Literal

import httpx

from tests.providers.served import Answer

Step = Literal["file", "before", "after", "read"]
"""A write to a file; a write request before it is served, or when it is; a read before it is."""
QUESTIONS: Final = ("/validate",)
"""Ends of paths to which a POST changes nothing."""
HANDLER: Final = "process_request_thread"
"""Part of the name of the threads of `ThreadingHTTPServer` that serve a connection."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The `number`th step of its kind in a sync, from 1."""

    step: Step
    number: int

    def __str__(self) -> str:
        names = {"file": "file write", "before": "write", "after": "served write", "read": "read"}
        return f"{names[self.step]} {self.number}"


@dataclass(slots=True)
class Gate:
    """Answers as the server behind it until `fatal`, at which `child` is killed."""

    answer: Answer
    reads: int = 0
    writes: int = 0
    fatal: Moment | None = None
    child: int = 0
    is_closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, fatal: Moment | None = None) -> None:
        """Forget what was counted; the connections of former processes have ended."""
        wait_for_connections()
        self.reads = self.writes = self.child = 0
        self.fatal, self.is_closed = fatal, False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        is_write = is_change(request)
        self.reads += not is_write
        self.writes += is_write
        if self.is_closed:
            return httpx.Response(500)
        if self.fatal in self._now(is_write, ("before",)):
            self.kill()
            return httpx.Response(500)
        reply = self.answer(request)
        if self.fatal in self._now(is_write, ("after",)):
            self.kill()
        return reply

    def _now(self, is_write: bool, steps: tuple[Step, ...]) -> list[Moment]:
        if is_write:
            return [Moment(step, self.writes) for step in steps]
        return [Moment("read", self.reads)] if "before" in steps else []

    def kill(self) -> None:
        """End the process; what it has sent already is not served any more."""
        with self.lock:
            self.is_closed = True
            while not self.child:
                time.sleep(0.001)
            os.kill(self.child, signal.SIGKILL)


def is_change(request: httpx.Request) -> bool:
    """Return whether a request may change something."""
    return request.method not in ("GET", "HEAD") and not request.url.path.endswith(QUESTIONS)


def wait_for_connections() -> None:
    """Wait until the servers of this process serve no connection."""
    for _ in range(10_000):
        if not any(HANDLER in thread.name for thread in threading.enumerate()):
            return
        time.sleep(0.001)
    raise RuntimeError("a connection to a fake server does not end")
