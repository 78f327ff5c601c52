"""Raw samples over HTTP: what is asked, what is tried again, what is refused."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from reliability.errors import SourceError
from reliability.history.sources.asking import PAUSES
from reliability.history.sources.prometheus import PrometheusServer, open_prometheus
from reliability.promql.samples import Counter
from reliability.promql.selector import Selector
from tests.history.fakes import START, TOTAL, hours
from tests.history.server import FakePrometheus, Reply, serving, steady


def read(fake: FakePrometheus, pauses: list[float] | None = None) -> list[Counter]:
    waited = pauses if pauses is not None else []
    opened = open_prometheus(fake.url, None)
    server = PrometheusServer(replace(opened.server, pause=waited.append))
    with server.client:
        return list(server.counters(Selector.parse(TOTAL), hours(0, 1)))


def test_it_asks_an_instant_query_of_a_range_at_the_end() -> None:
    with serving(FakePrometheus([steady(90, 2, code="200")])) as fake:
        [found] = read(fake)
    assert fake.queries == [
        ('requests_total{job="shop"}[3600s]', (START + timedelta(hours=1)).timestamp())
    ]
    assert found.labels == {"__name__": "requests_total", "job": "shop", "code": "200"}
    assert found.samples.values.tolist() == [100 + 2 * minute for minute in range(1, 61)]


def test_it_sends_the_credential() -> None:
    with serving(FakePrometheus([])) as fake:
        server = open_prometheus(fake.url, "Bearer secret")
        with server.client:
            list(server.counters(Selector.parse(TOTAL), hours(0, 1)))
    assert fake.credentials == {"Bearer secret"}


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_after_a_longer_pause_each_time(status: int) -> None:
    pauses: list[float] = []
    with serving(FakePrometheus([steady(90, 2)], [(status, {}, "")] * 3)) as fake:
        assert len(read(fake, pauses)) == 1
    assert pauses == list(PAUSES[:3])


def test_it_waits_as_long_as_the_server_asks() -> None:
    pauses: list[float] = []
    with serving(FakePrometheus([], [(429, {"Retry-After": "7"}, "")])) as fake:
        read(fake, pauses)
    assert pauses == [7.0]


def test_it_gives_up_in_the_end_and_says_why() -> None:
    busy: Reply = (503, {}, json.dumps({"status": "error", "error": "too many queries"}))
    with (
        serving(FakePrometheus([], [busy] * 9)) as fake,
        pytest.raises(SourceError, match="after 6 tries: 503 too many queries"),
    ):
        read(fake)


def test_a_server_that_is_not_there_is_said_so() -> None:
    with serving(FakePrometheus([])) as fake:
        pass
    with pytest.raises(SourceError, match="does not answer: connection refused"):
        read(fake)


def test_what_the_server_refuses_is_not_asked_again() -> None:
    refusal: Reply = (422, {}, json.dumps({"status": "error", "error": "too many samples"}))
    with (
        serving(FakePrometheus([], [refusal])) as fake,
        pytest.raises(SourceError, match="refuses: 422 too many samples"),
    ):
        read(fake)
    assert len(fake.queries) == 1


def test_no_other_host_is_ever_asked() -> None:
    with (
        serving(FakePrometheus([])) as other,
        serving(FakePrometheus([], [(302, {"Location": other.url}, "")])) as fake,
    ):
        with pytest.raises(SourceError, match="redirects are not followed"):
            read(fake)
        assert other.queries == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<html>", "is not answered as a Prometheus does"),
        ("[]", "is not answered as a Prometheus does"),
        (
            json.dumps({"status": "success", "data": {"resultType": "vector", "result": []}}),
            "Input should be 'matrix'",
        ),
        (
            json.dumps(
                {
                    "status": "success",
                    "warnings": ["store down"],
                    "data": {"resultType": "matrix", "result": []},
                }
            ),
            "is answered only in part: store down",
        ),
    ],
)
def test_an_answer_that_cannot_be_used_is_not_taken_for_an_empty_one(body: str, said: str) -> None:
    with (
        serving(FakePrometheus([], [(200, {}, body)])) as fake,
        pytest.raises(SourceError, match=said),
    ):
        read(fake)


@dataclass
class Evaluating(FakePrometheus):
    """Answers each range query with one sample at its start."""

    asked: list[tuple[str, float, float]] = field(default_factory=list)

    def between(self, query: str, start: float, end: float) -> Reply:
        self.asked.append((query, start, end))
        result = [{"metric": {"job": "shop"}, "values": [[start, "1"]]}]
        data = {"resultType": "matrix", "result": result}
        return 200, {}, json.dumps({"status": "success", "data": data})


@pytest.mark.parametrize(
    ("minutes", "parts"),
    [
        (1, [(0, 0)]),
        (10_000, [(0, 9_999)]),
        (10_001, [(0, 9_999), (10_000, 10_000)]),
        (25_000, [(0, 9_999), (10_000, 19_999), (20_000, 24_999)]),
    ],
)
def test_an_expression_is_evaluated_in_parts_that_the_server_answers(
    minutes: int, parts: list[tuple[int, int]]
) -> None:
    with serving(Evaluating([])) as fake:
        server = open_prometheus(fake.url, None)
        with server.client:
            span = hours(0, minutes / 60)
            found = list(server.evaluated("up", span, timedelta(minutes=1)))
    begin = START.timestamp()
    assert fake.asked == [("up", begin + 60 * first, begin + 60 * last) for first, last in parts]
    assert len(found) == len(parts)
