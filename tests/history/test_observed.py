"""Observations of native histograms from raw samples, as counts by minute."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reliability.history.observed import sample_counts
from reliability.history.series import NoHistory
from reliability.history.sli import HistogramCounters, SliHistory
from reliability.history.sources.direct import DirectHistory
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, TimeSpan

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPAN = TimeSpan(START, START + 4 * MINUTE)
SECONDS = HistogramQuery("seconds")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Samples a minute from the start on, by region; None is no histogram but a number."""

    samples: dict[str, list[NativeHistogram | None]] = field(default_factory=dict)
    description: str = "recorded"

    def counters(self, selector: Selector, _span: TimeSpan) -> Iterator[Counter]:
        assert selector.text in ("seconds", "seconds{}")
        for region, histograms in self.samples.items():
            first = (START - EPOCH) // timedelta(milliseconds=1)
            times = first + np.arange(len(histograms), dtype=np.int64) * 60_000
            array = np.array(histograms, dtype=object)
            labels = {"__name__": "seconds", "region": region}
            yield Counter(labels, Samples(times, np.zeros(len(times)), array))


def histogram(fast: float, slow: float) -> NativeHistogram:
    """Observations of 0.25 to 0.5 s, and of one to two seconds."""
    buckets = {-1: float(fast), 1: float(slow)}
    return NativeHistogram(count=float(fast + slow), total=1.0, positive=buckets)


def bad_and_total(
    reader: Recorded, upper: str = "0.5", by: tuple[str, ...] = ()
) -> list[tuple[list[float], list[float]]]:
    good = HistogramQuery("seconds", ("0", upper))
    counters = HistogramCounters("good", good, SECONDS)
    found = DirectHistory(reader).series(SliHistory("shop", "fast", counters, by), SPAN)
    assert not isinstance(found, NoHistory), found
    return [(each.bad.round(6).tolist(), each.total.tolist()) for each in found]


def test_slow_observations_are_bad_and_a_restart_counts_from_zero() -> None:
    reader = Recorded({"eu": [histogram(*each) for each in
                              ((10, 0), (19, 1), (28, 2), (5, 5), (5, 25))]})  # fmt: skip
    assert bad_and_total(reader) == [([1, 1, 5, 20], [10, 10, 10, 20])]


def test_the_first_observations_after_none_are_counted() -> None:
    reader = Recorded({"eu": [NativeHistogram(), *(histogram(n, n) for n in (3, 3, 4, 4))]})
    assert bad_and_total(reader) == [([3, 0, 1, 0], [6, 0, 2, 0])]


def test_each_group_has_counts_of_its_own_and_they_add_up_without() -> None:
    reader = Recorded(
        {
            "eu": [histogram(10 * n, n) for n in range(5)],
            "us": [histogram(20 * n, 0) for n in range(5)],
        }
    )
    assert bad_and_total(reader) == [([1] * 4, [31] * 4)]
    grouped = bad_and_total(reader, by=("region",))
    assert grouped == [([1] * 4, [11] * 4), ([0] * 4, [20] * 4)]


def test_a_product_that_rounds_down_is_no_restart() -> None:
    """All new observations are slow; share times count is 99 but for its last digits."""
    reader = Recorded({"eu": [histogram(99, 4 + 37 * n) for n in range(5)]})
    assert bad_and_total(reader) == [([37] * 4, [37] * 4)]


@pytest.mark.parametrize(("fewer", "counted"), [(1, [0, 5]), (2, [1_000_000_000, 5])])
def test_a_billionth_less_is_rounding_and_more_is_a_restart(fewer: int, counted: list[int]) -> None:
    billion = 1_000_000_000
    of_fast = (billion + fewer, billion, billion + 5, billion + 5, billion + 5)
    reader = Recorded({"eu": [histogram(fast, billion) for fast in of_fast]})
    [(bad, total)] = bad_and_total(reader)
    good = [every - failed for every, failed in zip(total, bad, strict=True)]
    assert good[:2] == counted


def test_samples_that_are_numbers_are_left_out() -> None:
    reader = Recorded({"eu": [histogram(0, 0), histogram(5, 0), None, histogram(9, 1), None]})
    [(bad, total)] = bad_and_total(reader)
    assert (sum(bad), sum(total)) == (1, 10)


@pytest.mark.parametrize(("ranges", "share"), [(Ranges.LEFT_OPEN, 0.5), (Ranges.CLOSED, 0.414214)])
def test_a_bound_within_a_bucket_divides_it_as_the_generation_does(
    ranges: Ranges, share: float
) -> None:
    """The square root of 2 is halfway from 1 to 2 exponentially, and less than that linearly."""
    reader = Recorded({"eu": [histogram(0, 100 * n) for n in range(5)]})
    query = HistogramQuery("seconds", ("0", "1.4142135623730951"))
    counters = HistogramCounters("good", query, SECONDS)
    booked = sample_counts(counters, (), reader, SPAN, how=Semantics(ranges))
    [good] = [values for column, values in booked.items() if ("__name__", "good") in column.labels]
    assert good.tolist() == pytest.approx([100 * share] * 4, rel=1e-5)


def test_without_histograms_there_is_no_history() -> None:
    counters = HistogramCounters("good", HistogramQuery("seconds", ("0", "1")), SECONDS)
    found = DirectHistory(Recorded()).series(SliHistory("shop", "fast", counters), SPAN)
    assert isinstance(found, NoHistory)
