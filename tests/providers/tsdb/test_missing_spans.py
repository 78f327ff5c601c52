"""Which span of an objective is backfilled: until the first minute that every series has."""

from datetime import UTC, datetime, timedelta

import pytest

from reliability.providers.tsdb.backfill import BackfillObjective
from reliability.resolve.objectives import objectives
from reliability.timespan import EPOCH, TimeSpan
from tests.compile.repositories import shop

START = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPAN = TimeSpan(START, START + 10 * HOUR)


def milliseconds(after: timedelta) -> int:
    return (START + after - EPOCH) // timedelta(milliseconds=1)


def missing(*first: timedelta) -> BackfillObjective:
    """An objective whose series have these first samples on the server, after the start."""
    [objective] = objectives(shop())
    samples: dict[tuple[tuple[str, str], ...], int] = {
        (("series", f"{number}"),): milliseconds(at) for number, at in enumerate(first)
    }
    return BackfillObjective(objective, SPAN, samples)


@pytest.mark.parametrize(
    ("first", "end"),
    [
        ((), 10 * HOUR),
        ((4 * HOUR,), 4 * HOUR - timedelta(minutes=1)),
        ((2 * HOUR, 4 * HOUR, HOUR), 4 * HOUR - timedelta(minutes=1)),
        ((20 * HOUR,), 10 * HOUR),
        ((-5 * HOUR,), -5 * HOUR - timedelta(minutes=1)),
    ],
)
def test_it_ends_a_minute_before_the_series_that_begins_last(
    first: tuple[timedelta, ...], end: timedelta
) -> None:
    assert missing(*first).end == START + end


@pytest.mark.parametrize(
    ("first", "part", "within"),
    [
        ((4 * HOUR,), (0, 2), (0, 2)),
        ((), (8, 12), (8, 10)),
        ((), (-2, 1), (0, 1)),
        ((), (10, 12), None),
        ((-5 * HOUR,), (0, 2), None),
        ((4 * HOUR,), (4, 6), None),
    ],
)
def test_a_block_gets_what_is_missing_in_its_span(
    first: tuple[timedelta, ...], part: tuple[int, int], within: tuple[int, int] | None
) -> None:
    start, end = (START + hours * HOUR for hours in part)
    found = missing(*first).within(TimeSpan(start, end))
    expected = within and TimeSpan(*(START + hours * HOUR for hours in within))
    assert found == expected
