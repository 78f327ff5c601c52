"""What holds for all history: it may be cut, stopped and stored anywhere without a difference."""

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.arrays import FloatArray
from reliability.errors import SourceError
from reliability.history.covered import chunks, merged, missing
from reliability.history.definition import Definition
from reliability.history.increments import increments
from reliability.history.month import Column, Month, month_span
from reliability.history.pull import Pace, pull
from reliability.history.sources.stored import StoredHistory
from reliability.history.store import Store
from reliability.promql.samples import Counter
from reliability.timespan import MINUTE, TimeSpan
from tests.history.fakes import GOOD, SHOP, START, TOTAL, MadeUp, counter, counters, hours, samples

HOURS = 60
"""From the 29th of September into October, so that two months are written."""

STEPS = st.one_of(st.integers(0, 30), st.just(-1))
"""By how much a counter grew; -1 for a restart."""


@st.composite
def points(draw: st.DrawFn, most: int = 200) -> list[tuple[float, float]]:
    """A counter's samples: any distance, restarts, gaps of hours."""
    value, at, result = 5.0, draw(st.floats(0, 3 * 3600)), []
    distances = st.sampled_from([15.0, 30.0, 60.0, 61.5, 299.0, 600.0, 601.0, 4 * 3600.0])
    for _ in range(draw(st.integers(0, most))):
        step = draw(STEPS)
        value = 0.0 if step < 0 else value + step
        result.append((at, value))
        at += draw(distances)
    return result


@st.composite
def fleets(draw: st.DrawFn) -> list[Counter]:
    """A few counters that differ in code and instance."""
    kinds = [("200", "a"), ("200", "b"), ("500", "a")]
    chosen = draw(st.lists(st.sampled_from(kinds), unique=True, max_size=3))
    return [counter(draw(points(60)), code=code, instance=at) for code, at in chosen]


@given(points(), st.integers(1, HOURS * 60 - 1))
def test_increments_do_not_depend_on_where_a_span_is_cut(
    of: list[tuple[float, float]], cut: int
) -> None:
    read = samples(of)
    whole = hours(0, HOURS)
    middle = whole.start + cut * MINUTE
    parts = [
        increments(read, TimeSpan(*ends)) for ends in ((whole.start, middle), (middle, whole.end))
    ]
    np.testing.assert_array_equal(increments(read, whole), np.concatenate(parts))


@given(points())
def test_every_increment_of_close_samples_is_booked_once(of: list[tuple[float, float]]) -> None:
    booked = increments(samples(of), hours(0, 24 * 60))
    expected = 0.0
    for (before, earlier), (after, later) in itertools.pairwise(of):
        if round(after * 1000) - round(before * 1000) <= 600_000:
            expected += later if later < earlier else later - earlier
    assert np.nansum(booked) == expected


@settings(max_examples=20, deadline=None)
@given(fleets(), st.integers(0, 12), st.sampled_from([1, 5, 6, 24]), st.integers(1, 3))
def test_a_pull_that_was_stopped_ends_as_one_that_was_not(
    fleet: list[Counter], answers: int, chunk_hours: int, threads: int
) -> None:
    with stores() as (stopped, straight):
        pace = Pace(timedelta(hours=chunk_hours), threads)
        family, definition = stopped.family_for(SHOP, counters(GOOD, TOTAL), ())
        try:
            pull(family, definition, MadeUp(fleet, answers), hours(0, HOURS), pace)
        except SourceError:
            assert answers < HOURS / chunk_hours + 3
        pull(family, definition, MadeUp(fleet), hours(0, HOURS), pace)
        other, _ = straight.family_for(SHOP, counters(GOOD, TOTAL), ())
        once = Pace(timedelta(hours=48), 1)
        pull(other, definition, MadeUp(fleet), hours(0, HOURS), once)
        assert_same_history(stopped, straight)


def assert_same_history(one: Store, other: Store) -> None:
    found, expected = (StoredHistory(each).series(SHOP, hours(0, HOURS)) for each in (one, other))
    assert isinstance(found, tuple) == isinstance(expected, tuple)
    if isinstance(found, tuple) and isinstance(expected, tuple):
        assert len(found) == len(expected)
        for mine, theirs in zip(found, expected, strict=True):
            np.testing.assert_array_equal(mine.bad, theirs.bad)
            np.testing.assert_array_equal(mine.total, theirs.total)
            np.testing.assert_array_equal(mine.known, theirs.known)


