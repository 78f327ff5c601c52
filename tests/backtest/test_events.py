"""Which incidents alerts are scored against: those on record, each once, within the span."""

from datetime import timedelta

from reliability.backtest.events import Event, recorded
from reliability.timespan import TimeSpan
from tests.backtest.replaying import minutes
from tests.backtest.repository import catalog, incident

SPAN = minutes(100, 200)


def names(*spans: TimeSpan) -> list[str]:
    """The names of the incidents of one catalog that are within the span."""
    documents = [incident(f"i{number}", span) for number, span in enumerate(spans)]
    return [event.name for event in recorded([catalog(*documents)], SPAN)]


def test_an_incident_counts_if_it_overlaps_the_span() -> None:
    assert names(
        minutes(0, 100),
        minutes(0, 101),
        minutes(150, 160),
        minutes(199, 300),
        minutes(200, 300),
        minutes(50, 250),
    ) == ["i1", "i2", "i3", "i5"]


def test_an_incident_of_two_catalogs_is_one_event() -> None:
    one, other = minutes(110, 120), minutes(130, 140)
    catalogs = (
        catalog(incident("first", one, ["checkout", "refund"])),
        catalog(incident("renamed", one), incident("second", other)),
    )
    assert list(recorded(catalogs, SPAN)) == [
        Event(
            kind="incident",
            service="shop",
            span=one,
            name="first",
            slos=frozenset(("checkout", "refund")),
        ),
        Event(
            kind="incident",
            service="shop",
            span=other,
            name="second",
            slos=frozenset(("checkout",)),
        ),
    ]
    assert list(recorded([], SPAN)) == []


def test_an_event_concerns_the_slos_of_its_service() -> None:
    span = TimeSpan(SPAN.start, SPAN.start + timedelta(hours=1))
    named = Event(kind="incident", service="shop", span=span, name="", slos=frozenset("a"))
    every = Event(kind="significant event", service="shop", span=span, name="")
    assert [named.concerns(*of) for of in (("shop", "a"), ("shop", "b"), ("pay", "a"))] == [
        *(True, False, False),
    ]
    assert [every.concerns(*of) for of in (("shop", "a"), ("pay", "a"))] == [True, False]
    assert (named.is_derived, every.is_derived) == (False, True)
