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
    r"|depth|in_use|in_flight|inflight|limit|capacity|utilization|free|available|state"
    r"|(?:free|available|used|limit|resident_memory|usage|size|capacity|alloc|inuse)_bytes)"
    r"|node_load\d+|node_memory_\w+|process_open_fds|go_goroutines|.*_queue_(?:length|size)"
)
EVENTS: Final = re.compile(
    r".*(?:requests|errors|failures|failed|timeouts|retries|rejected|exceptions|restarts)_total"
)
PARTS: Final = ("_bucket", "_count", "_sum")


def is_gauge(metric: str) -> bool:
    """Return whether a metric is named like a gauge."""
    return ":" not in metric and GAUGE.fullmatch(metric) is not None


def is_counter(metric: str) -> bool:
    """Return whether a metric is named like a counter and nothing else: `..._total`, `..._bucket`.

    `_count` and `_sum` are excluded, because gauges also use these suffixes.
    """
    return ":" not in metric and metric.endswith(("_total", "_bucket"))


def counts_events(metric: str) -> bool:
    """Return whether a metric is named like a counter of events: requests, errors, restarts."""
    return ":" not in metric and EVENTS.fullmatch(metric) is not None


def histogram(metric: str) -> str | None:
    """Return the name of the histogram or summary that a series may belong to, or None."""
    part = next((suffix for suffix in PARTS if metric.endswith(suffix)), None)
    return metric.removesuffix(part) if part else None
