"""Files of the store as other tools read them, and which of them belong to a family."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
import pytest

from reliability.errors import SourceError
from reliability.history.definition import Definition
from reliability.history.month import Column, Month, month_span
from reliability.history.parquet import DamagedError, read_header, read_month, write_month
from reliability.history.roles import roles_of
from reliability.history.series import NoHistory
from reliability.history.sli import (
    Counters,
    DatadogQueries,
    Evaluated,
    NotCounted,
    SliHistory,
    Term,
)
from reliability.history.sources.direct import DirectHistory
from reliability.history.sources.stored import StoredHistory, month_reader
from reliability.history.store import Store
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.history.fakes import GOOD, SHOP, TOTAL, MadeUp, counter, counters, hours, sli

MINUTE: Final = timedelta(minutes=1)
START: Final = datetime(2026, 9, 29, tzinfo=UTC)
SEPTEMBER: Final = date(2026, 9, 1)
NAN: Final = float("nan")


def span(first: int, last: int) -> TimeSpan:
    return TimeSpan(START + first * MINUTE, START + last * MINUTE)


def column(index: int = 0, /, **labels: str) -> Column:
    return Column(index, tuple(sorted(labels.items())))


def month(*values: float, first: int = 0, source: str = "a test", **more: list[float]) -> Month:
    """Minutes of all events; `bad`, `good_b` and the like are further columns, of zone b."""
    rows = span(first, first + len(values))
    columns = {column(__name__="total"): np.array(values)} if values else {}
    for name, counts in more.items():
        role, _, zone = name.partition("_")
        labels = {"__name__": role, "zone": zone} if zone else {"__name__": role}
        columns[column(**labels)] = np.array(counts)
        rows = span(first, first + len(counts))
    interval = timedelta(seconds=30)
    return Month(span=rows, columns=columns, covered=(rows,), source=source, interval=interval)


def metadata(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(pq.read_schema(path).metadata[b"reliability"])
    return found


def test_a_file_says_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "2026-09.000001.part"
    path.parent.mkdir(parents=True)
    written = Month(
        span=span(0, 3),
        columns={
            column(1, code="500", __name__="x"): np.array([1.0, NAN, 0.5]),
            column(0, zone='a"b'): np.array([NAN, 2.0, 3.0]),
        },
        covered=(span(0, 1), span(2, 3)),
        source="prometheus http://p",
        through=7,
        interval=timedelta(seconds=15),
    )
    definition = Definition.of(counters(GOOD, TOTAL), ["zone"])
    write_month(path, written, "checkout", definition)
    schema = pq.read_schema(path)
    assert [(field.name, str(field.type), field.nullable) for field in schema] == [
        ("minute", "timestamp[ms, tz=UTC]", False),
        (r'0{zone="a\"b"}', "double", True),
        ('1{__name__="x",code="500"}', "double", True),
    ]
    assert [field.metadata for field in schema][1:] == [
        {b"selector": b"0", b"labels": rb'{"zone": "a\"b"}'},
        {b"selector": b"1", b"labels": b'{"__name__": "x", "code": "500"}'},
    ]
    assert metadata(path) == {
        "version": 2,
        "slo": "checkout",
        "unit": "events in the minute that begins at `minute`",
        "step_seconds": 60,
        "source": "prometheus http://p",
        "definition": {
            "selectors": ['requests_total{job="shop"}'],
            "keep": ["__name__", "code", "job", "zone"],
        },
        "checksum": definition.checksum,
        "rows": ["2026-09-29T00:00:00+00:00", "2026-09-29T00:03:00+00:00"],
        "covered": [
            ["2026-09-29T00:00:00+00:00", "2026-09-29T00:01:00+00:00"],
            ["2026-09-29T00:02:00+00:00", "2026-09-29T00:03:00+00:00"],
        ],
        "through": 7,
        "interval_seconds": 15.0,
    }
    table = pq.read_table(path).to_pydict()
    assert [minute.isoformat() for minute in table.pop("minute")] == [
        f"2026-09-29T00:0{minute}:00+00:00" for minute in range(3)
    ]
    assert [*table.values()] == [[None, 2.0, 3.0], [1.0, None, 0.5]]
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]

    header = read_header(path)
    assert (header.rows, header.covered, header.through) == (span(0, 3), written.covered, 7)
    assert (header.definition, header.interval) == (definition, timedelta(seconds=15))
    read = read_month(path, lambda one: one.selector == 1)
    assert {key: values.tolist() for key, values in read.columns.items()} == {
        column(1, code="500", __name__="x"): pytest.approx([1.0, NAN, 0.5], nan_ok=True)
    }
    assert (read.span, read.covered, read.source, read.through, read.interval) == (
        *(span(0, 3), written.covered, "prometheus http://p", 7, timedelta(seconds=15)),
    )


def test_imported_counts_have_neither_a_definition_nor_an_interval(tmp_path: Path) -> None:
    path = tmp_path / "2026-09.parquet"
    counts = month(1.0)
    counts.interval = None
    write_month(path, counts, "checkout", None)
    found = metadata(path)
    assert (found["definition"], found["checksum"], found["interval_seconds"]) == (
        *(None, "counts", None),
    )
    header = read_header(path)
    assert (header.definition, header.interval, header.through) == (None, None, 0)


ABSENT: Final = "absent"


@pytest.mark.parametrize(
    ("definition", "checksum"),
    [
        (Definition.of(counters(GOOD, TOTAL)), "4e6f45ab"),
        (Definition.of(counters(GOOD, TOTAL), ["zone"]), "6399a197"),
        (
            Definition.of_queries(DatadogQueries((("good", "a"), ("total", "b"))), ["b", "a"]),
            "b3d5ad39",
        ),
        (Definition.of_queries(Evaluated("total", "ratio", "why"), ()), "953e3924"),
    ],
)
def test_the_folder_of_a_definition_never_changes(definition: Definition, checksum: str) -> None:
    """A change here makes every store fetch everything again."""
    assert definition.checksum == checksum


def rewritten(path: Path, **values: object) -> None:
    """Write a file with other metadata, or without a key."""
    table = pq.read_table(path)
    changed = metadata(path) | values
    kept = {key: value for key, value in changed.items() if value != ABSENT}
    pq.write_table(table.replace_schema_metadata({b"reliability": json.dumps(kept)}), path)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"version": 3}, "{path} has version 3, and 2 is the newest that is read here; upgrade "),
        ({"version": 0}, "{path} cannot be read: version 0, and 1 is the oldest read here; run "),
        (
            {"rows": ["2026-09-29T00:00:00+00:00", "2026-09-29T00:04:00+00:00"]},
            "{path} cannot be read: it has not as many rows as it says; run ",
        ),
        ({"rows": ["today", "now"]}, "{path} cannot be read: Invalid isoformat string: 'today'; "),
        ({"version": ABSENT}, "{path} cannot be read: 'version'; run `reliability history pull`, "),
        ({"source": ABSENT}, "{path} cannot be read: 'source'; run `reliability history pull`, "),
    ],
)
def test_a_file_of_another_form_is_not_read(
    tmp_path: Path, values: dict[str, object], why: str
) -> None:
    path = tmp_path / "2026-09.000001.part"
    write_month(path, month(1.0, 2.0, 3.0), "checkout", None)
    rewritten(path, **values)
    with pytest.raises(SourceError) as refused:
        read_month(path, lambda _: True)
    assert str(refused.value).startswith(why.format(path=path))
    assert isinstance(refused.value, DamagedError) == (values != {"version": 3})
    if "version" in values:
        with pytest.raises(SourceError, match="version"):
            read_header(path)


def test_a_file_of_the_first_version_is_a_whole_month(tmp_path: Path) -> None:
    path = tmp_path / "2026-09.parquet"
    whole = month_span(SEPTEMBER)
    write_month(path, Month(span=whole, covered=(span(0, 3),), source="old"), "checkout", None)
    rewritten(path, version=1, rows=ABSENT, through=ABSENT, interval_seconds=ABSENT)
    found = read_month(path, lambda _: True)
    assert (found.span, found.through, found.interval) == (whole, 0, None)
    assert found.covered == (span(0, 3),)


def test_other_files_beside_a_family_are_not_of_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.family("shop", "checkout", None).add(month(1.0, 2.0))
    above = store.slo_folder("shop", "checkout")
    (above / "notes.txt").write_text("a note")
    (above / "empty").mkdir()
    (above / "counts" / "notes.txt").write_text("a note")
    assert [family.folder.name for family in store.families("shop", "checkout")] == ["counts"]
    assert [family.slo for family in store.every_family()] == ["checkout"]
    assert [*store.families("shop", "other")] == []
    (store.folder / "team").write_text("a file")
    assert store.folders("team", "checkout") == []
    assert store.set_aside("shop", "checkout") == [*store.set_aside_everywhere()] == []


def test_names_are_one_folder_each(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert store.slo_folder("a/..", "é .") == tmp_path / "store" / "a%2F%2E%2E" / "%C3%A9%20%2E"
    store.family("a/..", "b.c", None).add(month(1.0))
    [family] = store.every_family()
    assert (family.slo, family.definition) == ("b.c", None)


def test_an_sli_is_pulled_into_a_family_that_answers_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    wide = sli(GOOD, TOTAL)
    assert isinstance(wide.counters, Counters)
    first, definition = store.family_for(wide, wide.counters, ["zone"])
    first.add(month(1.0))
    store.family("shop", "checkout", None).add(month(1.0))
    narrow = counters('requests_total{job="shop",code="200"}', TOTAL)
    for labels, by, is_first in (
        ((), (), True),
        (("zone",), (), True),
        (("pod",), (), False),
        ((), ("zone", "code"), True),
        ((), ("pod",), False),
    ):
        asked = SliHistory("shop", "checkout", narrow, by)
        family, found = store.family_for(asked, narrow, labels)
        assert (family.folder == first.folder, found == definition) == (is_first, is_first)
        assert {*labels, *by} <= set(found.keep)
    other = counters('other_total{code="200"}', "other_total")
    family, found = store.family_for(SliHistory("shop", "checkout", other), other, ())
    assert family.folder == store.slo_folder("shop", "checkout") / found.checksum


def test_the_definition_of_a_family_is_in_any_of_its_files(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    definition = Definition.of(counters(GOOD, TOTAL))
    family = store.family("shop", "checkout", definition)
    family.add(month(1.0))
    (family.folder / "2026-08.parquet").write_bytes(b"not Parquet")
    assert [found.definition for found in store.families("shop", "checkout")] == [definition]
    [part] = family.folder.glob("*.part")
    part.unlink()
    with pytest.raises(DamagedError, match=r"2026-08\.parquet cannot be read"):
        list(store.families("shop", "checkout"))


def test_files_are_removed_when_their_month_has_ended(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    family = store.family("shop", "checkout", None)
    family.add(month(1.0))
    (family.folder / "sums-a.bin").write_bytes(b"")
    before = START.date() - timedelta(days=40)
    assert [*store.prune(before, allow=True)] == [*store.prune(date(2026, 9, 30), allow=True)] == []
    assert (family.folder / "sums-a.bin").exists()
    removed = [path.name for path in store.prune(date(2026, 10, 1), allow=True)]
    assert removed == ["2026-09.000001.part"]
    assert not family.folder.exists()
    assert store.slo_folder("shop", "checkout").exists()


def known(parts: list[Month], of: SliHistory, wanted: TimeSpan, store: Store) -> list[Any]:
    for part in parts:
        store.family("shop", "checkout", None).add(part)
    found = StoredHistory(store).series(of, wanted)
    if isinstance(found, NoHistory):
        return [found.reason]
    return [
        (one.labels, one.bad.tolist(), one.total.tolist(), one.known.tolist(), one.source)
        for one in found
    ]


COUNTED: Final = NotCounted("it is a gauge")


@pytest.mark.parametrize(
    ("parts", "by", "wanted"),
    [
        (
            [month(4.0, NAN, 6.0, 0.0, bad=[1.0, 2.0, NAN, 0.0])],
            (),
            [({}, [1.0, 0.0, 0.0, 0.0], [4.0, 0.0, 6.0, 0.0], [True, False, True, True], "a test")],
        ),
        (
            [month(4.0, NAN, 6.0, good=[1.0, 2.0, NAN])],
            (),
            [
                ({}, [3.0, 0.0, 6.0, 0.0], [4.0, 0.0, 6.0, 0.0], [True, False, True, False],
                 "a test"),
            ],
        ),
        (
            [month(4.0, first=1, source="one"), month(5.0, first=3, source="two")],
            (),
            [({}, [0.0] * 4, [0.0, 4.0, 0.0, 5.0], [False, True, False, True], "two")],
        ),
        (
            [month(total_b=[4.0, NAN], total_a=[NAN, 3.0], bad_b=[2.0, NAN], bad_c=[9.0, NAN])],
            ("zone",),
            [
                ({"zone": "a"}, [0.0] * 4, [0.0, 3.0, 0.0, 0.0], [False, True, False, False],
                 "a test"),
                ({"zone": "b"}, [2.0, 0.0, 0.0, 0.0], [4.0, 0.0, 0.0, 0.0],
                 [True, False, False, False], "a test"),
            ],
        ),
        ([], (), ["it is a gauge"]),
    ],
)  # fmt: skip
def test_minutes_of_the_store(
    tmp_path: Path, parts: list[Month], by: tuple[str, ...], wanted: list[Any]
) -> None:
    store = Store(tmp_path / "store")
    assert known(parts, SliHistory("shop", "checkout", COUNTED, by), span(0, 4), store) == wanted


def test_why_the_store_has_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    nothing = [
        "no data in the store; run `reliability history pull` or `reliability history import`"
    ]
    assert known([], SHOP, span(0, 4), store) == nothing
    assert known([month(1.0)], SHOP, span(60 * 24 * 60, 60 * 24 * 60 + 1), store) == [
        "no data in the store for this time span; run `reliability history pull`"
    ]
    other = Store(tmp_path / "other")
    queries = DatadogQueries((("good", "a"), ("total", "b")))
    other.family("shop", "checkout", Definition.of_queries(queries, ())).add(month(1.0))
    assert known([], SHOP, span(0, 4), other) == [
        "the stored data is from another query; run `reliability history pull`"
    ]
    assert known([], SliHistory("shop", "checkout", COUNTED), span(0, 4), other) == [
        "it is a gauge"
    ]
    assert StoredHistory(store).description == "store: store"
    assert not StoredHistory(store).is_made_up


def test_only_columns_with_a_role_are_read(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    definition = Definition.of(counters(GOOD, TOTAL))
    family = store.family("shop", "checkout", definition)
    part = month(1.0)
    labels = ({"job": "shop", "code": "200"}, {"job": "shop", "code": "500"}, {"job": "other"})
    part.columns = {column(__name__="requests_total", **each): np.array([2.0]) for each in labels}
    family.add(part)
    for of, codes in (
        (SHOP, {"200", "500"}),
        (sli(TOTAL, 'requests_total{job="shop",code="500"}'), {"200", "500"}),
        (sli('requests_total{job="shop",code="500"}', 'requests_total{code="500",job="shop"}'),
         {"500"}),
    ):  # fmt: skip
        roles = roles_of(definition, of)
        assert roles is not None
        read = month_reader(family, roles)(SEPTEMBER)
        assert read is not None
        assert {dict(one.labels)["code"] for one in read.columns} == codes


def direct(of: SliHistory) -> list[Any]:
    """Minutes of samples of three counters: zone a fails now and then, b never, c has no total."""
    held = [
        counter([(0, 0), (60, 4), (120, 4)], code="200", zone="a"),
        counter([(0, 0), (60, 1), (120, 4)], code="500", zone="a"),
        counter([(60, 5), (120, 8)], code="200", zone="b"),
    ]
    found = DirectHistory(MadeUp(held)).series(of, hours(0, 2 / 60))
    if isinstance(found, NoHistory):
        return [found.reason]
    return [(one.labels, one.bad.tolist(), one.total.tolist(), one.known.tolist()) for one in found]


def test_minutes_straight_from_samples() -> None:
    bad = 'requests_total{job="shop",code="500"}'
    total = (Term(Selector.parse(TOTAL), 1),)
    failing = Counters("bad", (Term(Selector.parse(bad), 1),), total)
    apart = [
        ({"zone": "a"}, [1.0, 3.0], [5.0, 3.0], [True, True]),
        ({"zone": "b"}, [0.0, 0.0], [0.0, 3.0], [False, True]),
    ]
    assert direct(sli(GOOD, TOTAL, ("zone",))) == apart
    assert direct(SliHistory("shop", "checkout", failing, ("zone",))) == apart
    assert direct(SHOP) == [({}, [1.0, 3.0], [5.0, 6.0], [True, True])]
    without = Counters("bad", (), (*total, Term(Selector.parse(bad), -1)))
    assert direct(SliHistory("shop", "checkout", without)) == [
        ({}, [0.0, 0.0], [4.0, 3.0], [True, True])
    ]
    assert direct(sli(GOOD, "other_total")) == [
        "the samples hold nothing that its query selects in this span"
    ]
    assert direct(SliHistory("shop", "checkout", COUNTED)) == ["it is a gauge"]
    assert direct(SliHistory("shop", "checkout", DatadogQueries(()))) == [
        "its queries are Datadog's, and these are samples of Prometheus"
    ]
    history = DirectHistory(MadeUp([]))
    assert (history.description, history.is_made_up) == ("made up", False)
