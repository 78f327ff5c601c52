"""Nights and weekends begin and end at a full hour of the team's clocks."""

import pytest

from reliability.backtest.quality import quality
from tests.backtest.test_quality import at


@pytest.mark.parametrize(
    ("start", "zone", "night", "weekend"),
    [
        ("2026-11-19T21:59", "UTC", 0, 0),
        ("2026-11-19T22:00", "UTC", 1, 0),
        ("2026-11-20T00:00", "UTC", 1, 0),
        ("2026-11-20T05:59", "UTC", 1, 0),
        ("2026-11-20T06:00", "UTC", 0, 0),
        ("2026-11-20T12:00", "UTC", 0, 0),
        ("2026-11-21T12:00", "UTC", 0, 1),
        ("2026-11-22T12:00", "UTC", 0, 1),
        ("2026-11-23T12:00", "UTC", 0, 0),
        ("2026-11-20T13:00", "Asia/Tokyo", 1, 0),
        ("2026-11-20T12:59", "Asia/Tokyo", 0, 0),
    ],
)
def test_the_start_of_an_episode_decides(start: str, zone: str, night: int, weekend: int) -> None:
    found = quality([at(start)], [], zone)
    assert (found.night, found.weekend) == (night, weekend)
