"""A server between a client and a real server: it counts requests, and refuses some paths."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx

Refusal = tuple[int, bytes]
"""A status and a body."""


@dataclass
class Proxy:
    """The paths that were requested, and what is answered instead of the server.

    `instead` gets the path with its query, and returns None for what the server answers.
    """

    behind: str
    instead: Callable[[str], Refusal | None] = lambda _path: None
    paths: list[str] = field(default_factory=list)
    received: int = 0
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, path: str) -> int:
        """How many requests had a path."""
        return sum(urlsplit(asked).path == path for asked in self.paths)


def refusing(
    path: str, status: int = 404, body: bytes = b"not found"
) -> Callable[[str], Refusal | None]:
    """Answer requests to one path with a status."""
    return lambda asked: (status, body) if urlsplit(asked).path == path else None


@contextmanager
def proxy(
    behind: str, instead: Callable[[str], Refusal | None] = lambda _path: None
) -> Iterator[Proxy]:
    """The proxy on a free port of 127.0.0.1, until the end of the block."""
    state = Proxy(behind, instead)
    client = httpx.Client(base_url=behind, trust_env=False, timeout=120)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _answer(self, content: bytes | None) -> None:
            with state.lock:
                state.paths.append(self.path)
            refusal = state.instead(self.path)
            headers: dict[str, str] = {}
            if refusal is None:
                names = ("Content-Type", "Content-Encoding", "Accept-Encoding")
                sent = {name: self.headers[name] for name in names if self.headers.get(name)}
                with client.stream(self.command, self.path, content=content, headers=sent) as reply:
                    body = b"".join(reply.iter_raw())
                    status = reply.status_code
                    kept = ("content-type", "content-encoding")
                    headers = {name: reply.headers[name] for name in kept if name in reply.headers}
            else:
                status, body = refusal
                # Another try is made at once
                headers = {"Retry-After": "0"}
            with state.lock:
                state.received += len(body)
            # Without `Date`, which a day that a test takes for today would contradict.
            self.send_response_only(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Nothing: what came is in `paths`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        client.close()
