"""Datadog's replies one by one: counts by the minute, tags, and what is refused."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from reliability.arrays import FloatArray
from reliability.errors import SourceError
from reliability.history.month import Column
from reliability.history.sli import DatadogQueries
from reliability.history.sources.datadog import by_the_minute, open_datadog
from reliability.timespan import MINUTE, TimeSpan
from tests.history.datadog import FakeDatadog, serving
from tests.history.fakes import START

SPAN = TimeSpan(START, START + 3 * MINUTE)
GOOD = "sum:ok{*}.as_count()"
FIRST = START.timestamp() * 1000


@dataclass
class Canned(FakeDatadog):
    """Answers every question in the same way, and keeps what was asked last."""

    said: object = None
    query: Mapping[str, str] | None = None

    def answer(self, path: str, query: Mapping[str, str], _keys: tuple[Any, Any]) -> Any:
        self.asked.append(path)
        self.query = query
        return 200, {}, self.said


def point(minutes: float, value: float | None) -> list[float | None]:
    return [FIRST + timedelta(minutes=minutes) / timedelta(milliseconds=1), value]


def series(*points: list[float | None], interval: int = 60, tags: object = ()) -> dict[str, Any]:
    return {"interval": interval, "tag_set": tags, "pointlist": list(points)}


def answered(*each: dict[str, Any]) -> dict[str, Any]:
    return {"status": "ok", "series": list(each)}


def counted(found: Mapping[Column, FloatArray]) -> dict[tuple[tuple[str, str], ...], list[Any]]:
    """Counts by labels, None where nothing is known."""
    assert {column.selector for column in found} <= {0}
    return {
        column.labels: [None if math.isnan(value) else value for value in counts.tolist()]
        for column, counts in found.items()
    }


def metrics(*each: dict[str, Any]) -> dict[tuple[tuple[str, str], ...], list[Any]]:
    with serving(Canned({}, said=answered(*each))) as fake:
        server = open_datadog(fake.url, "ours", "app")
        return counted(server.metrics(DatadogQueries((("good", GOOD),)), SPAN))


def slo(of: dict[str, Any]) -> dict[tuple[tuple[str, str], ...], list[Any]]:
    with serving(Canned({}, said={"data": of})) as fake:
        return counted(open_datadog(fake.url, "ours", "app").slo("0123abcd", SPAN))


def refused_slo(of: dict[str, Any]) -> str:
    with pytest.raises(SourceError) as refused:
        slo(of)
    return str(refused.value).partition(": ")[2]


NAMED = ("__name__", "good")


def test_points_are_added_to_the_minute_they_begin_in_and_null_is_no_point() -> None:
    points = (point(-1, 9), point(0, 1), point(1, None), point(2, 3), point(2.9, 4), point(3, 9))
    assert metrics(series(*points)) == {(NAMED,): [1.0, None, 7.0]}


def test_tags_are_labels_and_series_of_the_same_tags_are_one() -> None:
    found = metrics(
        series(point(0, 1), tags=["zone:a:b", "canary"]),
        series(point(0, 2), point(1, 3), tags=["canary", "zone:a:b"]),
        series(point(2, 5), tags=None),
    )
    assert found == {
        (NAMED, ("canary", ""), ("zone", "a:b")): [3.0, 3.0, None],
        (NAMED,): [None, None, 5.0],
    }


@pytest.mark.parametrize("interval", [0, 1, 20, 60])
def test_steps_that_make_up_a_minute_are_taken(interval: int) -> None:
    assert metrics(series(point(0, 1), interval=interval)) == {(NAMED,): [1.0, None, None]}


@pytest.mark.parametrize("interval", [7, 61, 120])
def test_other_steps_are_refused(interval: int) -> None:
    with pytest.raises(SourceError) as refused:
        metrics(series(interval=interval))
    assert str(refused.value) == (
        f"Datadog answers {GOOD} in steps of {interval} s, and counts of 60 s are kept"
    )


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"status": "error", "error": "no such\nmetric"}, "no such metric"),
        ({"status": "error", "error": ""}, "no status"),
        ({"status": "error"}, "no status"),
        ({}, "no status"),
    ],
)
def test_a_query_that_fails_says_why(said: dict[str, Any], reason: str) -> None:
    with serving(Canned({}, said=said)) as fake:
        server = open_datadog(fake.url, "ours", "app")
        with pytest.raises(SourceError) as refused:
            list(server.series(GOOD, SPAN))
    assert str(refused.value) == f"{fake.url} answers {GOOD} with: {reason}"


def test_a_query_without_series_has_none_and_its_last_second_is_left_out() -> None:
    fake = Canned({}, said={"status": "ok", "series": None})
    with serving(fake):
        server = open_datadog(fake.url, "ours", "app")
        assert list(server.series(GOOD, SPAN)) == []
        assert server.description == f"datadog {fake.url}"
    first = int(START.timestamp())
    assert fake.query == {"from": str(first), "to": str(first + 179), "query": GOOD}


def history(
    good: list[float | None], total: list[float | None], interval: int = 60
) -> dict[str, Any]:
    times = [point(minutes, 0)[0] for minutes in range(3)]
    values = {"numerator": {"values": good}, "denominator": {"values": total}}
    return {"series": {"interval": interval, "times": times, **values}}


def test_an_slo_of_datadog_has_good_and_all_events() -> None:
    assert slo(history([1, None, 3], [2, 2, 4])) == {
        (NAMED,): [1.0, None, 3.0],
        (("__name__", "total"),): [2.0, 2.0, 4.0],
    }


@pytest.mark.parametrize(
    ("moment", "is_read"),
    [
        (0, True),
        (7_258_118_400_000 - 1, True),
        (7_258_118_400_000, False),
        (-1, False),
        (math.nan, False),
        (math.inf, False),
    ],
)
def test_a_point_is_between_1970_and_2200(moment: float, is_read: bool) -> None:
    points = series([moment, 1.0], point(0, 2.0))
    if is_read:
        assert metrics(points) == {(NAMED,): [2.0, None, None]}
        return
    with pytest.raises(SourceError, match=r"as Datadog does: series\.0\.pointlist\.0\.0: Input sh"):
        metrics(points)


@pytest.mark.parametrize("count", [math.nan, math.inf, "many", []])
def test_a_count_is_a_finite_number(count: Any) -> None:
    with pytest.raises(SourceError, match=r"series\.0\.pointlist\.1\.1: Input should be a "):
        metrics(series(point(0, 2.0), point(1, count), point(2, count)))
    with pytest.raises(
        SourceError, match=r"data\.series\.denominator\.values\.2: Input should be a "
    ):
        slo(history([1, None, 3], [2, 2, count]))


def test_what_an_slo_is_asked() -> None:
    fake = Canned({}, said={"data": history([1, 2, 3], [2, 2, 4])})
    with serving(fake):
        server = open_datadog(f"{fake.url}/", "ours", "app")
        server.slo("0123abcd", SPAN)
        assert server.url == fake.url
        assert server.client.headers["DD-APPLICATION-KEY"] == "app"
        with pytest.raises(SourceError) as refused:
            server.metrics(DatadogQueries((("good", "avg:latency{*}"),)), SPAN)
    first = int(START.timestamp())
    assert fake.asked == ["/api/v1/slo/0123abcd/history"]
    assert fake.query == {
        "from_ts": str(first), "to_ts": str(first + 180), "apply_correction": "false",
    }  # fmt: skip
    assert str(refused.value) == "avg:latency{*} counts no events; end it with .as_count()"


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("sum:a{*}.as_count()", "sum:a{*}.as_count().rollup(sum, 60)"),
        ("a.as_count() .rollup(sum, 20)", "a.as_count() .rollup(sum, 20)"),
        (
            "a.as_count() - b.as_count()",
            "a.as_count().rollup(sum, 60) - b.as_count().rollup(sum, 60)",
        ),
        ("a.as_count().fill(zero)", "a.as_count().rollup(sum, 60).fill(zero)"),
    ],
)
def test_counts_are_summed_by_the_minute(query: str, asked: str) -> None:
    assert by_the_minute(query) == asked


DIFFER = "SLO 0123abcd has other times than values"


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ({}, "SLO 0123abcd counts no events; it has no metric"),
        ({"series": None}, "SLO 0123abcd counts no events; it has no metric"),
        (history([1, 2], [1, 2, 3]), DIFFER),
        (history([1, 2, 3], [1, 2]), DIFFER),
        (history([1, 2, 3, 4], [1, 2, 3]), DIFFER),
    ],
)
def test_an_slo_without_counts_is_refused(of: dict[str, Any], said: str) -> None:
    assert refused_slo(of).endswith(said)


def test_an_slo_with_longer_steps_is_refused() -> None:
    with pytest.raises(SourceError) as refused:
        slo(history([1, 2, 3], [1, 2, 3], interval=300))
    assert str(refused.value) == (
        "Datadog answers SLO 0123abcd in steps of 300 s, and counts of 60 s are kept"
    )
