"""An HTTP server that answers range-vector queries as Prometheus does, and fails when told to."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from reliability.promql.samples import Counter
from reliability.promql.selector import Selector
from tests.history.fakes import counter

Reply = tuple[int, dict[str, str], str]
"""Status, headers and body."""


@dataclass
class FakePrometheus:
    """What it holds, what it answers instead, and which queries came.

    `instead` is used up from its front, one entry an answer: status, headers, body.
    `slow` seconds pass before each answer.
    """

    counters: Sequence[Counter]
    instead: list[Reply] = field(default_factory=list)
    slow: float = 0.0
    queries: list[tuple[str, float]] = field(default_factory=list)
    retention: str | None = None
    tenants: set[str | None] = field(default_factory=set)
    credentials: set[str | None] = field(default_factory=set)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)

    def about(self) -> Reply:
        """The runtime information; not there, as in Mimir, where no retention is set."""
        if self.retention is None:
            return 404, {}, ""
        data = {"storageRetention": self.retention}
        return 200, {}, json.dumps({"status": "success", "data": data})

    def answer(self, query: str, at: float) -> Reply:
        """One reply to a query."""
        with self.lock:
            self.queries.append((query, at))
            if self.instead:
                return self.instead.pop(0)
        self.stopping.wait(self.slow)
        selector, _, length = query.rpartition("[")
        seconds = float(length.removesuffix("s]"))
        found = list(self._matching(Selector.parse(selector), at - seconds, at))
        data = {"resultType": "matrix", "result": found}
        return 200, {}, json.dumps({"status": "success", "data": data})

    def config(self) -> Reply:
        """The configuration, which names external labels; not there, as in Mimir."""
        return 404, {}, ""

    def remote_read(self) -> Reply:
        """One reply to a request by remote read."""
        return 404, {}, "not here"

    def between(self, _query: str, _start: float, _end: float) -> Reply:
        """One reply to a range query; nothing that pulls history sends one."""
        return 404, {}, ""

    def _matching(self, selector: Selector, start: float, end: float) -> Iterator[dict[str, Any]]:
        for held in self.counters:
            if selector.matches(held.labels):
                values = [
                    [time / 1000, repr(value)]
                    for time, value in zip(
                        held.samples.times.tolist(), held.samples.values.tolist(), strict=True
                    )
                    if start < time / 1000 <= end
                ]
                if values:
                    yield {"metric": dict(held.labels), "values": values}


Fake = TypeVar("Fake", bound=FakePrometheus)


@contextmanager
def serving(fake: Fake) -> Iterator[Fake]:
    """The server on a free port of 127.0.0.1, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked = dict(parse_qsl(address.query))
            fake.credentials.add(self.headers.get("Authorization"))
            fake.tenants.add(self.headers.get("X-Scope-OrgID"))
            if "/status/" in address.path:
                pages = {"runtimeinfo": fake.about, "config": fake.config}
                page = address.path.rsplit("/", 1)[1]
                status, headers, body = pages[page]() if page in pages else (404, {}, "")
            elif address.path.endswith("/query_range"):
                ends = float(asked["start"]), float(asked["end"])
                status, headers, body = fake.between(asked["query"], *ends)
            else:
                status, headers, body = fake.answer(asked["query"], float(asked["time"]))
            self.reply(status, headers, body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.reply(*fake.remote_read())

        def reply(self, status: int, headers: dict[str, str], body: str) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body.encode())), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments: object) -> None:
            """Nothing: what came is in `queries`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        fake.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def steady(minutes: int, step: float, **labels: str) -> Counter:
    """A counter that grows by a step each minute from `START` on, from 100."""
    return counter([(60.0 * n, 100 + step * n) for n in range(minutes + 1)], **labels)
