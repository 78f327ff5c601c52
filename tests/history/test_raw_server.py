"""Parts of `query_range` that are answered once, and a run that was interrupted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.sources.answers import AnswerCache
from reliability.history.sources.prometheus import PrometheusServer, open_prometheus
from reliability.history.sources.raw_server import RawSampleServer
from reliability.promql.samples import Counter
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


def test_an_interrupted_run_is_resumed(tmp_path: Path) -> None:
    with serving(RangeServer([], answers=4)) as fake:
        with pytest.raises(SourceError, match="query timed out"):
            evaluated(fake, tmp_path)
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
