"""Sums of minutes: between chosen times, in a file beside the months, and made again if needed."""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.definition import Definition
from reliability.history.family import Family
from reliability.history.group_sums import GroupSums, cuts_of, minute_of, part_sums
from reliability.history.month import Column, Month, month_span
from reliability.history.month_sums import (
    DIGEST,
    MAGIC,
    FileStamp,
    MonthSums,
    StoredSums,
    content_digest,
    read_sums,
    write_sums,
)
from reliability.history.series import NoHistory, Series, SpanCounts
from reliability.history.sli import DatadogQueries, NotCounted, SliHistory
from reliability.history.sources.stored import StoredHistory
from reliability.history.sources.summed import SliSums, open_sums
from reliability.history.store import Store
from reliability.timespan import EPOCH, TimeSpan

MINUTE: Final = timedelta(minutes=1)
START: Final = datetime(2026, 9, 30, 23, 0, tzinfo=UTC)
SPAN: Final = TimeSpan(START, START + timedelta(hours=2))
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def moment(minutes: float) -> datetime:
    return START + minutes * MINUTE


def span(first: float, last: float) -> TimeSpan:
    return TimeSpan(moment(first), moment(last))


def series(minutes: int = 10) -> Series:
    """Minute k has k + 1 events, of which the share of k tenths failed; the third is unknown."""
    total = np.arange(1, minutes + 1, dtype=np.float64)
    known = np.ones(minutes, dtype=bool)
    known[2] = False
    total[2] = 0
    return Series(
        start=START,
        step=MINUTE,
        bad=total * np.arange(minutes) / 10,
        total=total,
        known=known,
        source="a test",
        labels={"region": "eu"},
    )


def test_sums_between_cuts() -> None:
    cuts = cuts_of([moment(4), moment(7)], span(0, 10))
    assert (cuts - minute_of(START)).tolist() == [0, 4, 7, 10]
    sums = GroupSums.of(series(), cuts)
    assert sums.bad.tolist() == pytest.approx([0, 1.4, 1.4 + 2 + 3 + 4.2, 10.6 + 5.6 + 7.2 + 9])
    assert sums.total.tolist() == [0, 7, 25, 52]
    assert sums.known.tolist() == [0, 3, 6, 9]
    assert (sums.labels, sums.step) == ({"region": "eu"}, MINUTE)


def test_sums_of_one_part_and_of_none() -> None:
    sums = GroupSums.of(series(), cuts_of([], span(2, 10)))
    assert (sums.total.tolist(), sums.known.tolist()) == ([0, 49], [0, 7])
    nothing = GroupSums.of(series(), cuts_of([], span(4, 4)))
    assert (nothing.bad.tolist(), nothing.cuts.tolist()) == ([0], [minute_of(moment(4))])
    assert nothing.within(span(4, 4)) == SpanCounts(0.0, 0.0, 0, 0)


def test_the_counts_of_a_span_are_a_difference() -> None:
    sums = GroupSums.of(series(), cuts_of(map(moment, range(10)), span(0, 10)))

    def counts(first: float, last: float) -> SpanCounts:
        found = sums.within(span(first, last))
        return replace(found, bad=round(found.bad, 9))

    assert counts(1, 5) == SpanCounts(3.4, 11.0, 3, 4)
    assert counts(2, 3) == SpanCounts(0.0, 0.0, 0, 1)
    # A time outside of all cuts is the nearest one; its minutes are unknown.
    assert counts(-5, 2) == SpanCounts(0.2, 3.0, 2, 7)
    assert counts(8, 30) == SpanCounts(16.2, 19.0, 2, 22)


def test_a_time_that_is_no_cut_is_refused() -> None:
    sums = GroupSums.of(series(), cuts_of([moment(4)], span(0, 10)))
    with pytest.raises(ValueError, match=f"minute {minute_of(moment(5))} is not a cut of the sums"):
        sums.within(span(0, 5))


