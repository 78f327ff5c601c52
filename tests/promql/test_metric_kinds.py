"""What the name of a metric says of its kind."""

import pytest

from reliability.promql.metric_kinds import counts_events, histogram, is_gauge, is_quantity


@pytest.mark.parametrize(
    ("metric", "gauge", "quantity", "events"),
    [
        ("up", True, False, False),
        ("a_up", False, False, False),
        ("disk_free", True, False, False),
        ("disk_free_bytes", True, True, False),
        ("disk_bytes", False, True, False),
        ("node_load15", True, False, False),
        ("node_memory_Cached_bytes", True, True, False),
        ("mail_queue_length", True, True, False),
        ("http_requests_total", False, True, True),
        ("restarts_total", False, True, True),
        ("bytes_total", False, True, False),
        ("d_seconds_bucket", False, True, False),
        ("d_seconds_count", False, True, False),
        ("container_start_time_seconds", True, True, False),
        ("process_cpu_seconds_total", False, True, True),
        ("dependency_conflicts_total", False, True, True),
        ("phpfpm_processes_total", False, True, False),
        ("swift_container_stats_objects_total", False, True, False),
        ("http_active_requests_total", False, True, False),
        ("job:disk_free", False, False, False),
        ("job:http_requests_total", False, False, False),
    ],
)
def test_a_name_tells_gauges_counters_and_events(
    metric: str, gauge: bool, quantity: bool, events: bool
) -> None:
    assert (is_gauge(metric), is_quantity(metric), counts_events(metric)) == (
        gauge,
        quantity,
        events,
    )


@pytest.mark.parametrize(
    ("metric", "of"),
    [("d_bucket", "d"), ("d_count", "d"), ("d_sum", "d"), ("d_total", None), ("d", None)],
)
def test_a_series_belongs_to_a_histogram_by_its_ending(metric: str, of: str | None) -> None:
    assert histogram(metric) == of
