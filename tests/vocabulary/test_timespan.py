"""A span of time holds its start and not its end."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from reliability.timespan import TimeSpan

DAY = timedelta(days=1)


def span(start: str, end: str) -> TimeSpan:
    return TimeSpan(datetime.fromisoformat(start), datetime.fromisoformat(end))


def test_a_span_before_a_day_ends_at_its_midnight() -> None:
    week = TimeSpan.before(date(2026, 11, 25), 7 * DAY)
    assert week == span("2026-11-18T00:00Z", "2026-11-25T00:00Z")
    assert (week.length, week.weeks, week.steps(2 * DAY)) == (7 * DAY, 1.0, 3)
    assert week.extended(DAY) == span("2026-11-17T00:00Z", "2026-11-25T00:00Z")


@pytest.mark.parametrize(
    ("other", "both"),
    [
        (("2026-01-01T00:00Z", "2026-01-02T00:00Z"), None),
        (("2026-01-03T00:00Z", "2026-01-04T00:00Z"), None),
        (
            ("2026-01-01T00:00Z", "2026-01-02T01:00Z"),
            ("2026-01-02T00:00Z", "2026-01-02T01:00Z"),
        ),
        (
            ("2026-01-02T23:00Z", "2026-01-09T00:00Z"),
            ("2026-01-02T23:00Z", "2026-01-03T00:00Z"),
        ),
        (
            ("2026-01-01T00:00Z", "2026-01-09T00:00Z"),
            ("2026-01-02T00:00Z", "2026-01-03T00:00Z"),
        ),
    ],
)
def test_an_overlap_is_what_both_hold(other: tuple[str, str], both: tuple[str, str] | None) -> None:
    one = span("2026-01-02T00:00Z", "2026-01-03T00:00Z")
    assert one.overlap(span(*other)) == (span(*both) if both else None)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-01-01T00:00Z", "2026-01-02T00:00Z", [1]),
        ("2026-01-01T23:59Z", "2026-01-02T00:01Z", [1, 2]),
        ("2026-01-01T12:00Z", "2026-01-03T00:00Z", [1, 2]),
        ("2026-01-01T00:00Z", "2026-01-01T00:00Z", []),
    ],
)
def test_the_days_that_a_span_touches(start: str, end: str, days: list[int]) -> None:
    assert list(span(start, end).days()) == [date(2026, 1, day) for day in days]


def test_days_are_those_of_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    early = TimeSpan(datetime(2026, 1, 2, 8, tzinfo=tokyo), datetime(2026, 1, 2, tzinfo=UTC))
    assert list(early.days()) == [date(2026, 1, 1)]
