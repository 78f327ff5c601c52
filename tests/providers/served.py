"""A function that answers requests, as a server on 127.0.0.1."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

Answer = Callable[[httpx.Request], httpx.Response]


class _Quiet(ThreadingHTTPServer):
    """A server whose clients may be killed in the middle of a request."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nobody is there to be answered."""


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """The address at which it answers, one request at a time; stopped at the end."""
    one_by_one = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for an answer: two would wait for a delayed acknowledgment

        def do_GET(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with one_by_one:
                reply = answer(self.request_with(content))
            self.send_response(reply.status_code)
            for name in ("Content-Type", "Location", "Retry-After"):
                if name in reply.headers:
                    self.send_header(name, reply.headers[name])
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(reply.content)

        def request_with(self, content: bytes) -> httpx.Request:
            url = f"http://x{self.path}"
            return httpx.Request(self.command, url, headers=dict(self.headers), content=content)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - names of http.server

        def log_message(self, *_: object) -> None:
            """Requests are not printed."""

    with _Quiet(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
