"""Slack, PagerDuty and a dead man's switch on loopback: every request that arrives, as it came."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLACK = "/services/T0HUSH/B0HUSH/hushHushHush4711"
PAGER = "/v2/enqueue"
HEARTBEAT = "/ping/hush-heartbeat-4711"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: its path and its body."""

    path: str
    body: str


@dataclass(slots=True)
class Inbox:
    """What arrived so far, in order."""

    url: str = ""
    arrivals: list[Arrival] = field(default_factory=list)

    def at(self, path: str, *words: str) -> list[str]:
        """The bodies that arrived at a path and hold all of the words."""
        bodies = [arrival.body for arrival in list(self.arrivals) if arrival.path == path]
        return [body for body in bodies if all(word in body for word in words)]


@contextmanager
def run_inbox() -> Iterator[Inbox]:
    """An inbox on 127.0.0.1, until the end of the block."""
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            inbox.arrivals.append(Arrival(self.path, body))
            # https://developer.pagerduty.com/docs/events-api-v2: an event is accepted with 202
            self.send_response(202 if self.path == PAGER else 200)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    inbox.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield inbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
