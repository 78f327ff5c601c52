"""A server that answers as Datadog's API is documented to: keys, roll-ups, limits on points, rates.

Counts are held for every 20 seconds. A series has 1,500 points at most, or its steps get longer;
without `.rollup`, an hour has steps of 20 s, four of 60 s, a day of 300 s.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
from numpy.typing import NDArray

from tests.history.fakes import START

Counts = NDArray[np.float64]
HELD = 20
MOST_POINTS = 1500
STEPS = ((3600, 20), (4 * 3600, 60), (24 * 3600, 300))
QUERY = re.compile(
    r"sum:(?P<metric>[\w.]+)\{\*\}( by \{(?P<by>\w+)\})?\.as_count\(\)"
    r"(\.rollup\(sum, (?P<step>\d+)\))?"
)
SERIES_OF_SLO = {"numerator": "checkout.ok", "denominator": "checkout.all"}


@dataclass
class FakeDatadog:
    """Counts by metric and tag from `START` on; NaN where nothing was sent.

    Every `busy`-th request is over the rate limit; 0 for none.
    """

    counts: Mapping[tuple[str, str], Counts]
    busy: int = 0
    asked: list[str] = field(default_factory=list)
    refused: int = 0
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, query: Mapping[str, str], keys: tuple[Any, Any]) -> Any:
        """Status, headers and body."""
        with self.lock:
            self.asked.append(path)
            limited = self.busy and len(self.asked) % self.busy == 0
            self.refused += bool(limited)
        if limited:
            headers = {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0"}
            return 429, {**headers, "X-RateLimit-Reset": "0"}, {"errors": ["Rate limit exceeded"]}
        if keys != ("ours", "app"):
            return 403, {}, {"errors": ["Forbidden"]}
        if path == "/api/v1/query":
            return 200, {}, self._queried(query)
        if path == "/api/v1/slo/0123abcd/history":
            return 200, {}, self._slo(int(query["from_ts"]), int(query["to_ts"]))
        return 404, {}, {"errors": ["SLO not found"]}

    def _queried(self, query: Mapping[str, str]) -> dict[str, Any]:
        found = QUERY.fullmatch(query["query"])
        if found is None:
            return {"status": "error", "error": "Rule 'scope_expr' didn't match"}
        start, end = int(query["from"]), int(query["to"])
        step = max(int(found["step"] or 0), shortest(end - start, bool(found["step"])))
        series = [
            self._series(counts, tag, (start, end, step))
            for (metric, tag), counts in self.counts.items()
            if metric == found["metric"]
        ]
        return {
            "status": "ok",
            "res_type": "time_series",
            "query": query["query"],
            "series": series,
        }

    def _series(self, counts: Counts, tag: str, when: tuple[int, int, int]) -> dict[str, Any]:
        points = rolled(counts, *when)
        return {
            "tag_set": [tag] if tag else [],
            "interval": when[2],
            "length": len(points),
            "pointlist": [[at * 1000.0, value] for at, value in points],
        }

    def _slo(self, start: int, end: int) -> dict[str, Any]:
        step = shortest(end - start, is_asked=False)
        series: dict[str, Any] = {"interval": step, "res_type": "time_series", "resp_version": 2}
        for role, metric in SERIES_OF_SLO.items():
            points = rolled(np.nan_to_num(self.counts[metric, ""]), start, end - 1, step)
            values = [value for _, value in points]
            series[role] = {"count": len(values), "sum": sum(values), "values": values}
            series["times"] = [at * 1000.0 for at, _ in points]
        return {"data": {"type": "metric", "from_ts": start, "to_ts": end, "series": series}}


def shortest(length: int, is_asked: bool) -> int:
    """The shortest step that is given over so many seconds."""
    if is_asked:
        return 20 if length / 60 <= MOST_POINTS else 300
    return next((step for longest, step in STEPS if length <= longest), 3600)


def rolled(counts: Counts, start: int, end: int, step: int) -> list[tuple[int, float]]:
    """Sums of steps that begin at their multiples; none where nothing was sent."""
    origin = int(START.timestamp())
    found = []
    for at in range(start - start % step, end + 1, step):
        part = counts[max((at - origin) // HELD, 0) : max((at + step - origin) // HELD, 0)]
        if len(part) and not np.isnan(part).all():
            found.append((at, float(np.nansum(part))))
    return found


@contextmanager
def serving(fake: FakeDatadog) -> Iterator[FakeDatadog]:
    """The server on a free port of 127.0.0.1, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            keys = (self.headers.get("DD-API-KEY"), self.headers.get("DD-APPLICATION-KEY"))
            status, headers, said = fake.answer(address.path, dict(parse_qsl(address.query)), keys)
            body = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
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
