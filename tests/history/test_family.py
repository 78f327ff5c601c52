"""Minutes in memory, and the files of a month: what replaces what."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from reliability.history.family import Family
from reliability.history.month import Column, Month, longer, month_span, months
from reliability.timespan import MINUTE, TimeSpan

START = datetime(2026, 9, 1, tzinfo=UTC)
ONE, TWO = Column(0, (("__name__", "bad"),)), Column(0, (("__name__", "total"),))
NAN = float("nan")
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def minutes(first: int, last: int) -> TimeSpan:
    return TimeSpan(START + first * MINUTE, START + last * MINUTE)


def counts(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def same(found: np.ndarray, *wanted: float) -> None:
    np.testing.assert_array_equal(found, wanted)


def test_what_is_counted_anew_replaces_its_span_and_nothing_else() -> None:
    month = Month(span=minutes(0, 6))
    month.replace(minutes(0, 4), {ONE: counts(1, 2, 3, 4)}, minutes(0, 4))
    month.replace(minutes(2, 5), {TWO: counts(9, 30, NAN, 50, 9)}, minutes(1, 6))
    same(month.columns[ONE], 1, 2, NAN, NAN, NAN, NAN)
    same(month.columns[TWO], NAN, NAN, 30, NAN, 50, NAN)
    assert month.covered == (minutes(0, 5),)


def test_a_part_replaces_what_it_covers_and_brings_its_number_and_interval() -> None:
    month = Month(span=minutes(0, 6), source="old", through=3, interval=MINUTE)
    month.replace(minutes(0, 6), {ONE: counts(1, 2, 3, 4, 5, 6)}, minutes(0, 6))
    part = Month(span=minutes(1, 6), source="new", through=2, interval=timedelta(seconds=15))
    part.replace(minutes(1, 2), {ONE: counts(20)}, minutes(1, 2))
    part.replace(minutes(4, 5), {ONE: counts(50)}, minutes(4, 5))
    month.take_in(part)
    same(month.columns[ONE], 1, 20, 3, 4, 50, 6)
    assert (month.source, month.through, month.interval) == ("new", 3, MINUTE)
    month.take_in(Month(span=minutes(0, 1), source="newer", through=4))
    assert (month.source, month.through, month.interval) == ("newer", 4, MINUTE)


def test_columns_that_belong_to_a_file_are_not_written_into() -> None:
    held = counts(1, 2)
    held.flags.writeable = False
    month = Month(span=minutes(0, 2), columns={ONE: held})
    month.replace(minutes(0, 1), {ONE: counts(5)}, minutes(0, 1))
    same(held, 1, 2)
    same(month.columns[ONE], 5, 2)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (None, None, None),
        (MINUTE, None, MINUTE),
        (None, MINUTE, MINUTE),
        (MINUTE, 2 * MINUTE, 2 * MINUTE),
        (2 * MINUTE, MINUTE, 2 * MINUTE),
    ],
)
def test_the_longer_interval_is_kept(
    one: timedelta | None, other: timedelta | None, wanted: timedelta | None
) -> None:
    assert longer(one, other) == wanted


@pytest.mark.parametrize(
    ("first", "end"),
    [
        (SEPTEMBER, datetime(2026, 10, 1, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2027, 1, 1, tzinfo=UTC)),
        (date(2028, 2, 9), datetime(2028, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_month_lasts_from_its_first_midnight_to_the_next(first: date, end: datetime) -> None:
    assert month_span(first) == TimeSpan(datetime(first.year, first.month, 1, tzinfo=UTC), end)


def test_a_span_is_cut_into_its_months() -> None:
    start, end = datetime(2026, 8, 31, 23, tzinfo=UTC), datetime(2026, 10, 1, 1, tzinfo=UTC)
    assert list(months(TimeSpan(start, end))) == [
        (date(2026, 8, 1), TimeSpan(start, START)),
        (SEPTEMBER, month_span(SEPTEMBER)),
        (OCTOBER, TimeSpan(month_span(OCTOBER).start, end)),
    ]
    assert list(months(month_span(SEPTEMBER))) == [(SEPTEMBER, month_span(SEPTEMBER))]
    assert list(months(TimeSpan(START, START))) == []


def part_of(first: int, values: Sequence[float], start: datetime = START) -> Month:
    span = TimeSpan(start + first * MINUTE, start + (first + len(values)) * MINUTE)
    part = Month(span=span, source="a test")
    part.replace(span, {ONE: counts(*values)}, span)
    return part


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def family(folder: Path) -> Family:
    folder.mkdir(parents=True)
    return Family(folder, "checkout", None)


def held(of: Family, first: int, last: int) -> list[float]:
    month = of.read(SEPTEMBER)
    assert month is not None
    assert list(month.columns) == [ONE]
    values: list[float] = month.columns[ONE][first:last].tolist()
    return values


def test_parts_are_numbered_and_read_in_their_order(tmp_path: Path) -> None:
    of = family(tmp_path / "f")
    for number in range(1, 12):
        of.add(part_of(0, [number, number]))
    of.add(part_of(1, [99]))
    assert [each.name for each in of.parts(SEPTEMBER)] == [
        f"2026-09.{number:06}.part" for number in range(1, 13)
    ]
    assert [each.name for each in of.parts(SEPTEMBER, 11)] == ["2026-09.000012.part"]
    assert held(of, 0, 2) == [11, 99]
    assert of.covered(minutes(1, 9)) == (minutes(1, 2),)


def test_compaction_leaves_one_file_a_month_and_later_parts_go_on_counting(tmp_path: Path) -> None:
    of = family(tmp_path / "f")
    of.add(part_of(0, [1, 2]))
    of.add(part_of(1, [3]))
    of.add(part_of(0, [7], month_span(OCTOBER).start))
    (of.folder / ".2026-09.parquet.tmp").write_bytes(b"left over")
    assert (of.months(), of.compact()) == ([SEPTEMBER, OCTOBER], 2)
    assert names(of.folder) == ["2026-09.parquet", "2026-10.parquet"]
    assert (held(of, 0, 2), of.compact()) == ([1, 3], 0)

    of.add(part_of(1, [5]))
    assert names(of.folder)[0] == "2026-09.000003.part"
    assert held(of, 0, 2) == [1, 5]
    assert (of.compact(), held(of, 0, 2)) == (1, [1, 5])


def test_a_part_that_outlived_its_compaction_is_never_taken_in_again(tmp_path: Path) -> None:
    of = family(tmp_path / "f")
    of.add(part_of(0, [1, 1, 1]))
    [old] = of.parts(SEPTEMBER)
    written = old.read_bytes()
    of.compact()
    of.add(part_of(0, [2]))
    of.compact()
    old.write_bytes(written)
    assert held(of, 0, 3) == [2, 1, 1]
    assert of.covered(minutes(0, 9)) == (minutes(0, 3),)
    assert of.compact() == 1
    assert names(of.folder) == ["2026-09.parquet"]
    assert held(of, 0, 3) == [2, 1, 1]


def test_a_month_of_which_nothing_is_stored_is_none(tmp_path: Path) -> None:
    of = family(tmp_path / "f")
    assert (of.read(SEPTEMBER), of.months(), of.compact()) == (None, [], 0)
    assert of.covered(minutes(0, 9)) == ()


def test_months_that_ended_are_removed_with_what_was_set_aside_of_them(tmp_path: Path) -> None:
    of = family(tmp_path / "f")
    of.add(part_of(0, [1]))
    of.add(part_of(0, [7], month_span(OCTOBER).start))
    (of.folder / "2026-09.parquet.damaged").write_bytes(b"x")
    (of.folder / "2026-09.parquet").write_bytes(b"no longer Parquet")
    assert list(of.remove_before(date(2026, 9, 30))) == []
    assert [each.name for each in of.remove_before(OCTOBER)] == [
        "2026-09.000001.part",
        "2026-09.parquet",
        "2026-09.parquet.damaged",
    ]
    assert names(of.folder) == ["2026-10.000001.part"]


def test_what_is_damaged_is_set_aside_and_nothing_else(tmp_path: Path) -> None:
    of = family(tmp_path / "f")
    of.add(part_of(0, [1]))
    (of.folder / "2026-10.parquet").write_bytes(b"no longer Parquet")
    [said] = of.set_aside()
    assert "2026-10.parquet cannot be read" in said
    assert "; run " not in said
    assert names(of.folder) == ["2026-09.000001.part", "2026-10.parquet.damaged"]
    assert list(of.set_aside()) == []
