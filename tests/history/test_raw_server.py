"""Which API reads a selector, in which parts and up to which limits; an interrupted run."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.sources.answers import AnswerCache
from reliability.history.sources.origins import QUERY_API, REMOTE_READ
from reliability.history.sources.prometheus import PrometheusServer, open_prometheus
from reliability.history.sources.raw_server import RawSampleServer
from reliability.history.sources.unread import TooManySeriesError
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.history.fakes import START
from tests.history.server import FakePrometheus, Reply, serving

STEP = timedelta(seconds=15)
DAYS = 6
SPAN = TimeSpan(START + timedelta(hours=1), START + timedelta(days=DAYS))


@dataclass
class RangeServer(FakePrometheus):
    """Answers each range query with a sample at its start, and the first so many only."""

    answers: int = 1_000
    asked: list[tuple[float, float]] = field(default_factory=list)

    def between(self, query: str, start: float, end: float) -> Reply:
        with self.lock:
            self.asked.append((start, end))
            if len(self.asked) > self.answers:
                return 422, {}, '{"status": "error", "error": "query timed out"}'
        result = f'{{"metric": {{"q": "{query}"}}, "values": [[{start}, "1"]]}}'
        data = f'{{"resultType": "matrix", "result": [{result}]}}'
        return 200, {}, f'{{"status": "success", "data": {data}}}'


def evaluated(fake: RangeServer, folder: Path, expression: str = "up") -> list[Counter]:
    opened = open_prometheus(fake.url, None)
    server = PrometheusServer(replace(opened.server, pause=lambda _: None))
    with server.client:
        reader = RawSampleServer(server=server, cache=AnswerCache.open(folder))
        return list(reader.evaluated(expression, SPAN, STEP))


def let_workers_end() -> None:
    """Wait for requests that were on their way when another one failed."""
    for thread in threading.enumerate():
        if thread.name.startswith("ThreadPoolExecutor"):
            thread.join()


def test_an_interrupted_run_is_resumed(tmp_path: Path) -> None:
    with serving(RangeServer([], answers=4)) as fake:
        with pytest.raises(SourceError, match="query timed out"):
            evaluated(fake, tmp_path)
        let_workers_end()
        answered = fake.asked[:4]
        fake.answers = 1_000
        fake.asked.clear()
        [found] = evaluated(fake, tmp_path)
        assert len(fake.asked) == DAYS - 4
        assert not set(fake.asked) & set(answered)
        fake.asked.clear()
        [again] = evaluated(fake, tmp_path)
        assert fake.asked == []
    assert len(found.samples.times) == DAYS
    assert np.array_equal(found.samples.times, again.samples.times)
    assert found.labels == again.labels == {"q": "up"}


def test_another_expression_is_another_question(tmp_path: Path) -> None:
    with serving(RangeServer([])) as fake:
        evaluated(fake, tmp_path, "up")
        [found] = evaluated(fake, tmp_path, "down")
    assert found.labels == {"q": "down"}
    assert len(fake.asked) == 2 * DAYS


def test_another_credential_is_another_question(tmp_path: Path) -> None:
    with serving(RangeServer([])) as fake:
        opened = open_prometheus(fake.url, None)
        with opened.client:
            for credential in ("a", "b", "a"):
                cache = AnswerCache.open(tmp_path, credential)
                list(RawSampleServer(server=opened, cache=cache).evaluated("up", SPAN, STEP))
    assert len(fake.asked) == 2 * DAYS


def test_a_damaged_answer_is_asked_again(tmp_path: Path) -> None:
    with serving(RangeServer([])) as fake:
        evaluated(fake, tmp_path)
        for path in tmp_path.glob("*.parquet"):
            path.write_bytes(path.read_bytes()[:-9])
        fake.asked.clear()
        [found] = evaluated(fake, tmp_path)
    assert len(fake.asked) == DAYS
    assert len(found.samples.times) == DAYS


def test_what_is_not_settled_is_not_kept(tmp_path: Path) -> None:
    with serving(RangeServer([])) as fake:
        opened = open_prometheus(fake.url, None)
        with opened.client:
            cache = AnswerCache(tmp_path, (START + timedelta(days=1)).timestamp())
            list(RawSampleServer(server=opened, cache=cache).evaluated("up", SPAN, STEP))
    assert len(list(tmp_path.glob("*.parquet"))) == 1


def test_parts_end_at_fixed_moments_with_few_points(tmp_path: Path) -> None:
    with serving(RangeServer([])) as fake:
        evaluated(fake, tmp_path)
    asked = sorted(fake.asked)
    step = STEP.total_seconds()
    assert asked[0][0] == SPAN.start.timestamp()
    assert [start % 86_400 for start, _ in asked[1:]] == [0] * (DAYS - 1)
    assert all((end - start) / step < 11_000 for start, end in asked)
    assert all(then[1] + step == now[0] for then, now in pairwise(asked))


DAY = TimeSpan(START, START + timedelta(days=1))
EMPTY = "\0"
"""A compressed answer of remote read without a series."""


@dataclass
class SizedServer(FakePrometheus):
    """Counts so many series, samples an hour and series with an external label of their own.

    `reads` are the replies to remote read, one after the other; the last one stays.
    """

    series: int = 1
    an_hour: int = 60
    owned: int = 0
    external: str = ""
    reads: list[Reply] = field(default_factory=list)
    read: int = 0

    def config(self) -> Reply:
        if not self.external:
            return 404, {}, ""
        data = {"yaml": f"global: {{external_labels: {{{self.external}: a}}}}"}
        return 200, {}, json.dumps({"status": "success", "data": data})

    def remote_read(self) -> Reply:
        self.read += 1
        return self.reads.pop(0) if len(self.reads) > 1 else self.reads[0]

    def between(self, query: str, start: float, _end: float) -> Reply:
        counts = {"series": self.series, "samples": self.an_hour, "owned": self.owned}
        result = [
            {"metric": {"reliability_counts": name}, "values": [[start, str(count)]]}
            for name, count in counts.items()
            if f'"{name}"' in query
        ]
        data = {"resultType": "matrix", "result": result}
        return 200, {}, json.dumps({"status": "success", "data": data})


@contextmanager
def opened_server(fake: SizedServer) -> Iterator[RawSampleServer]:
    with serving(fake):
        opened = open_prometheus(fake.url, None)
        server = PrometheusServer(replace(opened.server, pause=lambda _: None))
        with server.client:
            yield RawSampleServer.of(server)


REFUSES: Reply = (404, {}, "not here")
ANSWERS: Reply = (200, {}, EMPTY)


@pytest.mark.parametrize(
    ("series", "an_hour", "most", "why"),
    [
        (5_000, 60, None, ""),
        (5_001, 60, None, "up{} selects 5,001 series; the limit is 5,000"),
        (7, 60, 7, ""),
        (8, 60, 7, "up{} selects 8 series; the limit is 7"),
        (1, 1_250_000, None, ""),
        (
            1,
            1_250_001,
            None,
            "up{} selects 1 series with 30,000,024 samples; the limit is 30,000,000 samples",
        ),
    ],
)
def test_more_than_the_limits_is_not_fetched(
    series: int, an_hour: int, most: int | None, why: str
) -> None:
    fake = SizedServer([], series=series, an_hour=an_hour, reads=[ANSWERS])
    with opened_server(fake) as server:
        limited = server if most is None else server.at_most(most)
        if why:
            with pytest.raises(TooManySeriesError, match=f"^{re.escape(why)}$"):
                list(limited.counters(Selector.parse("up"), DAY))
        else:
            list(limited.counters(Selector.parse("up"), DAY))
    assert bool(fake.read) == (not why)


@pytest.mark.parametrize(
    ("an_hour", "parts"),
    [(41_666, 1), (41_667, 2), (83_334, 3), (1_000_001, 24)],
)
def test_one_answer_has_at_most_a_million_samples(an_hour: int, parts: int) -> None:
    fake = SizedServer([], an_hour=an_hour, reads=[REFUSES])
    with opened_server(fake) as server:
        list(server.counters(Selector.parse("up"), DAY))
    ends = sorted(at for _, at in fake.queries)
    assert len(ends) == parts
    assert ends[-1] == DAY.end.timestamp()


@pytest.mark.parametrize(
    ("an_hour", "parts"),
    [(166_666, 1), (166_667, 2)],
)
def test_one_answer_of_remote_read_has_at_most_four_million(an_hour: int, parts: int) -> None:
    fake = SizedServer([], an_hour=an_hour, reads=[ANSWERS])
    with opened_server(fake) as server:
        list(server.counters(Selector.parse("up"), DAY))
    assert (fake.read, fake.queries) == (parts, [])


@pytest.mark.parametrize(
    ("reads", "origins", "asked"),
    [
        ([ANSWERS], [REMOTE_READ, REMOTE_READ, REMOTE_READ], 3),
        ([REFUSES], [QUERY_API, QUERY_API, QUERY_API], 1),
        ([ANSWERS, REFUSES, ANSWERS], [REMOTE_READ, QUERY_API, REMOTE_READ], 3),
    ],
)
def test_remote_read_is_given_up_if_it_never_answered(
    reads: list[Reply], origins: list[str], asked: int
) -> None:
    fake = SizedServer([], reads=[*reads])
    selectors = [Selector.parse(name) for name in ("a", "b", "c")]
    with opened_server(fake) as server:
        for selector in selectors:
            list(server.counters(selector, DAY))
    assert [server.origins[selector] for selector in selectors] == origins
    assert fake.read == asked
    assert bool(server.refusal) == (QUERY_API in origins)


def test_a_selector_of_an_external_label_is_read_by_queries_and_others_are_not() -> None:
    fake = SizedServer([], external="cluster", reads=[ANSWERS])
    selectors = [Selector.parse(text) for text in ('a{cluster="a"}', "a")]
    with opened_server(fake) as server:
        for selector in selectors:
            list(server.counters(selector, DAY))
    assert [server.origins[selector] for selector in selectors] == [QUERY_API, REMOTE_READ]
    assert "names the external label cluster" in server.refusal


def test_series_that_have_an_external_label_themselves_are_read_by_queries() -> None:
    fake = SizedServer([], external="cluster", owned=1, reads=[ANSWERS])
    with opened_server(fake) as server:
        list(server.counters(Selector.parse("a"), DAY))
    assert list(server.origins.values()) == [QUERY_API]
    assert (fake.read, server.refusal) == (0, "")
