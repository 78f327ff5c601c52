"""Recurrence rules: the occurrences of RFC 5545, and no text that takes long."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reliability.model.recurrence import RecurrenceError, occurrences

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 30, 7, tzinfo=BERLIN)
FIRST = {
    "FREQ=DAILY;COUNT=3": ["2026-11-30", "2026-12-01", "2026-12-02"],
    "FREQ=DAILY;INTERVAL=3;COUNT=3": ["2026-11-30", "2026-12-03", "2026-12-06"],
    "FREQ=DAILY;UNTIL=20261202": ["2026-11-30", "2026-12-01", "2026-12-02"],
    "FREQ=DAILY;UNTIL=20261201T055959Z": ["2026-11-30"],
    "FREQ=DAILY;UNTIL=20261201T060000Z": ["2026-11-30", "2026-12-01"],
    "FREQ=DAILY;BYDAY=MO,WE;COUNT=3": ["2026-11-30", "2026-12-02", "2026-12-07"],
    "FREQ=WEEKLY;COUNT=2": ["2026-11-30", "2026-12-07"],
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;COUNT=4": [
        *("2026-11-30", "2026-12-06", "2026-12-14", "2026-12-20"),
    ],
    "FREQ=MONTHLY;COUNT=4": ["2026-11-30", "2026-12-30", "2027-01-30", "2027-03-30"],
    "FREQ=MONTHLY;BYMONTHDAY=30,-1;COUNT=4": [
        *("2026-11-30", "2026-12-30", "2026-12-31", "2027-01-30"),
    ],
    "FREQ=MONTHLY;BYDAY=-1MO,1TU;COUNT=4": [
        *("2026-11-30", "2026-12-01", "2026-12-28", "2027-01-05"),
    ],
    "FREQ=MONTHLY;BYDAY=MO;COUNT=3": ["2026-11-30", "2026-12-07", "2026-12-14"],
    "FREQ=YEARLY;BYDAY=MO;COUNT=3": ["2026-11-30", "2026-12-07", "2026-12-14"],
    "FREQ=YEARLY;COUNT=3": ["2026-11-30", "2027-11-30", "2028-11-30"],
    "FREQ=YEARLY;BYMONTHDAY=30;COUNT=4": ["2026-11-30", "2026-12-30", "2027-01-30", "2027-03-30"],
    "FREQ=YEARLY;BYMONTH=11,3;COUNT=3": ["2026-11-30", "2027-03-30", "2027-11-30"],
}
"""Days of the occurrences of rules, by RFC 5545 (3.3.10 and the examples of 3.8.5.3)."""
ELSEWHERE = "the recurrence does not occur at the start of the correction"


@pytest.mark.parametrize("text", FIRST)
def test_the_occurrences_are_those_of_the_rfc(text: str) -> None:
    found = occurrences(text, MONDAY, HOUR, "Europe/Berlin")
    assert [f"{start.astimezone(BERLIN):%Y-%m-%d %H:%M}" for start, _ in found] == [
        f"{day} 07:00" for day in FIRST[text]
    ]
    assert {end - start for start, end in found} == {HOUR}


def test_an_occurrence_is_at_the_same_local_time_after_a_change_of_the_clocks() -> None:
    found = occurrences("FREQ=WEEKLY;COUNT=20", MONDAY, HOUR, "Europe/Berlin")
    assert {start.astimezone(BERLIN).hour for start, _ in found} == {7}
    assert {start.hour for start, _ in found} == {6, 5}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("FREQ=SECONDLY;COUNT=5", "FREQ is SECONDLY"),
        ("FREQ=HOURLY;COUNT=5", "FREQ is HOURLY"),
        ("COUNT=5", "FREQ is missing"),
        ("FREQ=DAILY", "the recurrence has no end, or two"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", "the recurrence has no end, or two"),
        ("FREQ=DAILY;COUNT=1001", "COUNT is 1001"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "COUNT is 99999999999999999999"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", "INTERVAL is 0"),
        ("FREQ=DAILY;UNTIL=20310101", "the recurrence has more than 1000 occurrences"),
        ("FREQ=DAILY;UNTIL=20261332", "UNTIL is 20261332"),
        *(
            (f"FREQ=DAILY;UNTIL={until}", f"UNTIL is {until[:20]}")
            for until in ("20271231T120000", "20271231T1200Z", "2027-12-31", "x" * 30)
        ),
        *(
            (f"FREQ=DAILY;COUNT=3;{part}={value}", f"{part} is {value}")
            for part, values in {
                "INTERVAL": ("367", "-1", "+1", "x", "00000"),
                "BYMONTHDAY": ("32", "-32", "0", "1.5"),
                "BYMONTH": ("13", "0", "-1", "-12"),
            }.items()
            for value in values
        ),
        ("FREQ=DAILY;COUNT=3;BYMONTH=11,", "BYMONTH is "),
        ("FREQ=DAILY;COUNT=0", "COUNT is 0"),
        ("FREQ=DAILY;COUNT=", "COUNT= is not supported, or occurs twice"),
        ("FREQ=;COUNT=1", "FREQ= is not supported, or occurs twice"),
        (f"FREQ={'A' * 30};COUNT=1", f"FREQ is {'A' * 20}"),
        (f"{'B' * 50}=1", f"{'B' * 40} is not supported, or occurs twice"),
        ("FREQ=MONTHLY;BYDAY=6MO;COUNT=3", "BYDAY has 6MO"),
        ("FREQ=MONTHLY;BYDAY=MO,;COUNT=3", "BYDAY has "),
        ("FREQ=YEARLY;BYDAY=1MO;COUNT=3", "BYDAY has 1MO"),
        ("FREQ=DAILY;UNTIL=20290826", "the recurrence has more than 1000 occurrences"),
        ("FREQ=DAILY;UNTIL=20261129", ELSEWHERE),
        ("FREQ=WEEKLY;BYDAY=1MO;COUNT=3", "BYDAY has 1MO"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "BYDAY has XX"),
        ("FREQ=WEEKLY;WKST=SU;COUNT=3", "weeks begin on SU"),
        ("FREQ=DAILY;BYSETPOS=1;COUNT=3", "BYSETPOS=1 is not supported, or occurs twice"),
        ("FREQ=DAILY;BYHOUR=1;COUNT=3", "BYHOUR=1 is not supported, or occurs twice"),
        ("FREQ=DAILY;FREQ=DAILY;COUNT=3", "FREQ=DAILY is not supported, or occurs twice"),
        ("", " is not supported, or occurs twice"),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", ELSEWHERE),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", ELSEWHERE),
        (f"FREQ=DAILY;COUNT={'9' * 21}", f"COUNT is {'9' * 20}"),
        (f"FREQ=DAILY;COUNT=3;WKST={'S' * 21}", f"weeks begin on {'S' * 20}"),
    ],
)
def test_what_is_not_supported_is_refused(text: str, why: str) -> None:
    with pytest.raises(RecurrenceError) as refused:
        occurrences(text, MONDAY, HOUR, "Europe/Berlin")
    assert str(refused.value.message) == why


def test_a_rule_without_further_occurrences_ends_after_five_years() -> None:
    leap = datetime(2028, 2, 29, 7, tzinfo=UTC)
    found = occurrences("FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2;COUNT=9", leap, HOUR, "UTC")
    assert [start.year for start, _ in found] == [2028, 2032]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("FREQ=DAILY;COUNT=1000", 1000),
        ("FREQ=DAILY;UNTIL=20290825", 1000),
        ("FREQ=DAILY;INTERVAL=366;COUNT=2", 2),
        # Five years of 366 days, of which the last one counts: 1830 / 2 + 1
        ("FREQ=DAILY;INTERVAL=2;COUNT=1000", 916),
        ("FREQ=DAILY;INTERVAL=1;COUNT=1", 1),
        ("FREQ=DAILY;BYMONTHDAY=31,-31,30;COUNT=3", 3),
        ("FREQ=MONTHLY;BYDAY=5MO,-5MO;COUNT=2", 2),
        ("FREQ=YEARLY;BYMONTH=12,1,11;COUNT=3", 3),
        ("FREQ=WEEKLY;WKST=MO;COUNT=2", 2),
        ("FREQ=DAILY;UNTIL=20261130", 1),
        ("FREQ=DAILY;UNTIL=20261130T060000Z", 1),
    ],
)
def test_values_at_their_limits_are_read(text: str, count: int) -> None:
    assert len(occurrences(text, MONDAY, HOUR, "Europe/Berlin")) == count


def test_a_start_between_two_seconds_is_in_its_second() -> None:
    start = MONDAY.replace(microsecond=500_000)
    [(begin, end)] = occurrences("FREQ=DAILY;COUNT=1", start, HOUR, "Europe/Berlin")
    assert (begin, end) == (MONDAY, MONDAY + HOUR)


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "../etc/passwd", "", "a\0b"])
def test_a_zone_that_is_not_known_is_refused(zone: str) -> None:
    with pytest.raises(RecurrenceError) as refused:
        occurrences("FREQ=DAILY;COUNT=1", MONDAY, HOUR, zone)
    assert str(refused.value.message) == f"this machine does not know the time zone {zone}"
    assert str(refused.value.help) == "install the package tzdata"
