"""What the name of a metric says of its kind: a counter, a gauge, or nothing that is sure.

Prometheus's naming practice: counters end in `_total`, and in `_count`, `_sum` and `_bucket` where
they belong to a histogram. Many exporters write counters without, so that a missing ending says
nothing: a gauge is only what is named like one.
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
    """Whether a metric is named like a gauge, which goes up and down."""
    return ":" not in metric and GAUGE.fullmatch(metric) is not None


def is_counter(metric: str) -> bool:
    """Whether a metric is named like a counter and like nothing else: `..._total`, `..._bucket`.

    `_count` and `_sum` are left out, since gauges are called so as well.
    """
    return ":" not in metric and metric.endswith(("_total", "_bucket"))


def counts_events(metric: str) -> bool:
    """Whether a metric is named like a counter of events: requests, errors, restarts."""
    return ":" not in metric and EVENTS.fullmatch(metric) is not None


def histogram(metric: str) -> str | None:
    """The histogram or summary that a series with such a name belongs to, if it can be one's."""
    part = next((suffix for suffix in PARTS if metric.endswith(suffix)), None)
    return metric.removesuffix(part) if part else None
