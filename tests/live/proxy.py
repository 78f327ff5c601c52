"""A server between us and a real one: passes everything on, and lets a test act at one request."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx


@dataclass(slots=True)
class Proxy:
    """What is called once, at the first request that is named so: instead of it, or after it."""

    url: str
    seen: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    instead: dict[str, Callable[[], None]] = field(default_factory=dict)
    after: dict[str, Callable[[], None]] = field(default_factory=dict)


@contextmanager
def run_proxy(upstream: str) -> Iterator[Proxy]:
    """A proxy on 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            request = f"{self.command} {self.path.partition('?')[0]}"
            proxy.seen.append(request)
            if request in proxy.instead:
                proxy.instead.pop(request)()
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            proxy.bodies.append(body)
            reply = httpx.request(
                self.command,
                upstream + self.path,
                content=body,
                headers={"Content-Type": self.headers.get("Content-Type") or "text/plain"},
                trust_env=False,
                timeout=60,
            )
            proxy.after.pop(request, lambda: None)()
            self.answer(reply)

        do_GET = do_POST = pass_on  # noqa: N815

        def answer(self, reply: httpx.Response) -> None:
            try:
                self.send_response(reply.status_code)
                self.send_header("Content-Length", str(len(reply.content)))
                self.end_headers()
                self.wfile.write(reply.content)
            except ConnectionError:
                self.close_connection = True  # the one who asked was killed

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Requests are kept, not printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        proxy = Proxy(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()
