"""The recent past of an SLI: how far back it is known, and fetched once in chunks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from reliability.onboarding.new.recent import RecentSamples, known_span
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, TimeSpan
from tests.onboarding.new.metrics import CountedMetrics

END = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MONTH = TimeSpan(END - timedelta(days=30), END)


class CountingMetrics(CountedMetrics):
    """Answers how many series there are from a moment on, in the steps that are asked for."""

    def __init__(self, first: datetime | None, count: float) -> None:
        super().__init__([])
        object.__setattr__(self, "first", first)
        object.__setattr__(self, "count", count)

    def points(
        self, expression: str, span: TimeSpan, step: timedelta
    ) -> Iterator[tuple[datetime, float]]:
        first: datetime | None = self.__dict__["first"]
        assert expression == "count(a)"
        at = span.start
        while at <= span.end:
            if first is not None and at >= first:
                yield at, self.__dict__["count"]
            at += step


@pytest.mark.parametrize(
    ("first", "count", "start"),
    [
        (None, 1, None),
        (END - timedelta(days=90), 1, END - timedelta(days=30)),
        (END - timedelta(days=3), 1, END - timedelta(days=3) - HOUR),
        (END - timedelta(hours=3, minutes=30), 1, END - 4 * HOUR),
        (END - HOUR, 1, END - 2 * HOUR),
        # Of what began within the last hour the minute is known, and an hour more is taken.
        (END - timedelta(minutes=30), 1, END - timedelta(minutes=30) - 2 * HOUR),
        # With more series fewer days are fetched, and one at least.
        (END - timedelta(days=90), 200, END - timedelta(days=30)),
        (END - timedelta(days=90), 600, END - timedelta(days=10)),
        (END - timedelta(days=90), 5999, END - timedelta(days=1)),
        (END - timedelta(days=90), 90_000, END - timedelta(days=1)),
        (END - timedelta(hours=2), 90_000, END - 3 * HOUR),
    ],
)
def test_a_span_is_known_from_its_first_sample(
    first: datetime | None, count: float, start: datetime | None
) -> None:
    known = known_span(CountingMetrics(first, count), "a", MONTH)
    assert known == (None if start is None else TimeSpan(start, END))


class Recorded:
    """A reader that has a sample of two series each hour, and keeps what it was asked for."""

    description = "recorded"

    def __init__(self) -> None:
        self.asked: list[TimeSpan] = []

    def evaluated(self, _expression: str, span: TimeSpan, _every: timedelta) -> Iterator[Counter]:
        yield from self.counters(Selector.parse("a"), span)

    def counters(self, _selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        self.asked.append(span)
        for pod in ("x", "y"):
            first = -(-(span.start - EPOCH) // HOUR)
            last = (span.end - EPOCH) // HOUR
            times = np.arange(first, last + 1, dtype=np.int64) * 3_600_000
            values: Any = times / 3_600_000
            yield Counter({"__name__": "a", "pod": pod}, Samples(times, values))


def test_samples_are_fetched_once_in_chunks_of_six_hours_without_doubles() -> None:
    reader = Recorded()
    span = TimeSpan(END - timedelta(hours=13), END)
    recent = RecentSamples(reader, span)
    selector = Selector.parse("a")

    whole = list(recent.counters(selector, span))
    part = list(recent.counters(selector, TimeSpan(END - 3 * HOUR, END - HOUR)))

    assert recent.description == "recorded"
    assert [(each.end - each.start) / HOUR for each in reader.asked] == [6, 6, 1]
    assert [reader.asked[0].start, reader.asked[-1].end] == [span.start, END]
    assert [each.labels["pod"] for each in whole] == ["x", "y"]
    hours = [list(each.samples.times / 3_600_000 - END.timestamp() / 3600) for each in whole]
    assert hours == [list(range(-12, 1))] * 2  # what lies at the start is before the span
    hours = [list(each.samples.times / 3_600_000 - END.timestamp() / 3600) for each in part]
    assert hours == [[-2, -1]] * 2


def test_a_span_of_whole_chunks_has_no_empty_one() -> None:
    reader = Recorded()
    span = TimeSpan(END - timedelta(hours=12), END)
    recent = RecentSamples(reader, span)
    [first, _] = recent.evaluated("a", span, HOUR)
    assert [(each.start, each.end) for each in reader.asked] == [
        (END - 12 * HOUR, END - 6 * HOUR),
        (END - 6 * HOUR, END),
    ]
    # The values of a grid that begins with the span and ends before its end.
    assert list(first.samples.times / 3_600_000 - END.timestamp() / 3600) == list(range(-12, 0))
    again = list(recent.evaluated("a", TimeSpan(END - 2 * HOUR, END), HOUR))
    assert [len(each.samples.times) for each in again] == [2, 2]
    assert len(reader.asked) == 2


def test_a_series_without_samples_in_a_span_is_left_out() -> None:
    recent = RecentSamples(Recorded(), MONTH)
    later = TimeSpan(END + HOUR, END + 2 * HOUR)
    assert list(recent.counters(Selector.parse("a"), later)) == []
