"""Stored samples of rule files: what is held, what is left out, and what a change finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.samples.filling import StoreFilling, StoreLimits
from reliability.history.samples.store import NotRecordedError, SampleIndex, SampleStore
from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import DAY, EPOCH, TimeSpan

DAYS = tuple(date(2026, 10, number) for number in (1, 2, 3))
SPAN = TimeSpan(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 4, tzinfo=UTC))
STALE = np.array([0x7FF0000000000002], dtype=np.uint64).view(np.float64)[0]
HISTOGRAM = NativeHistogram(
    schema=3, count=4.0, total=2.5, positive={-3: 1.0, 4: 3.0}, hint=ResetHint.NOT_RESET
)


def hourly(value: float = 1.0, histogram: NativeHistogram | None = None, **labels: str) -> Counter:
    """A series with a sample each hour of the three days, the last of them a stale marker."""
    first = (SPAN.start - EPOCH) // timedelta(milliseconds=1)
    times = first + 3_600_000 * np.arange(1, 73, dtype=np.int64)
    values = np.full(72, value)
    values[-1] = STALE
    histograms = None if histogram is None else np.array([histogram] * 72, dtype=object)
    return Counter(labels, Samples(times, values, histograms))


@dataclass
class Server:
    """Series that are counted before they are given, as a server's are."""

    series: tuple[Counter, ...]
    asked: list[str] = field(default_factory=list)

    def fetch(self, selector: Selector, span: TimeSpan, most: int) -> Iterable[Counter]:
        self.asked.append(f"{selector.text} {span.start:%d}")
        matching = [counter for counter in self.series if selector.matches(counter.labels)]
        if len(matching) > most:
            raise SourceError(
                f"{selector.text} selects {len(matching)} series; the limit is {most}"
            )
        start, end = ((at - EPOCH) // timedelta(milliseconds=1) for at in (span.start, span.end))
        for counter in matching:
            samples = counter.samples
            within = (samples.times > start) & (samples.times <= end)
            found = None if samples.histograms is None else samples.histograms[within]
            yield Counter(
                counter.labels, Samples(samples.times[within], samples.values[within], found)
            )


def filled(
    folder: Path, server: Server, *wanted: str, days: tuple[date, ...] = DAYS, **limits: int
) -> SampleStore:
    """The store after one run."""
    given = {"series": 1_000, "size": 1_000_000} | limits
    filling = StoreFilling(
        store=SampleStore(folder), fetch=server.fetch, days=days, limits=StoreLimits(**given)
    )
    list(filling.fill(map(Selector.parse, wanted)))
    index = SampleIndex(
        first=days[0],
        last=days[-1],
        days=2,
        held=tuple(filling.held),
        left_out=tuple(filling.left_out),
    )
    filling.store.write(index)
    return SampleStore(folder)


def read(store: SampleStore, selector: str, span: TimeSpan = SPAN) -> list[Counter]:
    return list(store.counters(Selector.parse(selector), span))


def test_samples_keep_their_bits_and_their_histograms(tmp_path: Path) -> None:
    given = hourly(0.1 + 0.2, HISTOGRAM, __name__="x", a="1")
    [found] = read(filled(tmp_path, Server((given,)), "x"), "x")
    assert found.labels == given.labels
    assert found.samples.times.tolist() == given.samples.times.tolist()
    assert found.samples.values.tobytes() == given.samples.values.tobytes()
    assert found.samples.histograms is not None
    first = found.samples.histograms[0]
    assert (first.count, first.positive, first.hint) == (4.0, {-3: 1.0, 4: 3.0}, HISTOGRAM.hint)


def test_a_span_is_read_after_its_start_and_with_its_end(tmp_path: Path) -> None:
    store = filled(tmp_path, Server((hourly(__name__="x"),)), "x")
    [found] = read(store, "x", TimeSpan(SPAN.start + DAY, SPAN.start + 2 * DAY))
    ends = [(EPOCH + timedelta(milliseconds=int(at))) for at in found.samples.times[[0, -1]]]
    assert ends == [SPAN.start + timedelta(hours=25), SPAN.start + 2 * DAY]


def test_a_metric_with_few_series_is_stored_whole(tmp_path: Path) -> None:
    server = Server((hourly(__name__="x", code="500"), hourly(__name__="x", code="429")))
    store = filled(tmp_path, server, 'x{code="500"}')
    assert [held.selector for held in store.index.held] == ["x{}"]
    assert len(read(store, 'x{code=~"500|429"}')) == 2, "a change of the matcher finds its series"


def test_a_metric_with_many_series_is_stored_as_it_is_read(tmp_path: Path) -> None:
    many = tuple(hourly(__name__="x", pod=f"{n}") for n in range(300))
    store = filled(tmp_path, Server(many), 'x{pod=~"1.*"}')
    assert [held.selector for held in store.index.held] == ['x{pod=~"1.*"}']
    with pytest.raises(SourceError, match="no rule of the default branch reads it"):
        read(store, 'x{pod=~"2.*"}')


def test_what_is_left_out_says_why(tmp_path: Path) -> None:
    many = tuple(hourly(__name__="x", pod=f"{n}") for n in range(30))
    store = filled(tmp_path, Server((*many, hourly(__name__="y"))), "x", "y", series=20)
    assert list(store.index.notes) == [
        "stored: 1 series of y{}",
        "not stored: x{}: x{} selects 30 series; the limit is 20",
    ]
    with pytest.raises(SourceError, match=r"no history of x\{\}: x\{\} selects 30 series"):
        read(store, "x")
    assert len(read(store, "y")) == 1


def test_the_size_is_limited_before_all_days_are_fetched(tmp_path: Path) -> None:
    server = Server(tuple(hourly(float(n), __name__="x", pod=f"{n}") for n in range(30)))
    store = filled(tmp_path, server, "x", size=5_000)
    [left_out] = store.index.left_out
    assert "its 30 series need about " in left_out.reason
    assert server.asked == ["x{} 03"], "the newest day only"
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.parquet")) == 0


def test_a_second_run_fetches_new_days_only_and_removes_old_ones(tmp_path: Path) -> None:
    server = Server((hourly(__name__="x"), hourly(__name__="y")))
    filled(tmp_path, server, "x", "y", days=DAYS[:2])
    server.asked.clear()
    filled(tmp_path, server, "x", days=DAYS[1:])
    assert server.asked == ["x{} 03"]
    assert sorted(path.name for path in tmp_path.rglob("*.parquet")) == [
        "2026-10-02.parquet",
        "2026-10-03.parquet",
    ]
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1, "no empty folder"


def test_a_damaged_day_is_fetched_again(tmp_path: Path) -> None:
    server = Server((hourly(__name__="x"),))
    filled(tmp_path, server, "x")
    [path] = tmp_path.rglob("2026-10-02.parquet")
    path.write_bytes(b"PAR1 and nothing else PAR1")
    with pytest.raises(SourceError, match="cannot be read"):
        read(SampleStore(tmp_path), "x")
    server.asked.clear()
    [found] = read(filled(tmp_path, server, "x"), "x")
    assert (server.asked, len(found.samples.times)) == (["x{} 02"], 72)


@pytest.mark.parametrize("selector", ["job:x", 'job:x{job="a",pod!=""}'])
def test_a_recording_of_the_change_can_be_computed(selector: str, tmp_path: Path) -> None:
    filled(tmp_path, Server((hourly(__name__="x"),)), "x")
    store = SampleStore(tmp_path, recorded=frozenset({"job:x"}))
    with pytest.raises(NotRecordedError):
        read(store, selector)


def test_what_no_rule_records_is_not_computed(tmp_path: Path) -> None:
    filled(tmp_path, Server((hourly(__name__="x"),)), "x")
    store = SampleStore(tmp_path, recorded=frozenset({"job:x"}))
    with pytest.raises(SourceError) as caught:
        read(store, 'y{job="job:x"}')
    assert not isinstance(caught.value, NotRecordedError)


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "samples.json").write_text('{"version": 2, "shards": []}', encoding="utf-8")
    with pytest.raises(SourceError, match=r"samples\.json is not an index of samples"):
        read(SampleStore(tmp_path), "x")
