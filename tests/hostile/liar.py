"""A Prometheus, an Alertmanager and a Datadog in one, that can lie at one endpoint."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx

from tests.providers.fake_servers import FakeAlertmanager, FakePrometheus
from tests.providers.served import served

NOW: Final = 1_795_600_000
LABELS: Final = {
    "__name__": "slo:objective:ratio", "alertname": "ErrorBudgetBurn", "alertstate": "firing",
    "asked": "0", "service": "attendance", "team": "workforce", "tier": "ticket", "job": "shop",
    "severity": "page", "sloth_service": "attendance", "sloth_slo": "attendance-clock-in",
    "code": "500", "le": "0.5",
}  # fmt: skip
ALERT: Final = {
    "labels": LABELS,
    "annotations": {"summary": "x"},
    "startsAt": "2026-11-25T00:00:00.000Z",
    "endsAt": "2026-11-26T00:00:00.000Z",
    "receivers": [{"name": "desk"}],
    "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
    "fingerprint": "0011",
}
SILENCE: Final = {
    "id": "1b2c",
    "status": {"state": "active"},
    "matchers": [{"name": "sloth_slo", "value": "a", "isRegex": False, "isEqual": True}],
    "startsAt": "2026-11-25T00:00:00.000Z",
    "endsAt": "2026-11-26T00:00:00.000Z",
    "createdBy": "x",
    "comment": "x",
}
RULE: Final = {
    "name": "Broken", "type": "alerting", "query": "up == 0", "duration": 60, "keepFiringFor": 0,
    "labels": {"severity": "page", "service": "attendance"}, "annotations": {"summary": "down"},
    "health": "err", "lastError": "many-to-many", "evaluationTime": 0.1, "state": "inactive",
}  # fmt: skip
DATADOG: Final = {
    "status": "ok",
    "series": [
        {"interval": 60, "tag_set": ["region:eu"], "pointlist": [[NOW * 1000.0, 3.0]]},
    ],
}
SLO: Final = {
    "data": {
        "series": {
            "interval": 60,
            "times": [NOW * 1000.0],
            "numerator": {"values": [3.0]},
            "denominator": {"values": [4.0]},
        }
    }
}


def success(data: Any) -> dict[str, Any]:
    return {"status": "success", "data": data}


RECORDS: Final = {
    "slo:objective:ratio": "0.999",
    "slo:period_error_budget_remaining:ratio": "0.5",
    "slo:sli_error:ratio_rate30d": "0.0005",
    "slo:sli_error:ratio_rate1h": "0.0005",
    "slo:sli_total:rate5m": "3",
}
VECTOR: Final = success(
    {
        "resultType": "vector",
        "result": [
            {"metric": {**LABELS, "__name__": name, "sloth_window": "30d"}, "value": [NOW, value]}
            for name, value in RECORDS.items()
        ],
    }
)
MATRIX: Final = success(
    {
        "resultType": "matrix",
        "result": [{"metric": LABELS, "values": [[NOW, "1"], [NOW + 60, "2"]]}],
    }
)
ACTIVE: Final = {"labels": LABELS, "state": "firing", "activeAt": "2026-11-25T00:00:00Z"}
BODIES: Final[dict[str, Any]] = {
    "/api/v1/status/runtimeinfo": success(
        {"lastConfigTime": "2026-11-01T00:00:00Z", "storageRetention": "90d"}
    ),
    "/api/v1/alertmanagers": success(
        {"activeAlertmanagers": [{"url": "http://127.0.0.1:1/api/v2/alerts"}]}
    ),
    "/api/v1/alerts": success({"alerts": [ACTIVE]}),
    "/api/v2/alerts": [ALERT],
    "/api/v2/silences": [SILENCE],
    "/api/v2/receivers": [{"name": "desk"}],
    "/api/v1/metrics": {"metrics": ["trace.http.request.errors", "trace.http.request.hits"]},
}


@dataclass(frozen=True, slots=True)
class Lie:
    """What is answered at one endpoint, at the nth request there and all later ones."""

    endpoint: str
    status: int
    content: bytes
    after: int = 0


@dataclass(slots=True)
class Liar:
    """Good answers as the fakes give them, and one that is not."""

    prometheus: FakePrometheus
    alertmanager: FakeAlertmanager
    lie: Lie | None = None
    seen: list[str] = field(default_factory=list)
    good: dict[str, bytes] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: httpx.Request, *, is_alertmanager: bool) -> httpx.Response:
        endpoint = f"{request.method} {request.url.path}"
        with self.lock:
            earlier = self.seen.count(endpoint)
            self.seen.append(endpoint)
            status, content = self.truth(request, is_alertmanager=is_alertmanager)
            self.good.setdefault(endpoint, content)
        if self.lie is not None and self.lie.endpoint == endpoint and earlier >= self.lie.after:
            return httpx.Response(self.lie.status, content=self.lie.content)
        return httpx.Response(status, content=content)

    def truth(self, request: httpx.Request, *, is_alertmanager: bool) -> tuple[int, bytes]:
        body = self.body(request)
        if body is not None:
            return 200, json.dumps(body).encode()
        server = self.alertmanager if is_alertmanager else self.prometheus
        reply = server.handle(request)
        self.prometheus.evaluate()
        if request.url.path == "/api/v1/rules":
            body = reply.json()
            body["data"]["groups"].append(
                {"name": "others", "file": "/x/others.yml", "interval": 30, "rules": [RULE]}
            )
            return 200, json.dumps(body).encode()
        return reply.status_code, reply.content

    def body(self, request: httpx.Request) -> Any:
        """What the fakes of providers do not know."""
        path, query = request.url.path, request.url.params.get("query", "")
        if path in ("/api/v1/query", "/api/v1/query_range"):
            if "from" in request.url.params:
                return DATADOG
            return VECTOR if path == "/api/v1/query" and not query.endswith("]") else MATRIX
        if path == "/api/v2/alerts" and request.method == "POST":
            return {}
        if path.startswith("/api/v1/label"):
            return success(["http_requests_total", "job", "code", "shop", "500"])
        return SLO if path.startswith("/api/v1/slo/") else BODIES.get(path)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the liar listens."""

    liar: Liar
    prometheus: str
    alertmanager: str


@contextmanager
def lying(rules: Path, config: Path) -> Iterator[Addresses]:
    """The liar on two ports; it reads the rules and the configuration that are written to it."""
    liar = Liar(FakePrometheus(folder=rules), FakeAlertmanager(file=config))
    with (
        served(partial(liar.answer, is_alertmanager=False)) as prometheus,
        served(partial(liar.answer, is_alertmanager=True)) as alertmanager,
    ):
        yield Addresses(liar, prometheus, alertmanager)
