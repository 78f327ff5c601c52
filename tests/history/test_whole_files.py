"""Files of counts and samples as they are read, roles of columns, and made-up history, in full."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.definition import Definition
from reliability.history.month import Column, Month, longer, month_span, months
from reliability.history.roles import roles_of
from reliability.history.sli import (
    Counters,
    DatadogQueries,
    Evaluated,
    HistogramCounters,
    NotCounted,
    SliCounters,
    SliHistory,
    Term,
)
from reliability.history.sources.csv import read_counts
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.history.sources.synthetic import SyntheticHistory, SyntheticImpact
from reliability.model.history import SyntheticTraffic
from reliability.promql.histogram_query import HistogramQuery
from reliability.promql.selector import Selector
from reliability.timespan import EPOCH, TimeSpan
from tests.golden import Golden

GOLDEN: Final = Path(__file__).parent / "golden"
MINUTE: Final = timedelta(minutes=1)


def read_csv(folder: Path, *lines: str) -> tuple[str, str, dict[str, list[float]]]:
    path = folder / "counts.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    span, columns = read_counts(path)
    named = {
        " ".join(f"{name}={value}" for name, value in column.labels): values.tolist()
        for column, values in columns.items()
    }
    return f"{span.start:%m-%d %H:%M}", f"{span.end:%m-%d %H:%M}", named


def test_columns_of_a_csv_file(tmp_path: Path) -> None:
    found = read_csv(
        tmp_path,
        "\ufefftime,region,good,total,zone",
        "2026-09-29T00:02:59Z,eu,1,2,",
        "2026-09-29T09:01:00+09:00, us ,0.5,1e1,b",
        "2026-09-29T00:02:00Z,eu,3, 4 ,",
        "2026-09-29T00:04:00Z,us,0,0,b",
    )
    start, end, columns = found
    assert (start, end) == ("09-29 00:01", "09-29 00:05")
    gap = float("nan")
    assert {key: pytest.approx(values, nan_ok=True) for key, values in columns.items()} == {
        "__name__=good region=eu zone=": [gap, 4, gap, gap],
        "__name__=total region=eu zone=": [gap, 6, gap, gap],
        "__name__=good region= us  zone=b": [0.5, gap, gap, gap],
        "__name__=total region= us  zone=b": [10, gap, gap, gap],
        "__name__=good region=us zone=b": [gap, gap, gap, 0],
        "__name__=total region=us zone=b": [gap, gap, gap, 0],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1: the columns are none; write time, total and one of good and bad"),
        (
            "time,good",
            ":1: the columns are time, good; write time, total and one of good and bad",
        ),
        (
            "good,total",
            ":1: the columns are good, total; write time, total and one of good and bad",
        ),
        (
            "time,total",
            ":1: the columns are time, total; write time, total and one of good and bad",
        ),
        ("time,good,total\n", " has no row below its head"),
        ("time,good,total\n0,1\n", ":2: the row and the head differ in their number of columns"),
        (
            "time,good,total\n0,1,1,1\n",
            ":2: the row and the head differ in their number of columns",
        ),
        (
            "time,good,total\n0,1,1\n0,,1\n",
            ":3: good is ''; write a number of events, 0 or more",
        ),
        ("time,good,total\n0,1,inf\n", ":2: total is 'inf'; write a number of events, 0 or more"),
        ("time,bad,total\n0,3,2.5\n", ":2: bad is 3, and total is 2.5"),
        (
            "time,bad,total\nsoon,1,2\n",
            ":2: time is 'soon'; write 2026-11-25T10:00:00Z, or seconds since 1970",
        ),
        (
            "time,bad,total\n2026-11-25T10:00:00,1,2\n",
            ":2: time is '2026-11-25T10:00:00'; write 2026-11-25T10:00:00Z, or seconds since 1970",
        ),
        (
            "time,bad,total\n0,1,2\n95040000,1,2\n",
            ": from 1970-01-01 to 1973-01-05 are 1101 days, and 1100 are read at most",
        ),
    ],
)
def test_what_is_wrong_in_a_csv_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        read_counts(path)
    assert str(refused.value) == f"{path}{message}"


def test_too_many_values_of_a_csv_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    rows = [f"{0 if group else 95_000_000},{group},1,1" for group in range(64)]
    path.write_text("\n".join(["time,g,bad,total", *rows]), encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        read_counts(path)
    assert str(refused.value) == (
        f"{path}: 1,583,334 minutes of so many groups are more than 200,000,000 values; "
        "split the file"
    )


def read_samples(folder: Path, text: str) -> list[tuple[dict[str, str], list[int], list[float]]]:
    path = folder / "samples.txt"
    path.write_text(text, encoding="utf-8")
    return [
        (dict(counter.labels), counter.samples.times.tolist(), counter.samples.values.tolist())
        for counter in OpenMetricsFile.open(path).read
    ]


def test_samples_of_an_openmetrics_file(tmp_path: Path) -> None:
    text = r"""
