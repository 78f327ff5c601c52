"""A server that answers as Datadog's API is documented to, about metrics and their tags.

https://docs.datadoghq.com/api/latest/metrics/get-active-metrics-list/
https://docs.datadoghq.com/api/latest/metrics/query-timeseries-points/
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

QUERY = re.compile(
    r"sum:(?P<metric>[\w.]+)\{(?P<scope>[^}]*)\}( by \{(?P<by>\w+)\})?\.as_count\(\)"
    r"\.rollup\(sum, (?P<step>\d+)\)"
)
MOST_POINTS = 1500


@dataclass(frozen=True, slots=True)
class Sent:
    """A count that is sent: its metric, its tags, and how much an hour."""

    metric: str
    tags: Mapping[str, str]
    an_hour: float


@dataclass
class FakeMetrics:
    """What was sent in each hour; keys are `ours` and `app`.

    Each path that was asked for is kept, and the time since when metrics were listed.
    """

    sent: Sequence[Sent]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    since: list[int] = field(default_factory=list)

    def answer(self, path: str, query: Mapping[str, str], keys: tuple[Any, Any]) -> tuple[int, Any]:
        """Status and body."""
        self.asked.append(path)
        if keys != ("ours", "app"):
            return 403, {"errors": ["Forbidden"]}
        if path == "/api/v1/metrics" and query.get("from", "").isdigit():
            self.since.append(int(query["from"]))
            wanted = query.get("tag_filter", "")
            names = {each.metric for each in self.sent if not wanted or has(each, wanted)}
            return 200, {"from": query["from"], "metrics": sorted(names)}
        if path == "/api/v1/query":
            return 200, self._queried(query)
        return 404, {"errors": ["Not found"]}

    def _queried(self, query: Mapping[str, str]) -> dict[str, Any]:
        found = QUERY.fullmatch(query["query"])
        if found is None:
            return {"status": "error", "error": "Rule 'scope_expr' didn't match"}
        start, end, step = int(query["from"]), int(query["to"]), int(found["step"])
        if (end - start) / step > MOST_POINTS:
            step *= 4
        scope = [] if found["scope"] == "*" else found["scope"].split(",")
        sums: dict[str, float] = {}
        for each in self.sent:
            if each.metric == found["metric"] and all(has(each, tag) for tag in scope):
                by = found["by"]
                tag = f"{by}:{each.tags.get(by, 'N/A')}" if by else ""
                sums[tag] = sums.get(tag, 0.0) + each.an_hour * step / 3600
        times = range(start - start % step, end + 1, step)
        series = [
            {
                "tag_set": [tag] if tag else [],
                "interval": step,
                "length": len(times),
                "pointlist": [[at * 1000.0, value] for at in times] + [[end * 1000.0, None]],
            }
            for tag, value in sums.items()
        ]
        return {"status": "ok", "query": query["query"], "series": series}


def has(sent: Sent, tag: str) -> bool:
    """Whether a count carries a tag, `name:value`."""
    name, _, value = tag.partition(":")
    return sent.tags.get(name) == value


@contextmanager
def serving(fake: FakeMetrics) -> Iterator[FakeMetrics]:
    """The server on a free port of 127.0.0.1, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            keys = (self.headers.get("DD-API-KEY"), self.headers.get("DD-APPLICATION-KEY"))
            status, said = fake.answer(address.path, dict(parse_qsl(address.query)), keys)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
