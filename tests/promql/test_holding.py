"""How long a condition can hold after one event."""

from datetime import timedelta

import pytest

from reliability.promql.holding import holds_at_most
from reliability.promql.tree import read


@pytest.mark.parametrize(
    ("expr", "minutes"),
    [
        ("resets(a_total[5m]) > 0", 5),
        ("resets(a_total[5m]) >= 1", 5),
        ("resets(a_total[5m]) > 1", None),
        ("resets(a_total[5m]) >= 0", None),
        ("resets(a_total[5m]) < 1", None),
        ("changes(process_start_time_seconds[10m]) > 0", 10),
        ("changes(node_boot_time[10m]) > 0", 10),
        ("changes(pod_started_at[10m]) > 0", 10),
        ("changes(pod_created[10m]) > 0", 10),
        ("changes(a[10m]) > 0", None),
        ("rate(process_start_time_seconds[10m]) > 0", None),
        ("time() - process_start_time_seconds < 300", 5),
        ("time() - process_start_time_seconds <= 300", 5),
        ("time() - process_start_time_seconds < 0", None),
        ("time() - process_start_time_seconds < 1e99", None),
        ("time() - process_start_time_seconds > 300", None),
        ("time() - a < 300", None),
        ("process_start_time_seconds - time() < 300", None),
        ("time() + process_start_time_seconds < 300", None),
        ("resets(a[5m]) > 0 and resets(a[3m]) > 0", 3),
        ("resets(a[3m]) > 0 and resets(a[5m]) > 0", 3),
        ("resets(a[5m]) > 0 and b > 0", 5),
        ("b > 0 and resets(a[5m]) > 0", 5),
        ("a > 0 and b > 0", None),
        ("resets(a[5m]) > 0 unless b", 5),
        ("b unless resets(a[5m]) > 0", None),
        ("resets(a[5m]) > 0 or b", None),
        ("a", None),
    ],
)
def test_a_condition_that_one_event_makes_true_ends_by_itself(
    expr: str, minutes: int | None
) -> None:
    node = read(expr)
    assert node is not None
    assert holds_at_most(node) == (None if minutes is None else timedelta(minutes=minutes))
