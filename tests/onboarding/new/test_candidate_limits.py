"""Of very many metrics, only so many of the service and of others are looked at."""

import pytest

from tests.onboarding.new.metrics import counted
from tests.onboarding.new.test_candidates import proposed


@pytest.mark.parametrize(
    ("own", "busy_at", "is_proposed"), [(30, 30, True), (31, 31, False), (31, 30, True)]
)
def test_thirty_metrics_of_the_service_are_looked_at(
    own: int, busy_at: int, is_proposed: bool
) -> None:
    series = [
        counted(f"shop_{number:02}_http_requests_total", 0, code="200")
        for number in range(1, own + 1)
        if number != busy_at
    ]
    busy = counted(f"shop_{busy_at:02}_http_requests_total", 9, code="200")
    assert bool(proposed("http", *series, busy)) is is_proposed


@pytest.mark.parametrize(("others", "is_proposed"), [(6, True), (7, False)])
def test_six_metrics_of_others_are_looked_at(others: int, is_proposed: bool) -> None:
    series = [
        counted(f"a_{number:02}_http_requests_total", 0, code="200") for number in range(1, others)
    ]
    busy = counted(f"a_{others:02}_http_requests_total", 9, code="200")
    assert bool(proposed("http", *series, busy)) is is_proposed
