"""What a ticket remembers: written into its first line, read again, and carried on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reliability.review.tickets.record import Record, begins_anew, record_of, updated_record
from reliability.timespan import TimeSpan

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
KNOWN = Record(count=3, fired=90 * MINUTE, first=AT - 5 * HOUR, last=AT, until=AT + HOUR)
LINE = "<!-- seen 3 90 2026-11-25T04:00Z 2026-11-25T09:00Z 2026-11-25T10:00Z -->"


def stretch(start: int, end: int) -> TimeSpan:
    """Minutes after the last that is known."""
    return TimeSpan(AT + start * MINUTE, AT + end * MINUTE)


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (KNOWN, LINE),
        (replace(KNOWN, reopened=1), LINE.replace(" -->", " again 1 -->")),
        (replace(KNOWN, reopened=12), LINE.replace(" -->", " again 12 -->")),
    ],
)
def test_a_record_is_read_as_it_was_written(record: Record, line: str) -> None:
    assert str(record) == line
    assert record_of(f"  {line} \r\nThe text of the ticket") == record


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"first\n{LINE}",
        f"{LINE} more",
        LINE.replace("11-25T04", "13-25T04"),
        LINE.replace("T09:00", "T25:00"),
        LINE.replace("seen 3", "seen 1234567890"),
        LINE.replace(" 90 ", " -90 "),
    ],
)
def test_a_line_that_is_no_record_is_text(text: str) -> None:
    assert record_of(text) is None


@pytest.mark.parametrize(
    ("again", "close_after", "quiet"),
    [
        (0, DAY, DAY),
        (1, DAY, 2 * DAY),
        (3, DAY, 8 * DAY),
        (4, DAY, 14 * DAY),
        (9999, DAY, 14 * DAY),
        (0, 20 * DAY, 20 * DAY),
        (2, 20 * DAY, 20 * DAY),
        (10, MINUTE, 1024 * MINUTE),
        (11, MINUTE, 1024 * MINUTE),
    ],
)
def test_a_ticket_that_came_back_waits_twice_as_long_but_no_more_than_two_weeks(
    again: int, close_after: timedelta, quiet: timedelta
) -> None:
    assert replace(KNOWN, reopened=again).quiet(close_after) == quiet


@pytest.mark.parametrize(
    ("episodes", "record"),
    [
        ([], None),
        ([stretch(-20, -10)], None),
        ([stretch(-20, 0)], None),
        ([stretch(-20, 10)], replace(KNOWN, fired=100 * MINUTE, last=AT + 10 * MINUTE)),
        ([stretch(0, 10)], replace(KNOWN, fired=100 * MINUTE, last=AT + 10 * MINUTE)),
        ([stretch(1, 10)], replace(KNOWN, count=4, fired=99 * MINUTE, last=AT + 10 * MINUTE)),
        (
            [stretch(30, 40), stretch(-9, 5), stretch(10, 12), stretch(-30, -20)],
            replace(KNOWN, count=5, fired=107 * MINUTE, last=AT + 40 * MINUTE),
        ),
    ],
)
def test_only_what_came_after_a_record_is_added_to_it(
    episodes: list[TimeSpan], record: Record | None
) -> None:
    assert updated_record(KNOWN, episodes, AT) == record
    later = AT + 2 * HOUR
    assert updated_record(KNOWN, episodes, later) == (record and replace(record, until=later))


def test_the_first_record_counts_every_episode() -> None:
    first = [stretch(30, 40), stretch(-10, 5)]
    assert updated_record(None, first, AT) == Record(
        count=2, fired=25 * MINUTE, first=AT - 10 * MINUTE, last=AT + 40 * MINUTE, until=AT
    )
    assert updated_record(None, [], AT) is None


@pytest.mark.parametrize(
    ("known", "episodes", "anew"),
    [
        (None, [], True),
        (KNOWN, [], False),
        (KNOWN, [stretch(-5, 10)], False),
        (KNOWN, [stretch(0, 10)], False),
        (KNOWN, [stretch(-5, 10), stretch(1, 2)], True),
    ],
)
def test_something_begins_anew_after_the_last_that_is_known(
    known: Record | None, episodes: list[TimeSpan], anew: bool
) -> None:
    assert begins_anew(known, episodes) == anew
