"""A Prometheus that scraped a shop for some days: 4 of 1000 orders fail, and one hour is bad."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.servers.generation import Generation
from tests.servers.programs import backfill
from tests.servers.prometheus import Prometheus, prometheus_config, run_prometheus

DAYS = 6
BAD_HOUR = (DAYS - 2) * 24 * 60
"""The minute, counted from the start, in which an hour begins that fails a quarter."""

LAST_HOUR = (DAYS * 24 - 1) * 60

LE = ("0.1", "0.5", "1", "+Inf")
WITHIN = {"0.1": 0.7, "0.5": 0.995, "1": 0.999, "+Inf": 1.0}


@contextmanager
def run_shop(
    generation: Generation,
    folder: Path,
    config: Mapping[str, Any] | None = None,
    bad_hour: int = BAD_HOUR,
) -> Iterator[Prometheus]:
    """The server, with six days of a minute's samples up to this minute."""
    folder.mkdir(parents=True, exist_ok=True)
    text = folder / "shop.om"
    text.write_text("".join(lines(datetime.now(UTC).replace(second=0, microsecond=0), bad_hour)))
    said = backfill(generation, text, folder / "data")
    assert said.accepted, said.text
    with run_prometheus(generation, folder, config or prometheus_config()) as server:
        yield server


def lines(end: datetime, bad_hour: int) -> Iterator[str]:
    """OpenMetrics text: orders and carts by their code, and how long orders took."""
    minutes = DAYS * 24 * 60
    times = [(end - timedelta(minutes=minutes - k)).timestamp() for k in range(minutes + 1)]
    yield "# TYPE http_requests counter\n"
    for handler, code, counts in (
        ("/order", "200", [100.0 * k - failed(k, bad_hour) for k in range(minutes + 1)]),
        ("/order", "500", [failed(k, bad_hour) for k in range(minutes + 1)]),
        ("/cart", "200", [40.0 * k for k in range(minutes + 1)]),
    ):
        labels = f'job="shop",handler="{handler}",code="{code}"'
        yield from samples("http_requests_total", labels, counts, times)
    yield "# TYPE http_request_duration_seconds histogram\n"
    orders = [100.0 * k for k in range(minutes + 1)]
    for bound in LE:
        labels = f'job="shop",handler="/order",le="{bound}"'
        within = [round(each * WITHIN[bound]) for each in orders]
        yield from samples("http_request_duration_seconds_bucket", labels, within, times)
    labels = 'job="shop",handler="/order"'
    yield from samples("http_request_duration_seconds_count", labels, orders, times)
    yield from samples("http_request_duration_seconds_sum", labels, orders, times)
    yield from workers(times)
    yield "# EOF\n"


def workers(times: Sequence[float]) -> Iterator[str]:
    """Invoices with a counter of their own for failures; a ledger over gRPC; a search."""
    for name, each in (("invoices_processed", 10.0), ("invoices_failed", 0.1)):
        yield f"# TYPE {name} counter\n"
        grown = [each * k for k in range(len(times))]
        yield from samples(f"{name}_total", 'job="billing"', grown, times)
    yield from search(times)
    yield "# TYPE grpc_server_handled counter\n"
    for code, each in (("OK", 20.0), ("NotFound", 5.0), ("Unavailable", 0.2)):
        labels = f'app="the-ledger",grpc_method="Post",grpc_code="{code}"'
        grown = [each * k for k in range(len(times))]
        yield from samples("grpc_server_handled_total", labels, grown, times)


def search(times: Sequence[float]) -> Iterator[str]:
    """Counters and buckets whose names say nothing but whose they are."""
    labels = 'job="finder",instance="a",%s'
    for name, label, each in (
        ("search_requests", 'status="ok"', 30.0),
        ("search_requests", 'status="error"', 0.3),
        ("index_updates", 'result="stored"', 2.0),
        ("index_updates", 'result="rejected"', 0.1),
        ("index_visits", 'region="eu"', 2.0),
    ):
        yield f"# TYPE {name} counter\n" if label in ('status="ok"', 'result="stored"') else ""
        grown = [each * k for k in range(len(times))]
        owner = 'service="search",' if name.startswith("index") else ""
        yield from samples(f"{name}_total", labels % (owner + label), grown, times)
    yield "# TYPE search_latency_seconds histogram\n"
    for bound, share in (("0.1", 0.5), ("1", 0.995), ("+Inf", 1.0)):
        grown = [round(100 * share) * k for k in range(len(times))]
        yield from samples("search_latency_seconds_bucket", labels % f'le="{bound}"', grown, times)
    grown = [100 * k for k in range(len(times))]
    yield from samples("search_latency_seconds_count", labels % 'zone="a"', grown, times)


def failed(minute: int, bad_hour: int) -> float:
    """Failed orders since the start: 4 of 1000, and 250 of 1000 in the bad hour."""
    bad = min(max(minute - bad_hour, 0), 60)
    return round(0.4 * (minute - bad) + 25 * bad)


def samples(
    name: str, labels: str, counts: Sequence[float], times: Sequence[float]
) -> Iterator[str]:
    """A counter's samples."""
    for at, value in zip(times, counts, strict=True):
        yield f"{name}{{{labels}}} {value} {at:.3f}\n"
