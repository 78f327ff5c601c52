"""Nights and weekends begin and end at a full hour of the team's clocks."""

from datetime import datetime

import pytest

from reliability.backtest.quality import quality
from reliability.backtest.tally import NotificationTally, is_night, is_weekend
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


@pytest.mark.parametrize(
    ("moment", "night", "weekend"),
    [
        ("2026-11-20T21:59", False, False),
        ("2026-11-20T22:00", True, False),
        ("2026-11-20T23:59", True, False),
        ("2026-11-21T00:00", True, True),
        ("2026-11-21T05:59", True, True),
        ("2026-11-22T06:00", False, True),
        ("2026-11-23T06:00", False, False),
    ],
)
def test_the_local_time_of_a_message_decides(moment: str, night: bool, weekend: bool) -> None:
    local = datetime.fromisoformat(moment)
    assert (is_night(local), is_weekend(local)) == (night, weekend)


def test_counts_are_added_one_by_one() -> None:
    names = tuple(NotificationTally.__annotations__)
    one = NotificationTally(**{name: 2**place for place, name in enumerate(names)})
    other = NotificationTally(**{name: 3**place for place, name in enumerate(names)})
    assert NotificationTally.total({one: 2, other: 1}) == NotificationTally(
        **{name: 2 * 2**place + 3**place for place, name in enumerate(names)}
    )
