"""Verdicts on events: what counts as caught, and which verdicts are on one event."""

from datetime import timedelta

import numpy as np
import pytest

from reliability.backtest.episodes import Episode
from reliability.backtest.events import Event
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.outcome import (
    AlertFirings,
    Detection,
    EventVerdict,
    NoAlert,
    Outcome,
    OutcomeRow,
    SliSummary,
)
from reliability.backtest.replay import ObjectiveSide, group_series, measured
from reliability.backtest.verdicts import merged, verdicts_of
from reliability.history.series import NoHistory
from reliability.resolve.objectives import Objective, objectives
from tests.backtest.replaying import minutes, series
from tests.backtest.repository import catalog, policy, slo

MISSED, TICKET, CAUGHT = (
    Detection(paged=False, ticketed=False),
    Detection(paged=False, ticketed=True),
    Detection(paged=True, ticketed=False),
)
DAY = 1440
TERMS = ReplayTerms(minutes(0, 3 * DAY), with_confidence=True)


def event(first: int, last: int, service: str = "shop", **values: str) -> Event:
    return Event(
        kind="significant event" if values else "incident",
        service=service,
        span=minutes(first, last),
        name=values.get("name", ""),
        sli=values.get("sli", ""),
        slos=frozenset((values.get("slo", "a"),)),
    )


def verdict(
    of: Event,
    slo_name: str = "a",
    *,
    spent: float = 0.1,
    known: bool = True,
    old: Detection = MISSED,
    new: Detection = MISSED,
) -> EventVerdict:
    return EventVerdict(event=of, slo=slo_name, spent=spent, known=known, old=old, new=new)


def spans(*verdicts: EventVerdict) -> list[tuple[int, int, str]]:
    """First and last minute, and the SLO, of each verdict after the merge."""
    start = minutes(0, 0).start
    minute = timedelta(minutes=1)
    return [
        (
            (one.event.span.start - start) // minute,
            (one.event.span.end - start) // minute,
            f"{one.event.service} {one.slo}",
        )
        for one in merged(verdicts)
    ]


def test_an_incident_is_caught_by_any_slo_at_its_highest_cost() -> None:
    incident = event(10, 20)
    together = merged(
        (
            verdict(incident, "b", spent=0.2, known=False, old=CAUGHT),
            verdict(incident, "a", spent=0.1, new=TICKET),
            verdict(incident, "c", spent=0.0, known=False, new=CAUGHT),
        )
    )
    both = Detection(paged=True, ticketed=True)
    assert together == (verdict(incident, "b", spent=0.2, old=CAUGHT, new=both),)
    assert merged([verdict(incident, known=False)]) == (verdict(incident, known=False),)
    assert merged(()) == ()


def test_incidents_that_overlap_stay_apart() -> None:
    assert spans(
        verdict(event(12, 30)), verdict(event(10, 20), "b"), verdict(event(10, 20, "pay"))
    ) == [(10, 20, "pay a"), (10, 20, "shop b"), (12, 30, "shop a")]


def derived(first: int, last: int, sli: str = "s", name: str = "", slo_name: str = "a") -> Event:
    return event(first, last, sli=sli, name=name, slo=slo_name)


def test_significant_events_of_one_sli_are_one_if_they_overlap() -> None:
    assert spans(
        verdict(derived(50, 60), "b", spent=0.3),
        verdict(derived(0, 30)),
        verdict(derived(5, 10), "b", spent=0.3),
        verdict(derived(29, 40), "c", spent=0.2),
        verdict(derived(40, 45), "d"),
    ) == [(0, 40, "shop b"), (40, 45, "shop d"), (50, 60, "shop b")]


def test_significant_events_of_another_group_or_sli_stay_apart() -> None:
    assert spans(
        verdict(derived(0, 30, name="region=eu")),
        verdict(derived(5, 40, name="region=us")),
        verdict(derived(5, 20, sli="other"), "b"),
        verdict(event(5, 20)),
    ) == [(0, 30, "shop a"), (5, 20, "shop a"), (5, 20, "shop b"), (5, 40, "shop a")]


def test_a_merged_event_names_every_slo() -> None:
    [one] = merged(
        (
            verdict(derived(0, 30, slo_name="a"), "a", spent=0.1),
            verdict(derived(10, 20, slo_name="b"), "b", spent=0.2),
        )
    )
    assert (one.event.slos, one.slo, one.spent) == (frozenset("ab"), "b", 0.2)


def objective() -> Objective:
    [read] = objectives(catalog(slo("checkout"), policy("checkout")))
    return read


def fired(first: int, last: int) -> AlertFirings:
    return AlertFirings((Episode(minutes(first, last), {}, 0.0),), timedelta(0), 1.0)


def row(tier: str, old: Outcome, new: Outcome) -> OutcomeRow:
    return OutcomeRow(
        service="shop", slo="checkout", objective="served", tier=tier, old=old, new=new
    )