@contextmanager
def stores() -> Iterator[tuple[Store, Store]]:
    """Two empty stores."""
    with tempfile.TemporaryDirectory() as folder:
        yield Store(Path(folder) / "one"), Store(Path(folder) / "other")


LABELS = st.dictionaries(
    st.sampled_from(["__name__", "code", "region"]), st.text(max_size=8), max_size=3
).map(lambda labels: tuple(sorted(labels.items())))
COLUMNS = st.builds(Column, st.integers(0, 3), LABELS)
SPANS = st.tuples(st.integers(0, 1000), st.integers(1, 500)).map(
    lambda pair: TimeSpan(START + pair[0] * MINUTE, START + (pair[0] + pair[1]) * MINUTE)
)


def drawn(seed: int, minutes: int) -> FloatArray:
    random = np.random.default_rng(seed)
    values = random.integers(0, 2**53, minutes).astype(np.float64)
    values[random.random(minutes) < 0.3] = np.nan
    return values


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(COLUMNS, st.integers(0, 99), max_size=4))
def test_what_is_stored_is_read_back(columns: dict[Column, int]) -> None:
    with stores() as (store, _):
        definition = Definition.of(counters(GOOD, TOTAL))
        family = store.family("shop", "checkout", definition)
        month = Month(span=month_span(START.date().replace(day=1)), source="a test")
        minutes = month.span.steps(MINUTE)
        month.columns = {column: drawn(seed, minutes) for column, seed in columns.items()}
        month.covered = (month.span,)
        family.add(month)
        family.compact()
        read = family.read(START.date().replace(day=1))
        assert read is not None
        assert read.columns.keys() == month.columns.keys()
        for column, values in read.columns.items():
            np.testing.assert_array_equal(values, month.columns[column])
        assert (read.covered, read.source) == (month.covered, month.source)
        assert [each.definition for each in store.families("shop", "checkout")] == [definition]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(SPANS, st.integers(0, 99), st.booleans()), min_size=1, max_size=6))
def test_parts_are_the_same_before_and_after_compaction(
    pieces: list[tuple[TimeSpan, int, bool]],
) -> None:
    """Each part stands for its span, whatever was there, whenever it was taken in."""
    first = START.date().replace(day=1)
    expected = Month(span=month_span(first))
    with stores() as (store, _):
        family = store.family("shop", "checkout", Definition.of(counters(GOOD, TOTAL)))
        for span, seed, is_compacted in pieces:
            column = Column(0, (("code", str(seed % 3)),))
            part = Month(
                span=span,
                columns={column: drawn(seed, span.steps(MINUTE))},
                covered=(span,),
                source="a test",
            )
            expected.replace(span, part.columns, span)
            family.add(part)
            assert_same_month(family.read(first), expected)
            if is_compacted:
                assert family.compact() == 1
                assert_same_month(family.read(first), expected)
        assert family.covered(expected.span) == expected.covered


def assert_same_month(found: Month | None, expected: Month) -> None:
    assert found is not None
    assert found.covered == expected.covered
    for column, values in expected.columns.items():
        np.testing.assert_array_equal(found.columns[column], values)
    assert found.columns.keys() == expected.columns.keys()


@given(SPANS, st.lists(SPANS, max_size=5))
def test_what_is_missing_and_what_is_covered_are_the_whole(
    wanted: TimeSpan, covered: list[TimeSpan]
) -> None:
    holes = list(missing(wanted, covered))
    inside = [part for each in merged(covered) if (part := each.overlap(wanted))]
    assert merged((*holes, *inside)) == (wanted,)
    assert not any(hole.overlap(each) for hole in holes for each in inside)


@given(SPANS, st.integers(1, 300))
def test_chunks_are_a_span_without_a_gap(span: TimeSpan, minutes: int) -> None:
    cut = list(chunks(span, minutes * MINUTE))
    assert merged(cut) == (span,)
    assert sum((each.length for each in cut), timedelta(0)) == span.length
    assert all(each.length <= minutes * MINUTE for each in cut)
