"""History from files: counts in CSV, counters in OpenMetrics text."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.importing import import_counters, import_counts
from reliability.history.series import NoHistory, Series
from reliability.history.sli import Counters, SliHistory
from reliability.history.sources.csv import read_counts
from reliability.history.sources.openmetrics import OpenMetricsFile
from reliability.history.sources.stored import StoredHistory
from reliability.history.store import Store
from reliability.timespan import TimeSpan
from tests.history.fakes import GOOD, SHOP, START, TOTAL, hours, sli

MINUTE = timedelta(minutes=1)


def written(folder: Path, text: str, name: str = "counts.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def imported(folder: Path, text: str, of: SliHistory = SHOP) -> tuple[Series, ...]:
    store = Store(folder / "store")
    import_counts(written(folder, text), store, of)
    found = StoredHistory(store).series(of, hours(0, 1))
    assert not isinstance(found, NoHistory), found
    return found


def test_a_row_is_the_minute_that_begins_at_its_time(tmp_path: Path) -> None:
    text = "time,good,total\n2026-09-29T00:02:00Z,97,100\n2026-09-29T00:03:59+00:00,50,50\n"
    [series] = imported(tmp_path, text)
    assert series.bad[:5].tolist() == [0, 0, 3, 0, 0]
    assert series.total[:5].tolist() == [0, 0, 100, 50, 0]
    assert series.source == "csv counts.csv"


def test_minutes_without_a_row_are_gaps(tmp_path: Path) -> None:
    text = "time,bad,total\n2026-09-29T00:00:00Z,0,0\n2026-09-29T00:30:00Z,1,9\n"
    [series] = imported(tmp_path, text)
    assert np.flatnonzero(series.known).tolist() == [0, 30]


def test_times_may_be_seconds_since_1970_or_have_another_offset(tmp_path: Path) -> None:
    seconds = int(START.timestamp())
    [series] = imported(
        tmp_path, f"time,bad,total\n{seconds},1,10\n2026-09-29T09:01:00+09:00,2,20\n"
    )
    assert series.total[:3].tolist() == [10, 20, 0]


def test_rows_of_one_minute_and_other_labels_add_up_or_make_groups(tmp_path: Path) -> None:
    text = "time,region,bad,total\n2026-09-29T00:00:00Z,eu,1,10\n2026-09-29T00:00:00Z,us,2,20\n"
    [whole] = imported(tmp_path, text)
    assert (whole.bad[0], whole.total[0]) == (3, 30)
    groups = imported(tmp_path, text, sli(GOOD, TOTAL, by=("region",)))
    assert [(each.labels["region"], each.total[0]) for each in groups] == [("eu", 10), ("us", 20)]


def test_a_file_that_is_imported_again_replaces_its_minutes_and_no_other(tmp_path: Path) -> None:
    imported(tmp_path, "time,bad,total\n2026-09-29T00:00:00Z,1,10\n2026-09-29T00:01:00Z,1,10\n")
    [series] = imported(tmp_path, "time,bad,total\n2026-09-29T00:01:00Z,2,12\n")
    names = [path.name for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert names == ["2026-09.parquet"]
    assert series.total[:2].tolist() == [10, 12]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("when,good,total\n", "counts.csv:1: the columns are when, good, total; write time"),
        ("time,good,bad,total\n", "write time, total and one of good and bad"),
        ("time,good,total\n", "no row below its head"),
        ("", "the columns are none"),
        ("time,good,total\nyesterday,1,1\n", "counts.csv:2: time is 'yesterday'"),
        ("time,good,total\n2026-09-29T00:00:00,1,1\n", "time is '2026-09-29T00:00:00'"),
        ("time,good,total\n2026-09-29T00:00:00Z,x,1\n", "counts.csv:2: good is 'x'"),
        ("time,good,total\n2026-09-29T00:00:00Z,-1,1\n", "good is '-1'"),
        ("time,good,total\n2026-09-29T00:00:00Z,2,1\n", "good is 2, and total is 1"),
        ("time,good,total\n2026-09-29T00:00:00Z,2\n", "differ in their number of columns"),
        ("time,good,total\n0,1,1\n2026-09-29T00:00:00Z,1,1\n", "1100 are read at most"),
        ('time,good,total\n"2026-09-29T00:00:00Z,1,1\n', "counts.csv cannot be read as CSV"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(SourceError) as caught:
        read_counts(written(tmp_path, text))
    assert said in str(caught.value)


def test_a_group_label_must_be_a_column(tmp_path: Path) -> None:
    path = written(tmp_path, "time,bad,total\n2026-09-29T00:00:00Z,1,10\n")
    with pytest.raises(SourceError, match="no column region"):
        import_counts(path, Store(tmp_path), sli(GOOD, TOTAL, by=("region",)))


SAMPLES = """\
# TYPE requests counter
requests_total{job="shop",code="200",path="/a\\"}b"} 10 1790640000
requests_total{job="shop",code="200",path="/a\\"}b"} 15 1790640060.000 # {id="x"} 1
requests_total{job="shop",code="500"} 0 1790640000
requests_total{job="shop",code="500"} 4 1790640060
other_total 3 1790640000
# EOF
"""


def counters_imported(folder: Path, text: str) -> TimeSpan | None:
    file = OpenMetricsFile.open(written(folder, text, "samples.txt"))
    assert isinstance(SHOP.counters, Counters)
    return import_counters(file, Store(folder / "store"), SHOP, SHOP.counters, ())


def test_counters_of_a_file_are_booked_as_those_of_a_server(tmp_path: Path) -> None:
    span = counters_imported(tmp_path, SAMPLES)
    assert span == TimeSpan(START, START + MINUTE)
    [series] = StoredHistory(Store(tmp_path / "store")).series(SHOP, hours(0, 1))  # type: ignore[misc]
    assert (series.bad[0], series.total[0]) == (4, 9)
    assert series.source == "openmetrics samples.txt"
    names = [path.name for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert names == ["2026-09.parquet"]


def test_escaped_quotes_and_braces_are_part_of_a_label(tmp_path: Path) -> None:
    file = OpenMetricsFile.open(written(tmp_path, SAMPLES))
    assert {counter.labels.get("path") for counter in file.read} == {'/a"}b', None}


def test_a_file_without_a_counter_of_the_sli_says_so(tmp_path: Path) -> None:
    assert counters_imported(tmp_path, "other_total 3 1790640000\n") is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("requests_total 3", "samples.txt:1: a sample without a time"),
        ("requests_total{ 3 4", "samples.txt:1: no sample"),
        ("requests_total three 4", "value and time are two numbers"),
    ],
)
def test_a_line_that_is_no_sample_is_said_with_its_number(
    tmp_path: Path, line: str, said: str
) -> None:
    with pytest.raises(SourceError) as caught:
        counters_imported(tmp_path, line + "\n")
    assert said in str(caught.value)


def test_two_spellings_of_a_series_are_one(tmp_path: Path) -> None:
    """Another order of labels, a comma at the end, space, a label without a value."""
    spellings = (
        'requests_total{job="shop",code="200"}',
        'requests_total{code="200",job="shop",}',
        'requests_total{ job = "shop", code = "200" }',
        'requests_total{code="200",job="shop",region=""}',
    )
    seconds = int(START.timestamp())
    lines = [
        f"{spellings[minute % 4]} {minute * 7} {seconds + minute * 60}\n" for minute in range(60)
    ]
    file = OpenMetricsFile.open(written(tmp_path, "".join(lines), "samples.txt"))
    [counter] = file.read
    assert dict(counter.labels) == {"__name__": "requests_total", "job": "shop", "code": "200"}
    assert len(counter.samples.times) == 60


def test_a_file_may_span_so_many_days_and_no_minute_more(tmp_path: Path) -> None:
    row = "2023-01-01T00:00:00Z,1,10"
    last = START.replace(year=2023, month=1, day=1, hour=0, minute=0) + timedelta(days=1100)
    whole = f"time,bad,total\n{row}\n{(last - MINUTE).isoformat()},1,10\n"
    span, _ = read_counts(written(tmp_path, whole))
    assert span.length == timedelta(days=1100)
    longer = f"time,bad,total\n{row}\n{last.isoformat()},1,10\n"
    with pytest.raises(SourceError, match="1101 days, and 1100 are read at most"):
        read_counts(written(tmp_path, longer))