# HELP a_total of a
a_total 1 1.5
a_total{} 2 3
b:x{l="a\"b\\c\nd\qe",m="{,}",n=""} -1.5e3 0.0004 # {trace="x"} 1 2
  c{x="1", y = "2",} +Inf 4
c{y="2",x="1"} NaN 5
"""
    found = read_samples(tmp_path, text)
    assert found[:2] == [
        ({"__name__": "a_total"}, [1500, 3000], [1.0, 2.0]),
        ({"__name__": "b:x", "l": 'a"b\\c\ndqe', "m": "{,}"}, [0], [-1500.0]),
    ]
    [(labels, times, values)] = found[2:]
    assert (labels, times) == ({"__name__": "c", "x": "1", "y": "2"}, [4000, 5000])
    assert [str(value) for value in values] == ["inf", "nan"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a", "no sample"),
        ("a 1", "a sample without a time"),
        ("a{ 1 2", "no sample"),
        ("1a 1 2", "no sample"),
        ("a x 2", "value and time are two numbers: not a valid number: 'x'"),
        ("a 1 x", "value and time are two numbers: not a valid number: 'x'"),
        ("a 1 1e300", "value and time are two numbers: "),
    ],
)
def test_what_is_no_sample(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_samples(tmp_path, f"ok 1 2\n{line}\n")
    assert str(refused.value).startswith(f"{tmp_path / 'samples.txt'}:2: {message}")


def test_the_span_of_samples_is_in_whole_minutes(tmp_path: Path) -> None:
    read_samples(tmp_path, "a 1 61\na 1 119\nb 1 180\nc 1 30\n")
    file = OpenMetricsFile.open(tmp_path / "samples.txt")
    assert file.description == "openmetrics samples.txt"
    names = (("a",), ("b",), ("a", "c"), ("d",))
    spans = [file.span(map(Selector.parse, of)) for of in names]
    assert spans == [minutes(1, 2), minutes(3, 3), minutes(0, 2), None]
    assert file.whole_span == minutes(0, 3)
    found = [
        [counter.samples.times.tolist() for counter in file.counters(Selector.parse("a"), part)]
        for part in (minutes(1, 2), TimeSpan(EPOCH + timedelta(seconds=61), EPOCH + 2 * MINUTE))
    ]
    assert found == [[[61_000, 119_000]], [[119_000]]]


def test_a_file_of_samples_spans_so_many_days(tmp_path: Path) -> None:
    day = 86_400
    read_samples(tmp_path, f"a 1 0\na 1 {1101 * day - 1}\nb 1 {1101 * day}\n")
    file = OpenMetricsFile.open(tmp_path / "samples.txt")
    assert file.span([Selector.parse("a")]) == minutes(0, 1101 * 1440)
    with pytest.raises(SourceError) as refused:
        _ = file.whole_span
    assert str(refused.value) == "samples.txt holds 1,101 days, and the limit is 1,100"


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    for read, name in ((OpenMetricsFile.open, "a.txt"), (read_counts, "a.csv")):
        (tmp_path / name).write_bytes(b"\xff\xfe")
        with pytest.raises(SourceError, match="UTF-8"):
            read(tmp_path / name)


def minutes(first: int, last: int) -> TimeSpan:
    return TimeSpan(EPOCH + first * MINUTE, EPOCH + last * MINUTE)


def test_months_of_a_span() -> None:
    whole = TimeSpan(datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC))
    assert [
        (first.isoformat(), f"{part.start:%m-%d %H} {part.end:%m-%d %H}")
        for first, part in months(whole)
    ] == [("2026-12-01", "12-31 12 01-01 00"), ("2027-01-01", "01-01 00 02-01 00")]
    assert [*months(TimeSpan(whole.start, whole.start))] == []
    assert month_span(date(2028, 2, 17)).length == timedelta(days=29)
    tokyo = datetime(2027, 1, 1, 3, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert [first for first, _ in months(TimeSpan(tokyo, tokyo + MINUTE))] == [date(2026, 12, 1)]


def test_the_longer_interval_is_kept() -> None:
    one, two = timedelta(seconds=1), timedelta(seconds=2)
    assert [longer(one, two), longer(two, one), longer(one, None), longer(None, None)] == [
        *(two, two, one, None),
    ]


def test_a_part_replaces_what_it_covers_and_nothing_else() -> None:
    column, other, new = (Column(0, (("a", name),)) for name in "xyz")
    held = np.arange(6, dtype=np.float64)
    held.flags.writeable = False
    month = Month(
        span=minutes(0, 6),
        columns={column: held, other: np.full(6, 7.0)},
        covered=(minutes(0, 2),),
        source="old",
        through=4,
        interval=timedelta(seconds=30),
    )
    part = Month(
        span=minutes(1, 6),
        columns={column: np.arange(10, 15, dtype=np.float64), new: np.full(5, 3.0)},
        covered=(minutes(2, 3), minutes(4, 5)),
        source="new",
        through=3,
        interval=timedelta(seconds=15),
    )
    month.take_in(part)
    gap = float("nan")
    assert {name: pytest.approx(values, nan_ok=True) for name, values in month.columns.items()} == {
        column: [0, 1, 11, 3, 13, 5],
        other: [7, 7, gap, 7, gap, 7],
        new: [gap, gap, 3, gap, 3, gap],
    }
    assert held.tolist() == [0, 1, 2, 3, 4, 5]
    assert month.covered == (minutes(0, 3), minutes(4, 5))
    assert (month.source, month.through, month.interval) == ("new", 4, timedelta(seconds=30))


def term(text: str, sign: int = 1) -> Term:
    return Term(Selector.parse(text), sign)


COUNTERS: Final = Counters(
    "bad", (term('x{code=~"5.."}'), term('x{code="501"}', -1)), (term("x"), term('y{z="1"}'))
)
FETCHED: Final = (
    (0, {"__name__": "x", "code": "500", "region": "eu"}),
    (0, {"__name__": "x", "code": "501"}),
    (0, {"__name__": "x", "code": "200", "region": "us"}),
    (1, {"__name__": "x", "code": "500"}),
    (1, {"__name__": "y", "z": "1", "region": "eu"}),
    (1, {"__name__": "y", "z": "2"}),
)


def shown(counters: SliCounters, definition: Definition | None, by: str = "region") -> list[str]:
    sli = SliHistory("shop", "checkout", counters, tuple(by.split()))
    roles = roles_of(definition, sli)
    if roles is None:
        return ["cannot be answered"]
    columns = (Column(at, tuple(sorted(labels.items()))) for at, labels in FETCHED)
    return [
        " ".join(f"{role.sign:+}{role.name}{list(role.group)}" for role in roles(column))
        for column in columns
    ]


def test_roles_of_fetched_columns() -> None:
    definition = Definition.of(COUNTERS, ["region"])
    assert [selector.text for selector in definition.selectors] == ["x{}", 'y{z="1"}']
    assert definition.keep == ("__name__", "code", "region", "z")
    assert shown(COUNTERS, definition) == [
        "+1total['eu'] +1bad['eu']",
        "+1total[''] +1bad[''] -1bad['']",
        "+1total['us']",
        "",
        "+1total['eu']",
        "",
    ]
    assert shown(COUNTERS, definition, "") == [
        *("+1total[] +1bad[]", "+1total[] +1bad[] -1bad[]", "+1total[]", "", "+1total[]", ""),
    ]


def test_a_family_answers_what_its_files_hold() -> None:
    whole = Definition.of(COUNTERS, ["region"])
    narrow = Counters("bad", (term('x{code="500"}'),), (term("x"),))
    assert shown(narrow, whole)[:3] == ["+1total['eu'] +1bad['eu']", "+1total['']", "+1total['us']"]
    unknown = ["cannot be answered"]
    assert shown(COUNTERS, Definition.of(narrow, ["region"])) == unknown
    assert shown(narrow, whole, "team") == unknown
    assert shown(Counters("bad", (term('x{team="a"}'),), (term("x"),)), whole) == unknown
    assert shown(NotCounted("why"), whole) == unknown
    assert shown(NotCounted("why"), None)[0] == "+1x['eu']"
    assert shown(COUNTERS, None)[4] == "+1y['eu']"


def test_a_family_of_queries_answers_the_same_queries_only() -> None:
    by = ("region",)
    metrics = DatadogQueries((("good", "a"), ("total", "b")))
    evaluated = Evaluated("a", "b", "why")
    query = HistogramQuery("h")
    histograms = HistogramCounters("good", HistogramQuery("h", ("0", "1")), query)
    known: list[tuple[SliCounters, Definition]] = [
        (metrics, Definition.of_queries(metrics, by)),
        (evaluated, Definition.of_queries(evaluated, by)),
        (histograms, Definition.of_queries(histograms, by)),
    ]
    for counters, definition in known:
        for other, theirs in known:
            answer = shown(counters, theirs)
            assert (answer[0] == "+1x['eu']") is (other is counters)
        assert shown(counters, definition, "team") == ["cannot be answered"]
        assert Definition.read(definition.values) == definition
        assert len(definition.checksum) == 8
    assert len({definition.checksum for _, definition in known}) == 3
    failing = DatadogQueries((("total", "b"), ("bad", "a")))
    assert [counters.counts for counters in (metrics, failing, evaluated, histograms)] == [
        *("good", "bad", "bad", "good"),
    ]


DAYS: Final = TimeSpan(datetime(2026, 11, 19, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC))
IMPACT: Final = SyntheticImpact(
    "shop", "checkout", TimeSpan(DAYS.start + 90 * MINUTE, DAYS.start + 150 * MINUTE), 0.5
)
MADE_UP: Final = {
    "plain": (1, "UTC", None, ()),
    "in Tokyo": (1, "Asia/Tokyo", None, ()),
    "another seed": (2, "UTC", None, ()),
    "with blips": (1, "America/New_York", SyntheticTraffic(per_minute=90, blips_per_week=60), ()),
    "failing": (
        1,
        "UTC",
        SyntheticTraffic(per_minute=5, failing=Fraction(1, 5), blips_per_week=0),
        (),
    ),
    "with an incident": (1, "UTC", SyntheticTraffic(blips_per_week=0), (IMPACT,)),
}


def test_history_that_is_made_up(golden: Golden) -> None:
    """All and failed events in every four hours of five days, from Thursday to Monday."""
    sli = SliHistory("shop", "checkout", NotCounted("not needed"))
    lines = []
    for name, (seed, zone, traffic, impacts) in MADE_UP.items():
        of_slo = {"checkout": traffic} if traffic else {}
        history = SyntheticHistory(seed=seed, zone=ZoneInfo(zone), traffic=of_slo, impacts=impacts)
        [series] = history.series(sli, DAYS)
        lines.append(f"{name}: {history.description}\n")
        for day in range(5):
            parts = [slice(day * 1440 + at * 240, day * 1440 + (at + 1) * 240) for at in range(6)]
            counts = (f"{series.bad[part].sum():g}/{series.total[part].sum():g}" for part in parts)
            lines.append(f"  {' '.join(counts)}\n")
    golden.check(GOLDEN / "made-up.txt", "".join(lines))
