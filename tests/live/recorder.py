"""Slack, PagerDuty and webhooks in one fake server: it keeps what is said to each, and says ok.

Paths in `statuses` are answered with another status.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.process import ServerFailed


@dataclass(frozen=True, slots=True)
class Said:
    """One request: its path, its JSON, and when it came, by the monotonic clock."""

    path: str
    body: dict[str, Any]
    at: float

    @property
    def message(self) -> dict[str, Any]:
        """The one attachment of a Slack message."""
        [attachment] = self.body["attachments"]
        message: dict[str, Any] = attachment
        return message

    @property
    def is_call(self) -> bool:
        """Whether it calls a human: a page that is triggered, or a mention in Slack."""
        if self.path == "/slack":
            return "<" in self.message.get("pretext", "")
        return self.body.get("event_action") == "trigger"


@dataclass(slots=True)
class Recorder:
    """What was said so far, in order."""

    url: str
    statuses: dict[str, int] = field(default_factory=dict)
    _said: list[Said] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def keep(self, said: Said) -> None:
        with self._changed:
            self._said.append(said)
            self._changed.notify_all()

    def said(self, path: str = "") -> list[Said]:
        """All that came to a path; everything where none is given."""
        with self._changed:
            return [each for each in self._said if path in ("", each.path)]

    def wait_for(
        self, path: str, wanted: Callable[[Said], bool] = lambda _: True, within: float = 20
    ) -> Said:
        """The first request to a path that is wanted, once it is there."""
        deadline = time.monotonic() + within
        with self._changed:
            while True:
                for each in self._said:
                    if each.path == path and wanted(each):
                        return each
                if not self._changed.wait(max(0, deadline - time.monotonic())):
                    raise ServerFailed(f"nothing like it came to {path}: {self._said}")


@contextmanager
def run_recorder() -> Iterator[Recorder]:
    """A recorder on 127.0.0.1; Slack wants the very answer `ok`, the others any."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            recorder.keep(Said(self.path, body, time.monotonic()))
            self.send_response(recorder.statuses.get(self.path, 200))
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Requests are kept, not printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        recorder = Recorder(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield recorder
        finally:
            server.shutdown()
            thread.join()
