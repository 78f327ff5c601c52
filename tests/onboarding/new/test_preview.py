"""What an SLI counts, from its queries, and the past that a source has of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reliability.history.series import NoHistory, Series
from reliability.history.sli import Counters, SliHistory
from reliability.onboarding.new.new_slo import NewSli
from reliability.onboarding.new.preview import counted_by, past_of, selector_of_all
from reliability.onboarding.new.proposal import CountedEvents
from reliability.timespan import TimeSpan

HISTOGRAM = 'histogram_fraction(0, 0.25, h{a="b"}) * histogram_count(h{a="b"})'
START = datetime(2026, 11, 25, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("indicator", "selector"),
    [
        (NewSli("good", 'a{code="200"}', "a"), "a{}"),
        (NewSli("bad", 'a{code="500"}', 'a{job="b"}'), 'a{job="b"}'),
        (NewSli("good", HISTOGRAM, 'histogram_count(h{a="b"})'), 'h{a="b"}'),
        (NewSli("good", "sum(", "a"), None),
        (NewSli("good", "a", "sum("), None),
        (NewSli("good", "sum(", "sum("), None),
        (NewSli("good", "a", "avg(b)"), None),
    ],
)
def test_queries_are_counted_by_their_selectors(indicator: NewSli, selector: str | None) -> None:
    counters = counted_by(indicator)
    assert (selector_of_all(counters) if counters else None) == selector


def test_good_and_bad_events_are_told_apart() -> None:
    counters = [counted_by(NewSli(counts, "a", "b")) for counts in ("good", "bad")]
    assert [each.counts for each in counters if isinstance(each, Counters)] == ["good", "bad"]


@dataclass
class Past:
    """A source with this history, which keeps the spans that it was asked for."""

    history: tuple[Series, ...] | NoHistory
    spans: list[TimeSpan] = field(default_factory=list)
    description: str = "test"
    is_made_up: bool = False

    def series(self, _sli: SliHistory, span: TimeSpan) -> tuple[Series, ...] | NoHistory:
        self.spans.append(span)
        return self.history


def series(bad: list[float], total: list[float], known: list[bool], step: int = 1) -> Series:
    return Series(
        start=START,
        step=step * MINUTE,
        bad=np.array(bad),
        total=np.array(total),
        known=np.array(known),
        source="test",
    )


TWO = (
    series([1, 0, 2], [10, 0, 20], [True, False, True]),
    series([0, 0, 4], [0, 0, 40], [False, False, True]),
)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (NoHistory("nothing"), NoHistory("nothing")),
        (TWO[:1], CountedEvents(2 * MINUTE, 30, 3)),
        (TWO, CountedEvents(2 * MINUTE, 70, 7)),
        (TWO[::-1], CountedEvents(2 * MINUTE, 70, 7)),
        ((series([-1], [5], [True], step=5),), CountedEvents(5 * MINUTE, 5, 0)),
        ((series([0], [0], [False]),), CountedEvents(0 * MINUTE, 0, 0)),
    ],
)
def test_the_past_is_what_all_series_counted(
    history: tuple[Series, ...] | NoHistory, expected: CountedEvents | NoHistory
) -> None:
    counters, source = counted_by(NewSli("bad", "a", "b")), Past(history)
    assert counters is not None
    span = TimeSpan(START, START + timedelta(days=1))
    assert past_of(source, counters, span) == expected
    assert source.spans == [span]