def test_events_of_spans_are_left_out() -> None:
    sums = GroupSums.of(series(), cuts_of(map(moment, range(10)), span(0, 10)))
    without = sums.without([span(0, 2), span(5, 7)])
    assert without.total.tolist() == [0, 0, 0, 0, 4, 9, 9, 9, 17, 26, 36]
    assert without.known.tolist() == sums.known.tolist()
    assert sums.without([]).total.tolist() == sums.total.tolist()


def test_cuts_are_within_the_span_and_at_the_start_of_each_month() -> None:
    whole = TimeSpan(datetime(2026, 9, 30, 12, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
    asked = [whole.start - MINUTE, whole.end + MINUTE, whole.end, datetime(2026, 10, 5, tzinfo=UTC)]
    assert [EPOCH + int(cut) * MINUTE for cut in cuts_of(asked, whole)] == [
        whole.start,
        datetime(2026, 10, 1, tzinfo=UTC),
        datetime(2026, 10, 5, tzinfo=UTC),
        datetime(2026, 11, 1, tzinfo=UTC),
        whole.end,
    ]
    assert part_sums(series(), cuts_of([], span(3, 3))).shape == (3, 0)


def month_sums(number: int = 0, **changes: object) -> MonthSums:
    values: dict[str, object] = {
        "stamps": (FileStamp("2026-09.parquet", 5, 6, 7, 8 + number),),
        "digest": "d" * 64,
        "counts": "good",
        "interval": 30.0,
        "has_negative": False,
        "groups": (("eu", "a"), ("us", "")),
        "cuts": np.array([3, 5, 9], dtype=np.int64) + number,
        "sums": np.arange(12, dtype=np.float64).reshape(2, 3, 2) / 3 + number,
        "arrays": {"x|y": np.array([[1.5, 2.5]]), "a": np.zeros((0, 4))},
        **changes,
    }
    return MonthSums(**values)  # type: ignore[arg-type]


def shown(month: MonthSums) -> list[object]:
    """Everything that a month holds."""
    arrays = {name: (array.shape, array.tolist()) for name, array in month.arrays.items()}
    facts = (month.stamps, month.digest, month.counts, month.interval, month.has_negative)
    return [
        *facts,
        month.groups,
        month.cuts.tolist(),
        month.sums.tolist(),
        dict(sorted(arrays.items())),
    ]


def test_sums_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "sums-a.bin"
    months = {
        OCTOBER: month_sums(4, interval=None, has_negative=True, counts=""),
        SEPTEMBER: month_sums(groups=(), sums=np.zeros((0, 3, 2)), arrays={}),
    }
    for texts in ({}, {"b": "2", "a": "é"}):
        write_sums(path, StoredSums(months, texts), tmp_path)
        found = read_sums(path)
        assert found.texts == texts
        assert [*found.months] == [SEPTEMBER, OCTOBER]
        assert {first: shown(month) for first, month in found.months.items()} == {
            first: shown(month) for first, month in months.items()
        }
    assert [entry.name for entry in tmp_path.iterdir()] == ["sums-a.bin"]
    write_sums(path, StoredSums(), tmp_path)
    assert (read_sums(path).months, read_sums(path).texts) == ({}, {})


def test_only_so_many_arrays_and_texts_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "sums-a.bin"
    arrays = {f"{number:03}": np.array([float(number)]) for number in range(66)}
    texts = {f"{number:03}": str(number) for number in range(18)}
    write_sums(path, StoredSums({OCTOBER: month_sums(arrays=arrays)}, texts), None)
    found = read_sums(path)
    assert [*found.months[OCTOBER].arrays] == [*arrays][2:]
    assert found.months[OCTOBER].arrays["065"].tolist() == [65.0]
    assert [*found.texts] == [*texts][:-2]


def test_a_file_has_at_most_64_mebibytes(tmp_path: Path) -> None:
    path = tmp_path / "sums-a.bin"
    numbers = 1_000_000
    write_sums(path, StoredSums({OCTOBER: month_sums(arrays={"a": np.zeros(numbers)})}), None)
    size = len(zlib.decompress(path.read_bytes()[len(MAGIC) + DIGEST :]))
    most = numbers + (64 * 1024 * 1024 - size) // 8
    for count in (most, most + 1):
        arrays = {"a": np.zeros(count)}
        write_sums(path, StoredSums({OCTOBER: month_sums(arrays=arrays)}), None)
        assert bool(read_sums(path).months) == (count == most)


def rewritten(path: Path, old: bytes, new: bytes) -> None:
    """Change the unpacked content, as a program of another version would write it."""
    unpacked = zlib.decompress(path.read_bytes()[len(MAGIC) + DIGEST :])
    assert unpacked.count(old) == 1
    body = zlib.compress(unpacked.replace(old, new), 9)
    digest = hashlib.blake2b(body, digest_size=DIGEST).digest()
    path.write_bytes(MAGIC + digest + body)


@pytest.mark.parametrize(
    ("old", "new", "is_read"),
    [
        (b'"version":1', b'"version":1', True),
        (b'"version":1', b'"version":2', False),
        (b'"version":1', b'"version":0', False),
        (b'"version":1', b'"revised":1', False),
        (b'"months":[', b'"nothing":[', False),
        (b'"cuts":3', b'"cuts":9', False),
        (b'"cuts":3', b'"cuts":{}', False),
        (b"2026-10-01", b"2026-13-01", False),
        (b'"texts":{', b'"texts":[', False),
    ],
)
def test_a_file_of_another_version_holds_nothing(
    tmp_path: Path, old: bytes, new: bytes, is_read: bool
) -> None:
    path = tmp_path / "sums-a.bin"
    write_sums(path, StoredSums({OCTOBER: month_sums()}, {"a": "b"}), None)
    rewritten(path, old, new)
    found = read_sums(path)
    assert (list(found.months), found.texts) == (([OCTOBER], {"a": "b"}) if is_read else ([], {}))


@pytest.mark.parametrize("damage", ["missing", "empty", "name", "digest", "body", "half", "more"])
def test_a_file_that_is_not_as_it_was_written_holds_nothing(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "sums-a.bin"
    write_sums(path, StoredSums({OCTOBER: month_sums()}, {"a": "b"}), None)
    whole = path.read_bytes()
    contents = {
        "empty": b"",
        "name": b"R" + whole[1:],
        "digest": whole[:20] + bytes([whole[20] ^ 1]) + whole[21:],
        "body": whole[:-1] + bytes([whole[-1] ^ 1]),
        "half": whole[: len(whole) // 2],
        "more": whole + b"\0",
    }
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(contents[damage])
    found = read_sums(path)
    assert (found.months, found.texts) == ({}, {})


def test_the_digest_of_files_is_of_each_file(tmp_path: Path) -> None:
    for name, content in (("a", b"ab"), ("b", b"c"), ("c", b"a"), ("d", b"bc")):
        (tmp_path / name).write_bytes(content)
    first, second, third = (
        content_digest(tmp_path / name for name in names) for names in ("ab", "cd", "ba")
    )
    assert len({first, second, third}) == 3
    assert first == content_digest([tmp_path / "a", tmp_path / "b"])


SLI: Final = SliHistory("shop", "checkout", NotCounted("not needed"), ("region",))


def column(role: str, region: str) -> Column:
    labels = {"__name__": role, "region": region}
    return Column(0, tuple(sorted((name, value) for name, value in labels.items() if value)))


def add(
    store: Store,
    covered: TimeSpan,
    counts: dict[tuple[str, str], float],
    interval: float | None = 15,
) -> None:
    """The same counts in each minute of a span, as a part of its month."""
    columns = {
        column(*key): np.full(covered.steps(MINUTE), number) for key, number in counts.items()
    }
    family = store.family("shop", "checkout", None)
    month = Month(
        span=covered,
        columns=columns,
        covered=(covered,),
        source="a test",
        interval=None if interval is None else timedelta(seconds=interval),
    )
    family.add(month)


def sums_of(store: Store, sli: SliHistory = SLI) -> SliSums:
    sums = open_sums(StoredHistory(store), sli)
    assert sums is not None
    return sums


def totals(sums: SliSums, *minutes: float) -> dict[str, list[float]] | None:
    """All events of each region until each cut."""
    groups = sums.groups(SPAN, cuts_of(map(moment, minutes), SPAN))
    return (
        None
        if groups is None
        else {group.labels["region"]: group.total.tolist() for group in groups}
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "store")
    add(store, span(0, 60), {("total", "us"): 2, ("bad", "us"): 1, ("total", ""): 1})
    add(store, span(60, 90), {("total", "us"): 10, ("bad", "us"): 0.5, ("total", "eu"): 4}, 60)
    return store


def test_sums_of_a_store_are_those_of_its_minutes(store: Store) -> None:
    sums = sums_of(store)
    assert totals(sums, 30, 75) == {
        "": [0, 30, 60, 60, 60],
        "eu": [0, 0, 0, 60, 120],
        "us": [0, 60, 120, 270, 420],
    }
    groups = sums.groups(SPAN, cuts_of([], SPAN))
    assert groups is not None
    [empty, eu, us] = groups
    assert (us.bad.tolist(), us.known.tolist()) == ([0, 60, 75], [0, 60, 90])
    assert (eu.bad.tolist(), empty.known.tolist()) == ([0, 0, 0], [0, 60, 60])
    stored = StoredHistory(store).series(SLI, SPAN)
    assert not isinstance(stored, NoHistory)
    assert [(one.labels, one.total.tolist()) for one in sums.series(SPAN)] == [
        (one.labels, one.total.tolist()) for one in stored
    ]


def test_facts_of_months_with_known_sums(store: Store) -> None:
    sums = sums_of(store)
    assert (sums.interval(SPAN), sums.digests(SPAN), sums.groups_within(SPAN)) == (
        None, ("", ""), frozenset(),
    )  # fmt: skip
    totals(sums)
    assert sums.interval(SPAN) == timedelta(seconds=60)
    assert sums.interval(span(0, 60)) == timedelta(seconds=15)
    assert sums.groups_of(SEPTEMBER) == (("",), ("us",))
    assert sums.groups_of(date(2026, 8, 1)) == ()
    assert sums.groups_within(SPAN) == {("",), ("us",), ("eu",)}
    assert not sums.has_negative(SPAN)
    first, second = sums.digests(SPAN)
    assert len({first, second, ""}) == 3
    assert sums.digest(OCTOBER) == second


def test_failures_below_zero_are_known(store: Store) -> None:
    add(store, span(90, 95), {("total", "us"): 1, ("bad", "us"): -1})
    sums = sums_of(store)
    totals(sums)
    assert sums.has_negative(SPAN)
    assert not sums.has_negative(span(0, 60))


def test_months_that_count_other_events_have_no_sums_together(store: Store) -> None:
    add(store, span(60, 90), {("total", "us"): 10, ("good", "us"): 9})
    sums = sums_of(store)
    assert totals(sums) is None
    september = sums.groups(span(0, 60), cuts_of([], span(0, 60)))
    assert september is not None
    assert [group.bad[-1] for group in september] == [0, 60]


def test_sums_are_kept_until_a_file_changes(store: Store) -> None:
    sums = sums_of(store)
    totals(sums, 30)
    changes = [sums.is_changed]
    sums.save()
    changes.append(sums.is_changed)
    assert changes == [True, False]

    again = sums_of(store)
    assert (again.is_changed, sorted(again.known)) == (False, [SEPTEMBER, OCTOBER])
    changes = []
    for minute in (30, 31):
        totals(again, minute)
        changes.append(again.is_changed)
    assert changes == [False, True]

    add(store, span(60, 61), {("total", "us"): 11})
    changed = sums_of(store)
    assert (changed.is_changed, sorted(changed.known)) == (True, [SEPTEMBER])
    assert totals(changed) == {"": [0, 60, 60], "eu": [0, 0, 116], "us": [0, 120, 421]}


def test_nothing_is_written_if_nothing_changed(store: Store) -> None:
    sums = sums_of(store)
    totals(sums)
    sums.save()
    sums.path.unlink()
    sums.save()
    assert not sums.path.exists()


def test_a_store_that_cannot_be_written_has_the_same_sums(store: Store, tmp_path: Path) -> None:
    sums = sums_of(store)
    wanted = totals(sums)
    sums.path.mkdir()
    sums.save()
    assert (sums.is_changed, totals(sums)) == (True, wanted)


def test_sums_are_not_written_through_a_link(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", tmp_path)
    add(store, span(0, 60), {("total", "us"): 2})
    sums = sums_of(store)
    totals(sums)
    (tmp_path / "elsewhere").write_bytes(b"kept")
    sums.path.symlink_to(tmp_path / "elsewhere")
    sums.save()
    assert (sums.is_changed, sums.path.is_symlink()) == (True, True)
    assert (tmp_path / "elsewhere").read_bytes() == b"kept"


def test_the_cuts_of_a_month_are_kept_until_they_are_many(store: Store) -> None:
    """A time that is asked for once more needs no minutes, even after others."""
    sums = sums_of(store)
    october = month_span(OCTOBER)
    numbers: list[int] = []
    for minutes in ([100, 101], [102], [100], range(200, 594), [1000], [101], [1001], [101]):
        sums.is_changed = False
        assert sums.groups(october, cuts_of(map(moment, minutes), october)) is not None
        numbers.append(len(sums.known[OCTOBER].cuts) if sums.is_changed else 0)
    assert numbers == [4, 5, 0, 399, 400, 0, 3, 4]


def test_months_of_counts_without_an_interval(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add(store, span(0, 60), {("total", "us"): 2}, None)
    sums = sums_of(store)
    assert totals(sums) == {"us": [0, 120, 120]}
    assert sums.interval(SPAN) is None
    add(store, span(60, 90), {("total", "us"): 2}, 30)
    sums = sums_of(store)
    totals(sums)
    assert sums.interval(SPAN) == timedelta(seconds=30)
    assert sums.known[SEPTEMBER].counts == "bad"


def test_files_with_other_times_and_the_same_content_are_the_same(store: Store) -> None:
    sums = sums_of(store)
    totals(sums)
    sums.save()
    for path in sums.family.folder.glob("*.part"):
        os.utime(path, (1, 1))
    again = sums_of(store)
    assert (again.is_changed, sorted(again.known)) == (True, [SEPTEMBER, OCTOBER])
    again.save()
    assert not sums_of(store).is_changed


def test_a_month_that_is_gone_has_no_sums(store: Store) -> None:
    sums = sums_of(store)
    totals(sums)
    sums.save()
    [part] = sums.family.folder.glob("2026-09.*.part")
    part.unlink()
    again = sums_of(store)
    assert (again.is_changed, sorted(again.known)) == (True, [OCTOBER])
    assert totals(again) == {"eu": [0, 0, 120], "us": [0, 0, 300]}


def test_arrays_and_texts_are_of_one_state(store: Store) -> None:
    sums = sums_of(store)
    sums.keep(SEPTEMBER, "days", "1", np.array([1.0]))
    assert sums.array(SEPTEMBER, "days", "1") is None
    totals(sums)
    sums.save()
    sums.keep(SEPTEMBER, "days", "1", np.array([1.0]))
    sums.keep(SEPTEMBER, "days of", "1", np.array([3.0]))
    sums.keep(SEPTEMBER, "days", "2", np.array([2.0]))
    assert sums.is_changed
    assert sums.array(SEPTEMBER, "days", "1") is None
    assert sums.array(date(2026, 8, 1), "days", "2") is None
    sums.keep_text("page", "1", "x|y")
    sums.keep_text("page", "2", "z|y")
    sums.save()
    again = sums_of(store)
    for name, number in (("days", 2.0), ("days of", 3.0)):
        array = again.array(SEPTEMBER, name, "2" if name == "days" else "1")
        assert array is not None
        assert array.tolist() == [number]
    assert (again.text("page", "2"), again.text("page", "1")) == ("z|y", None)
    assert again.text("other", "2") is None
    again.keep_text("page", "3", "")
    assert (again.text("page", "3"), again.is_changed) == ("", True)


def test_arrays_of_other_minutes_are_dropped(store: Store) -> None:
    sums = sums_of(store)
    totals(sums)
    for first in (SEPTEMBER, OCTOBER):
        sums.keep(first, "days", "1", np.array([1.0]))
    totals(sums, 5)
    assert sums.array(SEPTEMBER, "days", "1") is not None
    sums.save()
    add(store, span(60, 61), {("total", "us"): 11})
    again = sums_of(store)
    totals(again)
    assert again.array(SEPTEMBER, "days", "1") is not None
    assert again.array(OCTOBER, "days", "1") is None


def test_so_many_files_of_sums_are_kept(store: Store) -> None:
    folder = store.family("shop", "checkout", None).folder
    for number in range(5):
        path = folder / f"sums-{number}.bin"
        path.write_bytes(b"")
        os.utime(path, (number, number))
    sums = sums_of(store)
    totals(sums)
    sums.save()
    names = sorted(path.name for path in folder.glob("sums-*.bin"))
    assert names == sorted([sums.path.name, "sums-2.bin", "sums-3.bin", "sums-4.bin"])


def test_another_sli_of_the_same_files_has_sums_of_its_own(store: Store) -> None:
    whole = SliHistory("shop", "checkout", NotCounted("not needed"))
    sums = sums_of(store, whole)
    groups = sums.groups(SPAN, cuts_of([], SPAN))
    assert groups is not None
    assert [(group.labels, group.total.tolist()) for group in groups] == [({}, [0, 180, 600])]
    assert sums.path != sums_of(store).path


def test_sums_beside_the_files_of_another_query_are_refused(tmp_path: Path) -> None:
    counters = DatadogQueries((("good", "a"), ("total", "b")))
    sli = SliHistory("shop", "checkout", counters)
    others = DatadogQueries((("good", "c"), ("total", "d")))
    definitions = [Definition.of_queries(queries, ()) for queries in (counters, others)]
    store = Store(tmp_path / "store")
    for definition in definitions:
        month = Month(span=SPAN.overlap(month_span(OCTOBER)) or SPAN, source="a test")
        month.replace(month.span, {column("total", ""): np.ones(60)}, month.span)
        store.family("shop", "checkout", definition).add(month)
    right, wrong = (store.family("shop", "checkout", one).folder for one in definitions)

    sums = sums_of(store, sli)
    assert sums.family.folder == right
    assert sums.groups(SPAN, cuts_of([], SPAN)) is not None
    sums.save()
    moved = sums.path.rename(wrong / sums.path.name)
    shutil.rmtree(right)
    beside = sums_of(store, sli)
    with pytest.raises(SourceError) as refused:
        beside.groups(SPAN, cuts_of([], SPAN))
    assert str(refused.value) == f"{moved} is of another query; remove it"


def test_an_slo_without_files_has_no_sums(store: Store) -> None:
    assert open_sums(StoredHistory(store), SliHistory("shop", "other", SLI.counters)) is None
    sums = sums_of(store)
    empty = TimeSpan(START - timedelta(days=90), START - timedelta(days=89))
    assert sums.groups(empty, cuts_of([], empty)) == ()


def test_a_family_folder_is_that_of_imported_counts(store: Store) -> None:
    assert isinstance(sums_of(store).family, Family)
    assert sums_of(store).family.folder == store.folder / "shop" / "checkout" / "counts"
