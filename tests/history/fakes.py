"""A `SampleReader` of made-up counters, and the SLI that they belong to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from reliability.errors import SourceError
from reliability.history.increments import MILLISECOND
from reliability.history.sli import Counters, SliHistory, Term
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, TimeSpan

START = datetime(2026, 9, 29, tzinfo=UTC)


def sli(good: str, total: str, by: tuple[str, ...] = ()) -> SliHistory:
    """An SLI of two selectors."""
    return SliHistory("shop", "checkout", counters(good, total), by)


def counters(good: str, total: str) -> Counters:
    """Good events and all events."""
    return Counters("good", (Term(Selector.parse(good), 1),), (Term(Selector.parse(total), 1),))


GOOD = 'requests_total{job="shop",code!~"5.."}'
TOTAL = 'requests_total{job="shop"}'
SHOP = sli(GOOD, TOTAL)


def samples(points: Sequence[tuple[float, float]], start: datetime = START) -> Samples:
    """Samples at so many seconds after the start."""
    first = (start - EPOCH) // MILLISECOND
    times = np.array([first + round(at * 1000) for at, _ in points], dtype=np.int64)
    return Samples(times, np.array([value for _, value in points], dtype=np.float64))


def counter(points: Sequence[tuple[float, float]], **labels: str) -> Counter:
    """One counter of requests; `code`, `instance` and others as given."""
    return Counter({"__name__": "requests_total", "job": "shop", **labels}, samples(points))


@dataclass
class MadeUp:
    """A `SampleReader` over counters in memory; it gives up after so many answers."""

    held: Sequence[Counter]
    answers_left: int = 1_000_000
    asked: list[TimeSpan] = field(default_factory=list)
    description: str = "made up"

    def counters(self, selector: Selector, span: TimeSpan) -> Iterator[Counter]:
        self.asked.append(span)
        if self.answers_left == 0:
            raise SourceError("the server went away")
        self.answers_left -= 1
        start, end = ((each - EPOCH) // MILLISECOND for each in (span.start, span.end))
        for each in self.held:
            times = each.samples.times
            within = (times > start) & (times <= end)
            if selector.matches(each.labels) and within.any():
                cut = Samples(times[within], each.samples.values[within])
                yield Counter(each.labels, cut)


def hours(first: float, last: float) -> TimeSpan:
    """From so many hours after `START` until so many."""
    return TimeSpan(START + timedelta(hours=first), START + timedelta(hours=last))
