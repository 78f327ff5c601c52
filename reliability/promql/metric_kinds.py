"""Kind of a metric as far as its name shows it: counter, gauge, or unknown.

By Prometheus's naming practice counters end in `_total`, and the counters of a histogram in
`_count`, `_sum` and `_bucket`. Many exporters write counters without a suffix, so a missing suffix
proves nothing: only a metric with a typical gauge name counts as a gauge.
"""

from __future__ import annotations

import re
from typing import Final

GAUGE: Final = re.compile(
    r"up|.*_(?:ratio|percent|percentage|celsius|volts|timestamp_seconds|timestamp|info|average|avg"
    r"|(?:start|boot)_time|(?:start|boot)_time_seconds|depth|in_use|in_flight|inflight|limit|capacity|utilization|free|available|state"
    r"|(?:free|available|used|limit|resident_memory|usage|size|capacity|alloc|inuse)_bytes)"
    r"|node_load\d+|node_memory_\w+|process_open_fds|go_goroutines|.*_queue_(?:length|size)"
)
EVENTS: Final = re.compile(
    r"(?!.*(?:active|current|open|pending|queued|running|waiting)_).*(?:requests|errors|failures"
    r"|failed|timeouts|retries|rejected|exceptions|restarts|conflicts|attempts|refused_connections"
    r"|hits|misses|cpu(?:_\w+)?_seconds)_total"
)
"""Names of counters; a `_total` alone is not enough: `phpfpm_processes_total` is a gauge."""
QUANTITY: Final = re.compile(
    r".*_(?:total|bucket|seconds(?:_sum|_count)?|bytes(?:_sum|_count)?|ratio|percent|percentage"
    r"|celsius|volts|depth|in_use|in_flight|inflight|utilization|queue_(?:length|size))"
)
PARTS: Final = ("_bucket", "_count", "_sum")


def is_gauge(metric: str) -> bool:
    """Return whether a metric is named like a gauge."""
    return ":" not in metric and GAUGE.fullmatch(metric) is not None


def counts_events(metric: str) -> bool:
    """Return whether a metric is named like a counter: of requests, errors, CPU seconds."""
    return ":" not in metric and EVENTS.fullmatch(metric) is not None


def is_quantity(metric: str) -> bool:
    """Return whether the name says that the value counts or measures, so that 0 is usual."""
    return ":" not in metric and QUANTITY.fullmatch(metric) is not None


def histogram(metric: str) -> str | None:
    """Return the name of the histogram or summary that a series may belong to, or None."""
    part = next((suffix for suffix in PARTS if metric.endswith(suffix)), None)
    return metric.removesuffix(part) if part else None
