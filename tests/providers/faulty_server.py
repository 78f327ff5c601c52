"""A fake of an API as a server on 127.0.0.1, with faults of the connection."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tests.providers.faulty_fake import FaultyFake

LATE = 3.0
"""Seconds until a late answer."""


class QuietServer(ThreadingHTTPServer):
    """A server whose clients may be killed in the middle of a request."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nobody is there to be answered."""


Fake = TypeVar("Fake", bound=FaultyFake)


@contextmanager
def run_fake(fake: Fake) -> Iterator[Fake]:
    """Serve a fake on a free port, one request at a time; stopped at the end."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for an answer: two would wait for a delayed acknowledgment

        def handle_any(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(content) if content else None
            with fake.lock:
                fault = fake.fault(self.command, urlsplit(self.path).path)
                status, reply = fake.faulty(fault, self.command, self.path, headers, body)
                remaining = 0 if fault == "429" else fake.remaining()
            if fault in ("lost", "ignored"):
                self.close_connection = True
                return
            if fault == "late":
                time.sleep(LATE)
            self.send(status, reply, remaining)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def send(self, status: int, reply: Any, remaining: int) -> None:
            content = b"" if reply is None else json.dumps(reply).encode()
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header(f"{fake.limits}-Limit", "100")
                self.send_header(f"{fake.limits}-Remaining", str(remaining))
                self.send_header(f"{fake.limits}-Reset", "7")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Requests are not printed."""

    with QuietServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
