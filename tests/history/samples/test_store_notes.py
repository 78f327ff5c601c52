"""What a store of samples says of itself, its limits, and its files as other tools read them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from reliability.errors import SourceError
from reliability.history.samples.day_file import read_day, series_in, write_day
from reliability.history.samples.filling import StoreFilling, StoreLimits
from reliability.history.samples.store import HeldSelector, LeftOut, SampleIndex, SampleStore
from reliability.promql.evaluate.histogram import NativeHistogram, ResetHint
from reliability.promql.evaluate.semantics import Ranges, Semantics
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import DAY, TimeSpan
from tests.history.samples.test_store import DAYS, HISTOGRAM, SPAN, Server, filled, hourly, read

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 3)


def held(count: int, series: int = 2) -> tuple[HeldSelector, ...]:
    return tuple(
        HeldSelector(selector=f"x{number}{{}}", series=series, size=5) for number in range(count)
    )


def named(count: int) -> str:
    return ", ".join(f"x{number}{{}}" for number in range(count))


@pytest.mark.parametrize(
    ("stored", "note"),
    [
        ((), "stored: 0 series of no selector"),
        (held(1), "stored: 2 series of x0{}"),
        (held(3, 400), f"stored: 1,200 series of {named(3)}"),
        ((*held(1), *held(1, 0)), "stored: 2 series of x0{}; selectors without series: 1"),
        (held(20), f"stored: 40 series of {named(20)}"),
        (held(21), f"stored: 42 series of {named(20)} and 1 more selectors"),
        (
            (*held(22), *held(1_500, 0)),
            f"stored: 44 series of {named(20)} and 2 more selectors; selectors without series: "
            "1,500",
        ),
    ],
)
def test_stored_selectors_are_named(stored: tuple[HeldSelector, ...], note: str) -> None:
    left_out = tuple(LeftOut(selector=f"y{number}{{}}", reason=f"why {number}") for number in "ab")
    index = SampleIndex(first=FIRST, last=LAST, days=2, held=stored, left_out=left_out)
    assert list(index.notes) == [
        note, "not stored: ya{}: why a", "not stored: yb{}: why b",
    ]  # fmt: skip


def test_an_index_is_read_as_it_was_written(tmp_path: Path) -> None:
    index = SampleIndex(
        first=FIRST,
        last=LAST,
        days=2,
        begins=datetime(2026, 10, 1, 3, tzinfo=UTC),
        ranges=Ranges.CLOSED,
        lookback_seconds=120.5,
        held=held(1),
        left_out=(LeftOut(selector="y{}", reason="why"),),
    )
    SampleStore(tmp_path).write(index)
    store = SampleStore(tmp_path)
    assert store.index == index
    assert store.index.span == TimeSpan(SPAN.start, SPAN.start + 3 * DAY)
    assert store.index.how == Semantics(Ranges.CLOSED, lookback=timedelta(seconds=120.5))
    assert store.description == "samples stored until 2026-10-03"
    assert json.loads((tmp_path / "samples.json").read_text()) == {
        "version": 1,
        "first": "2026-10-01",
        "last": "2026-10-03",
        "days": 2,
        "begins": "2026-10-01T03:00:00Z",
        "ranges": "closed",
        "lookback_seconds": 120.5,
        "held": [{"selector": "x0{}", "series": 2, "size": 5}],
        "left_out": [{"selector": "y{}", "reason": "why"}],
    }
    usual = SampleIndex(first=FIRST, last=FIRST, days=1)
    assert (usual.how, usual.span.length) == (Semantics(), DAY)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "{path}: no such file or directory"),
        (b"", "{path} is not an index of samples of version 1"),
        (b"{}", "{path} is not an index of samples of version 1"),
    ],
)
def test_a_store_without_an_index_is_refused(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "samples.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError) as refused:
        read(SampleStore(tmp_path), "x")
    assert str(refused.value) == why.format(path=path)


def test_the_narrowest_stored_selector_is_read(tmp_path: Path) -> None:
    server = Server((hourly(1.0, __name__="x", a="1"), hourly(2.0, __name__="x", a="2")))
    store = filled(tmp_path, server, 'x{a=~"1|2"}', "x", series=1)
    assert list(store.index.notes) == [
        "stored: 0 series of no selector",
        'not stored: x{a=~"1|2"}: x{a=~"1|2"} selects 2 series; the limit is 1',
        "not stored: x{}: x{} selects 2 series; the limit is 1",
    ]
    for selector, reason in (
        ('x{a=~"1|2",c="d"}', 'x{a=~"1|2"} selects 2 series; the limit is 1'),
        ('x{a="3"}', "x{} selects 2 series; the limit is 1"),
        ("y", "no rule of the default branch reads it"),
    ):
        with pytest.raises(SourceError) as refused:
            read(store, selector)
        text = selector if "{" in selector else f"{selector}{{}}"
        assert str(refused.value) == f"no history of {text}: {reason}"
    both = filled(tmp_path, server, '{a="1"}', "x")
    assert [one.selector for one in both.index.held] == ['{a="1"}', "x{}"]
    both.path(*path_of('{a="1"}', DAYS[0])).unlink()
    assert [one.samples.values[0] for one in read(both, 'x{a="2"}')] == [2.0]
    with pytest.raises(SourceError, match="cannot be read"):
        read(both, '{a="1"}')


def test_of_several_selectors_the_one_with_the_most_matchers_is_read(tmp_path: Path) -> None:
    texts = ("x{}", 'x{a="1",b="2"}', 'x{a="1"}')
    index = SampleIndex(
        first=FIRST,
        last=FIRST,
        days=1,
        held=tuple(HeldSelector(selector=text, series=1, size=1) for text in texts),
    )
    store = SampleStore(tmp_path)
    store.write(index)
    labels = {"__name__": "x", "a": "1", "b": "2"}
    for number, text in enumerate(texts):
        write_day(store.path(*path_of(text, FIRST)), text, [hourly(float(number), None, **labels)])
    for selector, number in (
        ("x", 0),
        ('x{a="1",b="2"}', 1),
        ('x{a="1",b="2",c=""}', 1),
        ('x{a="1"}', 2),
        ('x{b="2"}', 0),
        ('x{a="1",c=""}', 2),
    ):
        [found] = read(store, selector)
        assert found.samples.values[0] == number


def test_a_day_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "day.parquet").symlink_to(tmp_path / "elsewhere" / "file")
    for path in (tmp_path / "folder" / "day.parquet", tmp_path / "day.parquet"):
        with pytest.raises(OSError, match="symbolic link"):
            write_day(path, "x{}", [hourly(__name__="x")], top=tmp_path)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    write_day(tmp_path / "folder" / "day.parquet", "x{}", [], top=None)
    assert [entry.name for entry in (tmp_path / "elsewhere").iterdir()] == ["day.parquet"]


def path_of(text: str, day: date) -> tuple[Selector, date]:
    return Selector.parse(text), day


def test_only_days_of_a_span_are_read(tmp_path: Path) -> None:
    store = filled(tmp_path, Server((hourly(__name__="x"),)), "x")
    for day in (DAYS[0], DAYS[2]):
        store.path(*path_of("x", day)).unlink()
    [found] = read(store, "x", TimeSpan(SPAN.start + DAY, SPAN.start + 2 * DAY))
    assert len(found.samples.times) == 24
    for start in (SPAN.start + DAY - timedelta(hours=1), SPAN.start + DAY):
        with pytest.raises(SourceError, match="cannot be read: "):
            read(store, "x", TimeSpan(start, start + timedelta(hours=25)))


def test_a_day_without_histograms_beside_one_with_them(tmp_path: Path) -> None:
    samples = hourly(1.0, HISTOGRAM, __name__="x").samples
    assert samples.histograms is not None
    histograms = samples.histograms.copy()
    histograms[:30] = None
    mixed = Counter({"__name__": "x"}, Samples(samples.times, samples.values, histograms))
    store = filled(tmp_path, Server((mixed, hourly(__name__="y"))), '{__name__=~"x|y"}')
    x, y = read(store, '{__name__=~"x|y"}')
    assert y.samples.histograms is None
    assert x.samples.histograms is not None
    assert [one is None for one in x.samples.histograms] == [True] * 30 + [False] * 42
    [first, _] = read(store, '{__name__=~"x|y"}', TimeSpan(SPAN.start, SPAN.start + DAY))
    assert first.samples.histograms is None


def test_a_day_as_it_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "day" / "2026-10-01.parquet"
    histogram = NativeHistogram(
        schema=-53, count=4.0, total=2.5, zero_threshold=0.5, zero_count=1.5,
        positive={0: 1.0, 2: 3.0}, negative={-1: 0.5}, bounds=(1.0, 2.0), hint=ResetHint.GAUGE,
    )  # fmt: skip
    times = np.array([5, 9], dtype=np.int64)
    given = [
        Counter({"a": "1"}, Samples(times, np.array([1.5, -0.0]))),
        Counter({"empty": "1"}, Samples(times[:0], np.zeros(0))),
        Counter({"b": "2"}, Samples(times[:1], np.zeros(1), np.array([histogram], dtype=object))),
    ]
    path.parent.mkdir()
    (path.parent / f".{path.name}.tmp").write_bytes(b"left by a killed process")
    assert write_day(path, "x{}", given) == 2
    assert series_in(path) == 2
    table = pq.read_table(path)
    assert json.loads(table.schema.metadata[b"reliability"]) == {
        "version": 1, "selector": "x{}", "series": [{"a": "1"}, {"b": "2"}],
    }  # fmt: skip
    rows = table.to_pydict()
    assert [rows[name] for name in ("series", "time", "value")] == [
        [0, 0, 1], [5, 9, 5], [1.5, 0.0, 0.0],
    ]  # fmt: skip
    assert rows["histogram"][:2] == [None, None]
    assert json.loads(rows["histogram"][2]) == {
        "schema": -53, "count": 4.0, "sum": 2.5, "zero_threshold": 0.5, "zero_count": 1.5,
        "positive": [[0, 1.0], [2, 3.0]], "negative": [[-1, 0.5]], "bounds": [1.0, 2.0],
        "hint": "gauge",
    }  # fmt: skip
    first, second = read_day(path)
    assert (first.labels, first.samples.times.tolist()) == ({"a": "1"}, [5, 9])
    assert str(first.samples.values.tolist()) == "[1.5, -0.0]"
    assert first.samples.histograms is None
    assert second.samples.histograms is not None
    [read_histogram] = second.samples.histograms
    for name in NativeHistogram.__slots__:
        assert getattr(read_histogram, name) == getattr(histogram, name)

    assert write_day(path, "x{}", given[1:2]) == series_in(path) == 0
    assert read_day(path) == ()
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("version", "why"),
    [
        (1, ""),
        (2, " has version 2; upgrade reliability"),
        (0, ""),
        ("one", " cannot be read: '>' not supported between instances of 'str' and 'int'"),
    ],
)
def test_a_day_of_a_newer_version_is_not_read(tmp_path: Path, version: int | str, why: str) -> None:
    path = tmp_path / "2026-10-01.parquet"
    write_day(path, "x{}", [hourly(__name__="x")])
    table = pq.read_table(path)
    metadata = json.loads(table.schema.metadata[b"reliability"]) | {"version": version}
    pq.write_table(table.replace_schema_metadata({b"reliability": json.dumps(metadata)}), path)
    if not why:
        assert series_in(path) == 1
        return
    with pytest.raises(SourceError) as refused:
        series_in(path)
    assert str(refused.value) == f"{path}{why}"


def sizes(folder: Path, server: Server, *wanted: str) -> dict[str, int]:
    return {one.selector: one.size for one in filled(folder, server, *wanted).index.held}


def test_what_fits_is_stored_to_the_last_byte(tmp_path: Path) -> None:
    """The first day tells about how large all are; later ones count as large as they are."""
    server = Server((hourly(1.0, __name__="x"), hourly(2.0, __name__="y")))
    whole = sizes(tmp_path / "whole", server, "x", "y")
    size = max(sum(whole.values()), 3 * server_day(tmp_path / "whole") + whole["x{}"])
    for limit, names in ((size, ["x{}", "y{}"]), (whole["x{}"], None), (10, [])):
        store = filled(tmp_path / str(limit), server, "x", "y", size=limit)
        found = [one.selector for one in store.index.held]
        assert names is None or found == names
        assert sum(one.size for one in store.index.held) <= limit
    size = max(whole["x{}"], 3 * server_day(tmp_path / "whole")) + 10
    [left_out] = filled(tmp_path / "ten", server, "x", "y", size=size).index.left_out
    assert left_out.reason.endswith(f", and {size - whole['x{}']:,} of {size:,} are free")
    [left_out, _] = filled(tmp_path / "10", server, "x", "y", size=10).index.left_out
    day = server_day(tmp_path / "whole")
    assert left_out.reason == (f"its 1 series need about {3 * day:,} bytes, and 10 of 10 are free")


def server_day(folder: Path) -> int:
    """The size of the newest day, of the selector x."""
    store = SampleStore(folder)
    return store.path(*path_of("x", DAYS[-1])).stat().st_size


def test_selectors_without_series_are_stored_as_such(tmp_path: Path) -> None:
    store = filled(tmp_path, Server((hourly(__name__="x"),)), "x", 'z{a="1"}', 'z{a="2"}')
    assert [(one.selector, one.series) for one in store.index.held] == [("x{}", 1), ("z{}", 0)]
    assert read(store, 'z{b="3"}') == []


def test_files_that_are_fetched_are_counted(tmp_path: Path) -> None:
    server = Server((hourly(__name__="x"),))
    fetched = []
    for days in (DAYS[:2], DAYS, DAYS):
        filling = StoreFilling(
            store=SampleStore(tmp_path),
            fetch=server.fetch,
            days=days,
            limits=StoreLimits(series=10, size=100_000),
        )
        assert [one.text for one in filling.fill([Selector.parse("x")])] == ["x{}"]
        fetched.append(filling.fetched)
        assert filling.size == sum(path.stat().st_size for path in tmp_path.rglob("*.parquet"))
    assert fetched == [2, 1, 0]


def test_the_largest_day_counts(tmp_path: Path) -> None:
    short = hourly(__name__="x", a="2").samples
    once = Counter({"__name__": "x", "a": "2"}, Samples(short.times[30:31], short.values[30:31]))
    store = filled(tmp_path, Server((hourly(__name__="x", a="1"), once)), "x")
    assert [(one.selector, one.series) for one in store.index.held] == [("x{}", 2)]


def test_a_selector_that_another_covers_is_not_stored_again(tmp_path: Path) -> None:
    server = Server((hourly(__name__="x", a="1"),))
    store = filled(tmp_path, server, '{a="1"}', 'x{a="1"}', "x")
    assert [one.selector for one in store.index.held] == ['{a="1"}', "x{}"]
    assert len(server.asked) == 6


@pytest.mark.parametrize(("series", "selector"), [(200, "x{}"), (201, 'x{pod="1"}')])
def test_a_metric_of_at_most_200_series_is_stored_whole(
    tmp_path: Path, series: int, selector: str
) -> None:
    held_by_server = tuple(hourly(__name__="x", pod=f"{number}") for number in range(series))
    server = Server(held_by_server)
    one_day = DAYS[:1]
    store = filled(tmp_path, server, 'x{pod="1"}', days=one_day)
    assert [one.selector for one in store.index.held] == [selector]
