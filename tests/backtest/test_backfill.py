"""What is backfilled: recordings within a span, by the server where we cannot, before its own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pytest

from reliability.backtest.backfill import Backfilling, before_first, records_of
from reliability.compile.prometheus.directory import Directory
from reliability.compile.prometheus.names import ERRORS, TARGET, TOTAL
from reliability.errors import SourceError
from reliability.promql.evaluate.lines import NAME, Labels, labels_of
from reliability.promql.evaluate.semantics import Semantics
from reliability.promql.evaluate.stored import STALE, StoredSeries
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.resolve.objectives import objectives
from reliability.timespan import EPOCH, TimeSpan
from tests.backtest.repository import catalog, policy, slo

MINUTE = 60_000
SPAN = TimeSpan(EPOCH + timedelta(days=10), EPOCH + timedelta(days=10, minutes=20))
SCRAPED = SPAN.start + timedelta(minutes=3)
"""When the service is scraped for the first time."""

GONE = SPAN.start + timedelta(minutes=6)
"""When it is scraped for the last time."""


def since_1970(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


@dataclass
class Server:
    """Holds ten requests a scrape of which one fails, every 15 seconds from `SCRAPED` to `GONE`.

    `fault` is what it says to who asks for raw samples. It evaluates everything to 0.5.
    """

    fault: str = ""
    evaluations: list[tuple[TimeSpan, timedelta]] = field(default_factory=list)
    description: str = "a test"

    def counters(self, selector: Selector, _span: TimeSpan) -> Iterator[Counter]:
        if self.fault:
            raise SourceError(self.fault)
        times = np.arange(since_1970(SCRAPED), since_1970(GONE) + 1, 15_000, dtype=np.int64)
        for code, events in (("200", 9.0), ("500", 1.0)):
            labels = {NAME: "requests_total", "code": code}
            if selector.matches(labels):
                yield Counter(
                    labels, Samples(times, events * np.arange(len(times), dtype=np.float64))
                )

    def evaluated(self, _expression: str, span: TimeSpan, every: timedelta) -> Iterable[Counter]:
        self.evaluations.append((span, every))
        start, end = since_1970(SPAN.start), since_1970(span.end)
        times = np.arange(start + 2 * MINUTE, end, every // timedelta(milliseconds=1))
        yield Counter({"zone": "a"}, Samples(times, np.full(len(times), 0.5)))


def recordings(server: Server) -> dict[str, StoredSeries]:
    """The series of each recording; of those with the label `events`, by it."""
    shop = catalog(slo("checkout"), policy("checkout"))
    [objective] = objectives(shop)
    found = Backfilling(server, Directory.of(shop), Semantics()).recordings(objective, SPAN)
    assert {dict(each.labels)[NAME] for each in found} <= set(records_of(objective))
    names = [dict(each.labels).get("events", dict(each.labels)[NAME]) for each in found]
    assert sorted(names) == sorted(set(names))
    return dict(zip(names, found, strict=True))


def minutes(series: StoredSeries) -> list[float]:
    """The minutes of the span at which there is a sample, stale markers too."""
    return [(each - since_1970(SPAN.start)) / MINUTE for each in series.times.tolist()]


def test_recordings_lie_in_the_span_and_the_target_where_something_was_measured() -> None:
    found = recordings(Server())
    assert minutes(found[TOTAL]) == [4, 5, 6, 7, 8, 9, 10, 11]
    assert found[TOTAL].stale.tolist() == [False] * 7 + [True]
    assert found[TOTAL].values[:3].tolist() == pytest.approx([40 / 300, 80 / 300, 120 / 300])
    assert found[ERRORS].values[:3].tolist() == pytest.approx([4 / 300, 8 / 300, 12 / 300])
    assert set(minutes(found[TARGET])) == {4, 6, 8, 10}
    assert set(found[TARGET].values) == {0.999}
    assert "total" not in found  # The counters did not exist an hour before.


def test_native_histograms_are_evaluated_by_the_server() -> None:
    server = Server("HTTP 422: native histograms are not given as samples")
    found = recordings(server)
    assert minutes(found[TOTAL]) == list(range(2, 20))
    assert set(found[TOTAL].values) == {0.5}
    assert dict(found[TOTAL].labels)["zone"] == "a"
    assert set(found["total"].values) == {0.5}
    assert minutes(found["failed"]) == minutes(found["total"])
    assert min(minutes(found[TARGET])) == 2
    for span, every in server.evaluations:
        assert span.end == SPAN.end
        assert (span.length % every, every) == (timedelta(0), timedelta(minutes=1))


def test_another_fault_of_the_server_is_raised() -> None:
    with pytest.raises(SourceError) as raised:
        recordings(Server("it is down"))
    assert str(raised.value) == "it is down"


ONE, TWO = labels_of({NAME: "one"}), labels_of({NAME: "two"})


def stored(labels: Labels, samples: Mapping[int, float]) -> StoredSeries:
    times, values = np.array(list(samples), dtype=np.int64), np.array(list(samples.values()))
    return StoredSeries(labels, times, values)


@pytest.mark.parametrize(
    ("first", "until", "there"),
    [
        ({}, 10 * MINUTE, [0, 5, 9]),
        ({}, 9 * MINUTE, [0, 5]),
        ({}, 9 * MINUTE + 1, [0, 5, 9]),
        ({ONE: 6 * MINUTE}, 10 * MINUTE, [0]),
        ({ONE: 6 * MINUTE + 1}, 10 * MINUTE, [0, 5]),
        ({ONE: 99 * MINUTE}, 9 * MINUTE, [0, 5]),
        ({TWO: 0}, 10 * MINUTE, [0, 5, 9]),
    ],
)
def test_samples_end_a_minute_before_the_server_s_own(
    first: dict[Labels, int], until: int, there: list[int]
) -> None:
    series = stored(ONE, {0: 1.0, 3 * MINUTE: STALE, 5 * MINUTE: 2.0, 9 * MINUTE: 3.0})
    [found] = before_first([series], first, until)
    assert (found.labels, found.times.tolist()) == (ONE, [each * MINUTE for each in there])
    assert found.values.tolist() == [1.0, 2.0, 3.0][: len(there)]


def test_a_series_of_which_nothing_may_be_written_is_left_out() -> None:
    series = [stored(ONE, {0: 1.0}), stored(TWO, {0: STALE, MINUTE: float("inf")})]
    assert list(before_first(series, {ONE: MINUTE}, 10 * MINUTE)) == []
