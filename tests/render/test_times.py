"""Moments in text: converted before they are written, with the zone's name."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.render.times import clock, minute, minute_text, utc_minute, zone_named

TOKYO = ZoneInfo("Asia/Tokyo")
MOMENT = datetime(2026, 10, 14, 12, 30, tzinfo=TOKYO)


def test_a_moment_is_converted_and_its_zone_named() -> None:
    assert utc_minute(MOMENT) == "2026-10-14 03:30 UTC"
    assert minute_text(MOMENT.astimezone(UTC), TOKYO) == "2026-10-14 12:30 JST"
    assert (minute(MOMENT), clock(MOMENT, UTC)) == ("2026-10-14 03:30", "03:30")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        utc_minute(MOMENT.replace(tzinfo=None))


@given(st.datetimes(timezones=st.timezones()), st.timezones())
def test_the_zone_in_which_a_moment_is_written_changes_no_text(
    moment: datetime, other: ZoneInfo
) -> None:
    try:
        same = moment.astimezone(UTC).astimezone(other)
    except OverflowError:
        return
    assert utc_minute(same) == utc_minute(moment.astimezone(UTC))


@pytest.mark.parametrize("name", ["", "Mars/Base", "../etc/passwd", "/etc/passwd", "Asia"])
def test_a_zone_that_this_machine_does_not_know_is_utc(name: str) -> None:
    assert zone_named(name) is UTC
    assert zone_named("Asia/Tokyo") == TOKYO