@pytest.mark.parametrize(
    ("first", "last", "is_caught"),
    [(0, 100, False), (0, 101, True), (150, 160, True), (200, 300, True), (201, 300, False)],
)
def test_an_episode_catches_an_event_up_to_its_end(first: int, last: int, is_caught: bool) -> None:
    side = ObjectiveSide(objective(), (), None)
    incident = Event(kind="incident", service="shop", span=minutes(100, 200), name="")
    rows = (row("alert", NoAlert(), fired(first, last)), row("log", fired(100, 200), NoAlert()))
    [paged] = verdicts_of(side, rows, [incident], TERMS)
    assert (paged.old.word, paged.new.word) == ("missed", "caught" if is_caught else "missed")
    [ticketed] = verdicts_of(
        side, (row("ticket", fired(first, last), NoHistory("none")),), [incident], TERMS
    )
    assert (ticketed.old.word, ticketed.new.word) == (
        *("ticket only" if is_caught else "missed", "missed"),
    )
    assert (ticketed.spent, ticketed.known) == (None, False)


def test_an_incident_concerns_the_slos_that_it_names_and_no_other_service() -> None:
    side = ObjectiveSide(objective(), (), None)
    rows = (row("alert", NoAlert(), NoAlert()),)
    named, other, all_slos, elsewhere = (
        Event(
            kind="incident", service=service, span=minutes(100, 200), name=slo, slos=frozenset(slos)
        )
        for service, slo, slos in (
            ("shop", "named", ("checkout", "x")),
            ("shop", "other", ("x",)),
            ("shop", "all", ()),
            ("pay", "elsewhere", ("checkout",)),
        )
    )
    found = verdicts_of(side, rows, [named, other, all_slos, elsewhere], TERMS)
    assert [(one.event.name, one.slo) for one in found] == [
        *(("named", "checkout"), ("all", "checkout")),
    ]


def known_minutes(*days: int) -> np.ndarray:
    """Whether each minute is known: the first ones of each day."""
    known = np.zeros(len(days) * DAY, dtype=bool)
    for number, count in enumerate(days):
        known[number * DAY : number * DAY + count] = True
    return known


def side_of(*groups: tuple[tuple[float, ...], tuple[int, ...]]) -> ObjectiveSide:
    """Groups of ten events a minute: the failures of each day, and its known minutes."""
    declared = objective()
    made = []
    for failures, days in groups:
        known = known_minutes(*days)
        bad = np.zeros(len(known))
        bad[::DAY] = failures
        made.append(series(bad.tolist(), (known * 10.0).tolist(), known.tolist()))
    of = group_series(declared, made, TERMS, warm_up=timedelta(0))
    return ObjectiveSide(declared, of, None)


def shown(shares: tuple[float | None, ...]) -> tuple[str, ...]:
    return tuple("None" if share is None else f"{share:.4g}" for share in shares)


def test_history_is_measured_by_the_worst_group() -> None:
    # A period of 30 days allows 432 failures among 432,000 events.
    full = (DAY, DAY, DAY)
    assert measured(side_of(((216.0, 108.0, 0.0), full)), TERMS, TERMS) == SliSummary(
        coverage=1.0,
        attainment=1 - 324 / 43_200,
        events=43_200.0,
        days=(0.5, 0.25, 0.0),
        known_days=(True, True, True),
    )
    two = measured(side_of(((216.0, 0.0, 0.0), full), ((0.0, 432.0, 0.0), full)), TERMS, TERMS)
    assert isinstance(two, SliSummary)
    assert (two.attainment, two.events, two.days) == (1 - 432 / 43_200, 86_400.0, (0.5, 1.0, 0.0))


def test_a_day_is_known_from_half_of_it_on_by_any_group() -> None:
    part = side_of(((216.0, 43.2, 9.0), (DAY, DAY // 2, DAY // 2 - 1)))
    known = measured(part, TERMS, TERMS)
    assert isinstance(known, SliSummary)
    assert shown(known.days) == ("0.5", "0.1", "None")
    assert known.attainment == pytest.approx(1 - 268.2 / 28_790)
    assert known.coverage == (DAY + DAY - 1) / (3 * DAY)
    assert known.part is not None
    both = ObjectiveSide(
        part.objective, (*part.groups, *side_of(((1.0, 0.0, 0.0), (DAY,) * 3)).groups), None
    )
    known = measured(both, TERMS, TERMS)
    assert isinstance(known, SliSummary)
    assert shown(known.days) == ("0.5", "0.1", "0")
    # The worst group, as far as it is known
    assert known.attainment == pytest.approx(1 - 268.2 / 28_790)
    assert known.coverage == (DAY + DAY - 1) / (3 * DAY)


def test_what_is_missing_is_said_instead_of_figures() -> None:
    why = NoHistory("nothing is stored")
    assert measured(ObjectiveSide(objective(), (), why), TERMS, TERMS) is why
