"""Simulates a failing service, Slack, PagerDuty and a dead man's switch on 127.0.0.1."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from reliability.onboarding.demo.live.processes import HOST

A_SECOND: Final = 15
"""Clock-ins per second."""


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A received request: its path, which names the simulated service, and its JSON body."""

    path: str
    body: Any


@dataclass(slots=True, kw_only=True)
class Stage:
    """One HTTP server that simulates all services; with `burning` every third clock-in fails."""

    port: int
    burning: bool = False
    messages: list[ReceivedRequest] = field(default_factory=list)
    counted: dict[str, float] = field(default_factory=lambda: {"200": 0.0, "503": 0.0})
    since: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """The URL of the server."""
        return f"http://{HOST}:{self.port}"

    def burn(self) -> None:
        """Let every third clock-in fail from now on."""
        with self.lock:
            self._count()
            self.burning = True

    def metrics(self) -> str:
        """Return the counters of the clock-in service, in the text format of Prometheus."""
        with self.lock:
            self._count()
            lines = [
                f'http_requests_total{{handler="/clock-in",code="{code}"}} {int(count)}'
                for code, count in self.counted.items()
            ]
        return "\n".join(("# TYPE http_requests_total counter", *lines, ""))

    def keep(self, message: ReceivedRequest) -> None:
        """Store a received request."""
        with self.lock:
            self.messages.append(message)

    def arrived(self, path: str) -> list[Any]:
        """Return the bodies received at a path, in order."""
        with self.lock:
            return [message.body for message in self.messages if message.path == path]

    def _count(self) -> None:
        now = time.monotonic()
        events = (now - self.since) * A_SECOND
        failed = events / 3 if self.burning else 0.0
        self.counted["503"] += failed
        self.counted["200"] += events - failed
        self.since = now


@contextmanager
def open_stage() -> Iterator[Stage]:
    """Run a stage until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(stage.metrics(), "text/plain; version=0.0.4")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stage.keep(ReceivedRequest(self.path, json.loads(body)))
            self._answer("ok", "text/plain")

        def _answer(self, text: str, kind: str) -> None:
            is_page = self.path.startswith("/pager")
            content = b'{"status": "success", "message": "ok"}' if is_page else text.encode()
            self.send_response(202 if is_page else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Print nothing; requests are stored."""

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        stage = Stage(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
        thread.start()
        try:
            yield stage
        finally:
            server.shutdown()
