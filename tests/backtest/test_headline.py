"""The two-sided headline."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.headline import headline
from reliability.backtest.outcome import (
    AlertFirings,
    Backtest,
    Detection,
    EventVerdict,
    NoAlert,
    OutcomeRow,
    Replayed,
    SliSummary,
)
from reliability.history.series import NoHistory
from reliability.render.numbers import percent
from reliability.timespan import TimeSpan

START = datetime(2026, 3, 1, tzinfo=UTC)
SPAN = TimeSpan(START, START + timedelta(weeks=13))
HOUR = timedelta(hours=1)
CAUGHT = Detection(paged=True, ticketed=False)
MISSED = Detection(paged=False, ticketed=False)
TICKET = Detection(paged=False, ticketed=True)


def fired(times: int) -> AlertFirings:
    spans = (TimeSpan(START + n * HOUR, START + n * HOUR + HOUR / 2) for n in range(times))
    return AlertFirings(tuple(Episode(span, {}, 0.02) for span in spans), times * HOUR / 2, 13.0)


def row(tier: str, old: int, new: int) -> OutcomeRow:
    return OutcomeRow(
        service="shop", slo="checkout", objective="", tier=tier, old=fired(old), new=fired(new)
    )


def verdict(
    day: str, spent: float, old: Detection, new: Detection, *, known: bool = True
) -> EventVerdict:
    start = datetime.fromisoformat(f"{day}T10:00:00+00:00")
    event = Event(
        kind="incident", service="shop", span=TimeSpan(start, start + HOUR), name="it hurt"
    )
    return EventVerdict(event=event, slo="checkout", spent=spent, known=known, old=old, new=new)


def result(rows: list[OutcomeRow], verdicts: list[EventVerdict], base: str = "c0ffee") -> Backtest:
    objective = Replayed(
        service="shop",
        slo="checkout",
        objective="",
        target="0.999",
        history=SliSummary(coverage=1.0, attainment=0.9993, events=1e6),
        rows=tuple(rows),
        verdicts=tuple(verdicts),
    )
    return Backtest(
        terms=ReplayTerms(SPAN),
        source="a test",
        is_synthetic=False,
        base=base,
        objectives=(objective,),
        verdicts=tuple(verdicts),
    )


ROWS = [row("alert", 79, 26), row("ticket", 9, 11)]
INCIDENTS = [
    verdict("2026-03-02", 0.2, CAUGHT, CAUGHT),
    verdict("2026-04-03", 0.3, CAUGHT, CAUGHT),
    verdict("2026-05-12", 0.14, CAUGHT, MISSED),
    verdict("2026-05-20", 0.4, CAUGHT, CAUGHT),
]


def test_it_says_what_is_told_less_and_what_is_missed_for_it() -> None:
    assert headline(result(ROWS, INCIDENTS)) == (
        "alert episodes a week 6.1 -> 2.0 · ticket episodes a week 0.7 -> 0.8 · "
        "incidents caught 4 of 4 -> 3 of 4; "
        "missed 1 (paged before): 12 May with 14 % of the budget spent"
    )


def test_without_a_base_it_has_one_side() -> None:
    assert headline(result(ROWS, INCIDENTS, base="")) == (
        "alert episodes a week 2.0 · ticket episodes a week 0.8 · incidents caught 3 of 4; "
        "missed 1: 12 May with 14 % of the budget spent"
    )


def test_a_ticket_is_not_nothing_and_not_a_page() -> None:
    said = headline(result(ROWS, [verdict("2026-05-12", 0.14, CAUGHT, TICKET)]))
    assert said.endswith(
        "caught 1 of 1 -> 0 of 1; "
        "ticket only 1 (paged before): 12 May with 14 % of the budget spent"
    )


def test_missed_and_ticket_only_are_counted_apart_and_together_make_up_the_rest() -> None:
    verdicts = [
        *INCIDENTS,
        verdict("2026-05-13", 0.1, CAUGHT, TICKET),
        verdict("2026-05-14", 0.1, TICKET, TICKET),
        verdict("2026-05-15", 0.1, TICKET, MISSED),
    ]
    said = headline(result(ROWS, verdicts))
    assert (
        "incidents caught 5 of 7 -> 3 of 7; missed 2 (1 paged before, 1 had a ticket before): "
        "12 May" in said
    )
    assert "; ticket only 2 (1 paged before): 13 May" in said


def test_what_is_newly_missed_stands_before_what_was_always_missed() -> None:
    always = [verdict(f"2026-03-0{day}", 0.5, MISSED, MISSED) for day in (2, 3, 4)]
    said = headline(result(ROWS, [*always, INCIDENTS[2]]))
    assert "1 of 4 -> 0 of 4; missed 4 (1 paged before): 12 May" in said
    assert said.endswith(", and 1 more")


def test_an_incident_outside_of_the_history_is_not_scored() -> None:
    unknown = verdict("2026-05-12", 0.0, MISSED, MISSED, known=False)
    assert headline(result(ROWS, [*INCIDENTS[:2], unknown])).endswith("caught 2 of 2 -> 2 of 2")


def test_without_any_incident_it_says_so() -> None:
    assert headline(result(ROWS, [])).endswith("no incident to score against")


def test_significant_events_are_not_called_incidents() -> None:
    event = Event(
        kind="significant event",
        service="shop",
        span=TimeSpan(START, START + HOUR),
        name="",
        slos=frozenset({"checkout"}),
    )
    derived = EventVerdict(
        event=event, slo="checkout", spent=0.3, known=True, old=CAUGHT, new=CAUGHT
    )
    alone, both = result(ROWS, [derived], ""), result(ROWS, [derived, INCIDENTS[2]], "")
    assert headline(alone).endswith(
        "· significant events caught 1 of 1 (derived from the error budget)"
    )
    assert (
        "· incidents caught 0 of 1, significant events caught 1 of 1 (derived from the error "
        "budget); missed 1: 12 May" in headline(both)
    )


def test_what_was_not_replayed_is_not_zero() -> None:
    """A refused calendar SLO once read `alert episodes a week 0.0`."""
    unknown = NoHistory("not replayed: no reason")
    silent = [
        OutcomeRow(service="shop", slo="refund", objective="", tier=tier, old=unknown, new=unknown)
        for tier in ("alert", "ticket")
    ]
    assert headline(result(silent, [], "")) == ("nothing replayed: 2 alerts without enough history")
    assert headline(result([*ROWS, *silent], [], "")).endswith("· not replayed: 2 of 4 alerts")
    removed = replace(row("alert", 3, 0), slo="gone", new=NoAlert())
    said = headline(result([removed, *ROWS, *silent], []))
    assert said.endswith("· not replayed: 2 of 5 alerts")
    nothing = headline(replace(result([], [], ""), objectives=()))
    assert nothing.endswith(f" · 0 of {SPAN.length.days} days known")


def test_what_is_seldom_is_not_never() -> None:
    assert "alert episodes a week under 0.1 ·" in headline(
        result([row("alert", 0, 0), seldom()], [], "")
    )


def seldom() -> OutcomeRow:
    once = replace(fired(1), known_weeks=52.0)
    return OutcomeRow(service="shop", slo="refund", objective="", tier="alert", old=once, new=once)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"),
        (0.0004, "under 0.1 %"),
        (0.021, "2.1 %"),
        (0.0994, "9.9 %"),
        (0.0996, "10 %"),
        (1.234, "123 %"),
    ],
)
def test_shares_are_whole_from_ten_percent_on(share: float, words: str) -> None:
    assert percent(share) == words
