"""Which stored days a span reads: none outside of them, and each of those that it touches."""

from datetime import timedelta
from pathlib import Path

import pytest

from reliability.timespan import DAY, TimeSpan
from tests.history.samples.test_store import SPAN, Server, filled, hourly, read

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (-2 * DAY, -DAY, 0),
        (-DAY, timedelta(0), 0),
        (3 * DAY, 4 * DAY, 0),
        (5 * DAY, 6 * DAY, 0),
        (-DAY, HOUR, 1),
        (timedelta(0), DAY, 24),
        (DAY - HOUR, DAY, 1),
        (DAY - HOUR, DAY + HOUR, 2),
        (DAY, DAY + HOUR, 1),
        (2 * DAY, 3 * DAY, 24),
        (3 * DAY - HOUR, 5 * DAY, 1),
        (-DAY, 5 * DAY, 72),
    ],
)
def test_a_span_has_the_samples_of_its_stored_hours(
    tmp_path: Path, start: timedelta, end: timedelta, hours: int
) -> None:
    store = filled(tmp_path, Server((hourly(__name__="x"),)), "x")
    found = read(store, "x", TimeSpan(SPAN.start + start, SPAN.start + end))
    assert sum(len(counter.samples.times) for counter in found) == hours
