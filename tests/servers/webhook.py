"""A webhook that Alertmanager sends to: keeps every notification, and a test waits for them."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.process import ServerFailed


@dataclass(frozen=True, slots=True)
class Notification:
    """One request: the path it came to, what Alertmanager says in its body, and when it came."""

    path: str
    receiver: str
    status: str
    alerts: Sequence[dict[str, Any]]
    group: dict[str, str]
    at: float = field(default_factory=time.time, compare=False)

    @property
    def names(self) -> list[str]:
        """The alert names in it, sorted."""
        return sorted(alert["labels"]["alertname"] for alert in self.alerts)


def parse(path: str, body: bytes) -> Notification:
    """A request as a notification."""
    said = json.loads(body)
    return Notification(path, said["receiver"], said["status"], said["alerts"], said["groupLabels"])


@dataclass(slots=True)
class Webhook:
    """What was received so far, in order."""

    url: str
    _received: list[Notification] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def keep(self, notification: Notification) -> None:
        with self._changed:
            self._received.append(notification)
            self._changed.notify_all()

    @property
    def received(self) -> list[Notification]:
        with self._changed:
            return list(self._received)

    def wait_for(self, wanted: Callable[[Notification], bool], within: float = 30) -> Notification:
        """The first notification that is wanted, once it is there."""
        deadline = time.monotonic() + within
        with self._changed:
            while True:
                for notification in self._received:
                    if wanted(notification):
                        return notification
                if not self._changed.wait(deadline - time.monotonic()):
                    raise ServerFailed(f"not notified within {within} s: {self._received}")


class Server(ThreadingHTTPServer):
    """One that many may call at once."""

    request_queue_size = 128


@contextmanager
def run_webhook() -> Iterator[Webhook]:
    """A webhook on 127.0.0.1; receivers are told apart by the path after its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            webhook.keep(parse(self.path, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Requests are kept, not printed."""

    with Server(("127.0.0.1", 0), Handler) as server:
        webhook = Webhook(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield webhook
        finally:
            server.shutdown()
            thread.join()
