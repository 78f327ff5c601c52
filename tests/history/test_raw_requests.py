"""What is asked of a server of raw samples: sizes first, then parts of a span."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.observed import server_counts
from reliability.history.sli import HistogramCounters
from reliability.history.sources.live import LiveServer
from reliability.history.sources.origins import QUERY_API, REMOTE_READ
from reliability.history.sources.parts import joined
from reliability.history.sources.prometheus import PrometheusServer
from reliability.history.sources.raw_server import (
    UNLIMITED,
    RawSampleServer,
    SampleLimits,
    at_once,
)
from reliability.history.sources.unread import HistogramsNotReadError, TooManySeriesError
from reliability.http.server import HttpServer, Retries, open_client
from reliability.promql.evaluate.histogram import NativeHistogram
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.samples import Counter, Samples
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.servers.remote_write import field, snappy, time_series

URL: Final = "http://p:9090"
END: Final = datetime(2026, 10, 3, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
UP: Final = Selector.parse('up{job="a"}')
READ: Final = snappy(field(1, field(1, time_series({"__name__": "up"}, [(END, 4.0)]))))


class Server:
    """Counts of selectors by name, a sample a second in answers to queries, and what was asked."""

    def __init__(self, external: str = "", read: bytes = b"", **counts: list[float]) -> None:
        self.external = external
        self.read = read
        self.counts = counts
        self.grids: list[dict[str, str]] = []
        self.queries: list[tuple[str, float]] = []
        self.reads = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        asked = dict(request.url.params)
        match request.url.path.rsplit("/", 1)[1]:
            case "config":
                return self.reply({"yaml": f"global: {{external_labels: {{{self.external}}}}}"})
            case "query_range":
                self.grids.append(asked)
                return self.matrix(self.counted(float(asked["start"])))
            case "query":
                self.queries.append((asked["query"], float(asked["time"])))
                series = {"metric": {"a": "b"}, "values": [[float(asked["time"]), "1"]]}
                more = {"histograms": [[1, {}]]} if "histograms" in self.counts else {}
                return self.matrix([series | more])
            case _:
                self.reads += 1
                return httpx.Response(200 if self.read else 404, content=self.read)

    def counted(self, start: float) -> list[Any]:
        return [
            {
                "metric": {"reliability_counts": name} if name != "unnamed" else {},
                "values": [[start + at, str(value)] for at, value in enumerate(values)],
            }
            for name, values in self.counts.items()
        ]

    def matrix(self, result: list[Any]) -> httpx.Response:
        return self.reply({"resultType": "matrix", "result": result})

    def reply(self, data: Any) -> httpx.Response:
        return httpx.Response(200, content=json.dumps({"status": "success", "data": data}))

    def opened(self) -> PrometheusServer:
        transport = httpx.MockTransport(self)
        client = open_client(URL, {}, transport=transport, questions=("/api/v1/read",))
        retries = Retries(pauses=())
        return PrometheusServer(HttpServer(target=URL, url=URL, client=client, retries=retries))


def span(length: timedelta) -> TimeSpan:
    return TimeSpan(END - length, END)


@pytest.mark.parametrize(
    ("selector", "external", "expression"),
    [
        (
            'up{job="a"}',
            "",
            'label_replace(count(up{job="a"}), "reliability_counts", "series", "", "") or '
            'label_replace(sum(count_over_time(up{job="a"}[1h])), "reliability_counts", '
            '"samples", "", "")',
        ),
        (
            '{__name__=~"up|down"}',
            "",
            'label_replace(count({__name__=~"up|down"}), "reliability_counts", "series", "", "") '
            'or label_replace(sum(4 * sum_over_time(count({__name__=~"up|down"})[1h:1m])), '
            '"reliability_counts", "samples", "", "")',
        ),
        (
            '{job="up"}',
            "zone: a, cluster: b",
            'label_replace(count({job="up"}), "reliability_counts", "series", "", "") or '
            'label_replace(sum(4 * sum_over_time(count({job="up"})[1h:1m])), '
            '"reliability_counts", "samples", "", "") or '
            'label_replace(count({job="up",cluster!=""} or {job="up",zone!=""}), '
            '"reliability_counts", "owned", "", "")',
        ),
    ],
)
def test_the_size_of_a_selector_is_asked_in_one_query(
    selector: str, external: str, expression: str
) -> None:
    server = Server(external)
    reader = RawSampleServer.of(server.opened())
    list(reader.counters(Selector.parse(selector), span(HOUR)))
    assert [grid["query"] for grid in server.grids] == [expression]
    assert reader.description == f"prometheus {URL}"


@pytest.mark.parametrize(
    ("length", "days"), [(HOUR, 0), (DAY, 0), (DAY + HOUR, 1), (2 * DAY, 1), (60 * HOUR, 2)]
)
def test_the_size_is_asked_at_the_end_of_each_day(length: timedelta, days: int) -> None:
    server = Server()
    list(RawSampleServer.of(server.opened()).counters(UP, span(length)))
    [grid] = server.grids
    assert (grid["start"], grid["end"], grid["step"]) == (
        str((END - days * DAY).timestamp()),
        str(END.timestamp()),
        "86400",
    )


@pytest.mark.parametrize(
    ("length", "series", "an_hour", "refusal"),
    [
        (DAY, [5, 2], [1], 'up{job="a"} selects 5 series; the limit is 4'),
        (DAY, [4], [10], ""),
        (
            DAY,
            [3, 4],
            [2, 11],
            'up{job="a"} selects 4 series with 264 samples; the limit is 240 samples',
        ),
        (HOUR, [4], [240], ""),
        (
            HOUR,
            [4],
            [1_250],
            'up{job="a"} selects 4 series with 1,250 samples; the limit is 240 samples',
        ),
    ],
)
def test_a_selector_may_have_so_many_series_and_samples(
    length: timedelta, series: list[float], an_hour: list[float], refusal: str
) -> None:
    server = Server(unnamed=[900], series=series, samples=an_hour)
    reader = RawSampleServer.of(server.opened())
    reader.limits = SampleLimits(series=4, samples=240)
    if not refusal:
        assert len(list(reader.counters(UP, span(length)))) == 1
        return
    with pytest.raises(TooManySeriesError) as refused:
        list(reader.counters(UP, span(length)))
    assert (str(refused.value), refused.value.series) == (refusal, int(max(series)))
    assert (server.queries, server.reads) == ([], 0)


def test_limits_may_be_changed() -> None:
    server = Server(series=[6_000], samples=[40_000_000])
    reader = RawSampleServer.of(server.opened())
    assert reader.limits == SampleLimits(
        series=5_000, samples=30_000_000, of_remote_read=4_000_000, of_query=1_000_000
    )
    assert reader.at_most(7_000) is reader
    assert reader.limits == SampleLimits(series=7_000)
    with pytest.raises(
        TooManySeriesError, match="with 40,000,000 samples; the limit is 30,000,000"
    ):
        list(reader.counters(UP, span(HOUR)))
    reader.limits = UNLIMITED
    assert len(list(reader.counters(UP, span(HOUR)))) == 1


@pytest.mark.parametrize(
    ("length", "an_hour", "hours"),
    [
        (DAY, 0, [24]),
        (DAY, 41_666, [24]),
        (DAY, 100_000, [10, 20, 24]),
        (20 * HOUR, 100_000, [10, 20]),
        (10 * HOUR, 100_000, [10]),
        (2 * HOUR, 600_000, [1, 2]),
        (2 * HOUR, 1_100_000, [1, 2]),
    ],
)
def test_a_span_is_read_in_parts_that_are_put_together(
    length: timedelta, an_hour: float, hours: list[int]
) -> None:
    server = Server(series=[1], samples=[an_hour])
    reader = RawSampleServer.of(server.opened())
    [counter] = reader.counters(UP, span(length))
    start = (END - length).timestamp()
    ends = [start + 3600 * hour for hour in hours]
    lengths = np.diff([0, *hours]).tolist()
    assert sorted(server.queries, key=lambda query: query[1]) == [
        (f'up{{job="a"}}[{3600 * hour}s]', end) for hour, end in zip(lengths, ends, strict=True)
    ]
    assert counter.labels == {"a": "b"}
    assert counter.samples.times.tolist() == [end * 1000 for end in ends]
    assert reader.origins == {UP: QUERY_API}
    assert (reader.remote, reader.refusal) == (None, "remote read is refused: 404")


@pytest.mark.parametrize(
    ("external", "owned", "read", "origin"),
    [
        ("", [], READ, REMOTE_READ),
        ("zone: a", [0], READ, REMOTE_READ),
        ("zone: a", [1], READ, QUERY_API),
        ("job: a", [], READ, QUERY_API),
        ("", [], b"", QUERY_API),
    ],
)
def test_remote_read_is_used_if_it_reads_what_rules_read(
    external: str, owned: list[float], read: bytes, origin: str
) -> None:
    server = Server(external, read, series=[1], samples=[60], owned=owned)
    reader = RawSampleServer.of(server.opened())
    [counter] = reader.counters(UP, span(HOUR))
    is_remote = origin == REMOTE_READ
    assert counter.samples.values.tolist() == [4.0 if is_remote else 1.0]
    assert reader.origins == {UP: origin}
    assert (reader.has_answered, bool(server.queries)) == (is_remote, not is_remote)
    assert (reader.remote is not None) == bool(read)


def test_long_spans_of_a_live_server_are_asked_by_days() -> None:
    server = Server(series=[1, 2])
    live = LiveServer(server.opened())
    [counter] = live.counters(UP, TimeSpan(END - 30 * HOUR, END))
    assert server.queries == [
        ('up{job="a"}[21600s]', (END - DAY).timestamp()),
        ('up{job="a"}[86400s]', END.timestamp()),
    ]
    assert counter.samples.times.tolist() == [time * 1000 for _, time in server.queries]
    [values] = live.evaluated("up", span(HOUR), timedelta(seconds=30))
    assert values.samples.values.tolist() == [1.0, 2.0]
    assert live.description == f"prometheus {URL}"
    [grid] = server.grids
    assert grid == {
        "query": "up",
        "start": str((END - HOUR).timestamp()),
        "end": str(END.timestamp() - 30),
        "step": "30",
    }


def test_native_histograms_are_not_read_by_queries() -> None:
    server = Server(histograms=[1])
    with pytest.raises(HistogramsNotReadError) as refused:
        list(server.opened().counters(UP, span(HOUR)))
    assert str(refused.value) == (
        'up{job="a"} holds native histograms, which the query API shows without their schema'
    )


def test_results_keep_their_order_whatever_their_number() -> None:
    for count in range(12):
        assert list(at_once(lambda item: item * 2, [*range(count)])) == [*range(0, 2 * count, 2)]
    with pytest.raises(SourceError, match="seven"):
        list(at_once(failing, [*range(9)]))


def failing(item: int) -> int:
    if item == 7:
        raise SourceError("seven")
    return item


def test_after_an_error_nothing_more_is_asked() -> None:
    done, is_refused = [], threading.Event()

    def work(item: int) -> int:
        done.append(item)
        if item == 0:
            raise SourceError("refused")
        is_refused.wait()
        return item

    with pytest.raises(SourceError, match="refused"):
        list(at_once(work, [*range(200)]))
    is_refused.set()
    for thread in threading.enumerate():
        if thread.name.startswith("ThreadPoolExecutor"):
            thread.join()
    assert len(done) <= 8


def part(first: int, *histograms: NativeHistogram | None, **labels: str) -> Counter:
    times = np.arange(first, first + 2, dtype=np.int64)
    held = np.array(histograms, dtype=object) if histograms else None
    return Counter(labels, Samples(times, times / 2, held))


def test_parts_of_a_series_are_one() -> None:
    one, two = NativeHistogram(count=1.0), NativeHistogram(count=2.0)
    parts = [
        part(0, a="1", b="2"),
        part(4, one, None, c="3"),
        part(2, b="2", a="1"),
        part(6, c="3"),
        part(8, two, two, c="3"),
        part(9, d="4"),
    ]
    first, second, third = joined(parts)
    assert (first.labels, first.samples.times.tolist()) == ({"a": "1", "b": "2"}, [0, 1, 2, 3])
    assert (first.samples.values.tolist(), first.samples.histograms) == ([0, 0.5, 1, 1.5], None)
    assert second.samples.histograms is not None
    assert second.samples.times.tolist() == [4, 5, 6, 7, 8, 9]
    assert second.samples.histograms.tolist() == [one, None, None, None, two, two]
    assert (third.labels, third.samples) == ({"d": "4"}, parts[-1].samples)


class Evaluating:
    """Evaluates each expression to a counter of each region that grows by its number a minute."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, TimeSpan, timedelta]] = []

    def evaluated(self, expression: str, asked: TimeSpan, every: timedelta) -> list[Counter]:
        self.asked.append((expression, asked, every))
        first = int(asked.start.timestamp()) * 1000
        times = first + 60_000 * np.arange(asked.length // every, dtype=np.int64)
        step = len(self.asked)
        return [
            Counter(
                {"region": region, "pod": pod},
                Samples(times, 5.0 + weight * step * np.arange(len(times), dtype=np.float64)),
            )
            for region, pod, weight in (("eu", "a", 1), ("", "a", 5), ("eu", "b", 2))
        ]


def test_observations_are_evaluated_at_the_ends_of_minutes() -> None:
    minute = timedelta(minutes=1)
    counters = HistogramCounters("bad", HistogramQuery("h", ("1", "+Inf")), HistogramQuery("h"))
    reader = Evaluating()
    wanted = TimeSpan(END, END + 3 * minute)
    booked = server_counts(counters, ("region",), reader, wanted)
    expressions = [expression for _, expression in counters.queries]
    around = TimeSpan(END - 9 * minute, END + 14 * minute)
    assert reader.asked == [(expression, around, minute) for expression in expressions]
    assert {
        (column.selector, column.labels): values.tolist() for column, values in booked.items()
    } == {
        (0, (("__name__", "bad"), ("region", "eu"))): [3.0] * 3,
        (0, (("__name__", "bad"),)): [5.0] * 3,
        (0, (("__name__", "total"), ("region", "eu"))): [6.0] * 3,
        (0, (("__name__", "total"),)): [10.0] * 3,
    }
