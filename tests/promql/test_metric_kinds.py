"""What the name of a metric says of its kind."""

import pytest

from reliability.promql.metric_kinds import counts_events, histogram, is_counter, is_gauge


@pytest.mark.parametrize(
    ("metric", "gauge", "counter", "events"),
    [
        ("up", True, False, False),
        ("a_up", False, False, False),
        ("disk_free", True, False, False),
        ("disk_free_bytes", True, False, False),
        ("disk_bytes", False, False, False),
        ("node_load15", True, False, False),
        ("node_memory_Cached_bytes", True, False, False),
        ("mail_queue_length", True, False, False),
        ("http_requests_total", False, True, True),
        ("restarts_total", False, True, True),
        ("bytes_total", False, True, False),
        ("d_seconds_bucket", False, True, False),
        ("d_seconds_count", False, False, False),
        ("job:disk_free", False, False, False),
        ("job:http_requests_total", False, False, False),
    ],
)
def test_a_name_tells_gauges_counters_and_events(
    metric: str, gauge: bool, counter: bool, events: bool
) -> None:
    assert (is_gauge(metric), is_counter(metric), counts_events(metric)) == (gauge, counter, events)


@pytest.mark.parametrize(
    ("metric", "of"),
    [("d_bucket", "d"), ("d_count", "d"), ("d_sum", "d"), ("d_total", None), ("d", None)],
)
def test_a_series_belongs_to_a_histogram_by_its_ending(metric: str, of: str | None) -> None:
    assert histogram(metric) == of
