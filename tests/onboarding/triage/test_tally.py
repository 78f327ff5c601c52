"""The figures of one alert: counts, repeats, lengths and incidents."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from reliability.onboarding.triage.message import ReceivedMessage, State
from reliability.onboarding.triage.tally import (
    MAX_BODY_LENGTH,
    MAX_LOCATIONS,
    Figures,
    TemplateTally,
)
from reliability.timespan import TimeSpan

START = datetime(2026, 10, 1, tzinfo=UTC)
ON, OFF, TAKEN, OTHER = State.FIRING, State.RESOLVED, State.ACKNOWLEDGED, State.OTHER


def message(
    second: float = 0,
    location: str = "#errors",
    mentions: bool | None = None,
    answered: bool | None = None,
    lasted: timedelta | None = None,
) -> ReceivedMessage:
    at = START + timedelta(seconds=second)
    return ReceivedMessage(
        source="slack",
        location=location,
        at=at,
        text="x",
        mentions=mentions,
        answered=answered,
        lasted=lasted,
    )


def figures(*told: tuple[float, State], line: str = "x") -> Figures:
    tally = TemplateTally()
    for second, state in told:
        tally.add(message(second), state, line)
    return tally.figures()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], Figures()),
        ([(0, ON), (300, ON)], Figures(notifications=2, repeats=1)),
        ([(0, ON), (301, ON)], Figures(notifications=2)),
        ([(0, OTHER), (10, OTHER), (20, OTHER)], Figures(notifications=3, repeats=2)),
        ([(0, ON), (599, OFF)], Figures(notifications=1, ended=1, short=1)),
        ([(0, ON), (600, OFF)], Figures(notifications=1, ended=1)),
        ([(0, ON), (400, ON), (700, OFF)], Figures(notifications=2, ended=1)),
        ([(0, ON), (10, OFF), (20, ON), (30, OFF)], Figures(notifications=2, ended=2, short=2)),
        ([(0, OFF), (10, TAKEN), (20, OFF)], Figures()),
        ([(0, ON), (5, TAKEN), (10, ON)], Figures(notifications=2, repeats=1)),
        ([(0, OTHER), (10, OFF)], Figures(notifications=1)),
        ([(20, OFF), (0, ON)], Figures(notifications=1, ended=1, short=1)),
    ],
)
def test_messages_of_one_line_are_followed_in_the_order_of_time(
    told: list[tuple[float, State]], expected: Figures
) -> None:
    assert figures(*told) == expected


def test_lines_and_places_are_followed_apart() -> None:
    tally = TemplateTally()
    tally.add(message(0), ON, "web-1")
    tally.add(message(1), ON, "web-2")
    tally.add(message(2, location="#other"), ON, "web-1")
    tally.add(message(3), OFF, "web-2")
    assert tally.figures() == Figures(notifications=3, ended=1, short=1)


def test_only_notifications_are_counted_as_answered_or_mentioning() -> None:
    tally = TemplateTally()
    tally.add(message(0, mentions=True, answered=True, lasted=timedelta(minutes=9)), ON, "x")
    tally.add(message(1_000, mentions=False, answered=False, lasted=timedelta(hours=1)), OTHER, "x")
    tally.add(message(2_000), ON, "x")
    tally.add(message(3_000, mentions=True, answered=True, lasted=timedelta(1)), TAKEN, "x")
    assert tally.figures() == Figures(
        notifications=3, mentions=1, ended=2, short=1, judged=2, answered=1
    )


def test_an_episode_that_the_server_remembers_is_no_notification() -> None:
    tally = TemplateTally()
    tally.add_fired(message(lasted=timedelta(minutes=1)))
    tally.add_fired(message())
    assert tally.figures() == Figures(fired=2, ended=1, short=1)
    assert (tally.sources, tally.locations) == ({"slack"}, Counter({"#errors": 2}))


def test_what_comes_during_an_incident_is_counted_from_its_start_to_before_its_end() -> None:
    tally = TemplateTally()
    for second, state in (
        (9, ON),
        (10, ON),
        (15, OFF),
        (16, TAKEN),
        (19, OTHER),
        (20, ON),
        (99, ON),
    ):
        tally.add(message(second), state, "x")
    spans = [
        TimeSpan(START + timedelta(seconds=start), START + timedelta(seconds=end))
        for start, end in ((10, 20), (99, 100), (99, 101))
    ]
    assert tally.figures(spans).during == 3
    assert tally.figures().during == 0


def test_two_tallies_are_one() -> None:
    one, other, both = TemplateTally(), TemplateTally(), TemplateTally()
    answered = message(5, location="#b", mentions=True, answered=True, lasted=timedelta(minutes=3))
    one.add(message(0), ON, "x")
    one.severities["info"] += 1
    for tally in (other, both):
        tally.add_fired(message(1, location="#c"))
        tally.add(answered, OTHER, "second", "body")
        tally.severities["info"] += 1
    one.join(other)
    assert one.figures([TimeSpan(START, START + timedelta(seconds=6))]) == Figures(
        notifications=2, mentions=1, ended=1, short=1, judged=1, answered=1, fired=1, during=2
    )
    assert (one.example, one.body, one.severities) == ("x", "body", Counter({"info": 2}))
    assert one.locations == Counter({"#errors": 1, "#b": 1, "#c": 1})
    empty = TemplateTally()
    empty.join(both)
    assert (empty.example, empty.body, empty.sources) == ("second", "body", {"slack"})


def test_the_first_line_and_the_first_body_are_the_example() -> None:
    tally = TemplateTally()
    tally.add(message(), ON, "a" * 201)
    tally.add(message(), ON, "second", "b" * (MAX_BODY_LENGTH + 1))
    tally.add(message(), ON, "third", "third")
    assert (tally.example, tally.body) == ("a" * 200, "b" * MAX_BODY_LENGTH)


def test_places_are_remembered_up_to_a_limit_and_counted_on() -> None:
    tally = TemplateTally()
    for number in range(MAX_LOCATIONS + 1):
        tally.add_fired(message(location=str(number)))
    tally.add_fired(message(location="0"))
    tally.add_fired(message(location=""))
    assert len(tally.locations) == MAX_LOCATIONS
    assert tally.locations["0"] == 2


def test_shares_of_nothing_are_zero() -> None:
    assert (Figures().short_share, Figures().answered_share) == (0.0, 0.0)
    counted = Figures(ended=4, short=1, judged=8, answered=6)
    assert (counted.short_share, counted.answered_share) == (0.25, 0.75)
