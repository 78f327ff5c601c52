"""Figures from stored sums equal those from minutes, whatever the store holds and when it changed.

Spans cross the borders of months, the end of daylight saving time in Berlin (2026-10-25), gaps,
counter columns that begin late, groups, corrected time and calendar weeks of another zone.
"""

import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reliability.arrays import FloatArray
from reliability.backtest.firing import ReplayTerms
from reliability.backtest.slis import sli_history
from reliability.history.definition import Definition
from reliability.history.family import Family
from reliability.history.month import Column, Month, month_span, months
from reliability.history.sli import Counters
from reliability.history.sources.stored import StoredHistory
from reliability.history.sources.summed import open_sums
from reliability.history.store import Store
from reliability.pipeline import load_repository
from reliability.resolve.objectives import Objective, objectives
from reliability.review.gate.figures import figures
from reliability.site import counting
from reliability.site.counting import CountTerms, ObjectiveCounts, StoredCounts
from reliability.site.days import ObjectivePast
from reliability.timespan import DAY, MINUTE, TimeSpan
from tests.benchmarks.fleet import write_fleet
from tests.project.repository import ROOT

AT: Final = datetime(2026, 11, 5, tzinfo=UTC)
SHOWN: Final = TimeSpan(AT - 20 * DAY, AT)
STORED: Final = TimeSpan(AT - 40 * DAY, AT)
ROLLING: Final = "- {duration: 30d, isRolling: true}"
CALENDAR: Final = """- duration: 1w
      calendar: {startTime: "2026-09-07 00:00:00", timeZone: Europe/Berlin}"""
CORRECTIONS: Final = """\
apiVersion: reliability/v1
kind: Corrections
metadata: {name: corrections}
spec:
  service: service-00000
  corrections:
    - {start: 2026-10-28T10:07:30Z, end: 2026-10-31T23:59:10Z, reason: a test of load}
"""


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> list[Objective]:
    """One SLI with a rolling period, with calendar weeks, and by group with corrected time."""
    found: list[Objective] = []
    for number, window in enumerate(("- {duration: 4d, isRolling: true}", CALENDAR, ROLLING)):
        root = tmp_path_factory.mktemp(f"form-{number}")
        write_fleet(root, 1, ROOT / "policies")
        folder = root / "services" / "service-00000"
        text = (folder / "slo.yaml").read_text().replace(ROLLING, window)
        if number == 2:
            text = text.replace(
                "  annotations:\n", "  annotations:\n    reliability/group-by: region\n"
            )
            (folder / "corrections.yaml").write_text(CORRECTIONS)
        (folder / "slo.yaml").write_text(text)
        found.extend(objectives(load_repository(root).catalog))
    assert [len(form.group_by) for form in found] == [0, 0, 1]
    return found


@st.composite
def parts(draw: st.DrawFn, span: TimeSpan) -> list[Month]:
    """Minutes by code and region of each month of a span, with outages and gaps anywhere."""
    dice = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    columns = [("200", "eu"), ("500", "eu"), *draw(st.sets(st.sampled_from(OTHERS)))]
    outages = draw(st.lists(st.tuples(st.integers(0, 57_600), st.integers(1, 4_000)), max_size=4))
    busy = draw(st.sampled_from((0.5, 30.0, 2_000.0)))
    interval = draw(st.sampled_from((None, timedelta(seconds=15), timedelta(seconds=60))))
    written: list[Month] = []
    for first, part in months(span):
        month = Month(span=month_span(first), covered=(part,), source="drawn", interval=interval)
        here = month.part(part)
        steps = np.arange(part.steps(MINUTE)) + (part.start - STORED.start) // MINUTE
        for code, region in columns:
            if draw(st.integers(0, 5)) == 0:
                continue  # this month has no such column
            rate = np.full(len(steps), busy if code == "200" else busy / 3_000)
            for start, length in outages:
                if code == "500":
                    rate[(steps >= start) & (steps < start + length)] = busy / 4
            values: FloatArray = np.full(month.span.steps(MINUTE), np.nan)
            values[here] = dice.poisson(rate)
            gap = draw(st.integers(0, len(steps) - 1))
            values[here][gap : gap + draw(st.sampled_from((0, 30, 3_000)))] = np.nan
            labels = {"__name__": "http_requests_total", "code": code, "job": "service-00000"}
            month.columns[Column(0, tuple(sorted({**labels, "region": region}.items())))] = values
        written.append(month)
    return written


OTHERS: Final = (("200", "us"), ("500", "us"), ("404", "eu"))


def terms_of(source: StoredHistory, at: datetime) -> CountTerms:
    shown = TimeSpan(at - SHOWN.length, at)
    return CountTerms(
        source=source,
        shown=shown,
        whole=shown.extended(12 * DAY),
        at=at,
        replay=ReplayTerms(TimeSpan(at - 15 * DAY, at)),
        warm_up=3 * DAY,
        incidents=(),
    )


def assert_equal(sums: ObjectiveCounts, minutes: ObjectiveCounts, terms: CountTerms) -> None:
    shown = terms.shown
    assert figures(sums.status) == figures(minutes.status)
    assert sums.replayed == minutes.replayed
    assert [group.labels for group in sums.groups] == [group.labels for group in minutes.groups]
    for one, other in zip(sums.groups, minutes.groups, strict=True):
        for moment in counting.needed_cuts(minutes.objective, terms):
            if shown.start <= moment <= shown.end:
                span = TimeSpan(shown.start, moment)
                assert one.within(span) == other.within(span)
    if minutes.groups:
        past = ObjectivePast.of(sums.objective, sums.groups)
        expected = ObjectivePast.of(minutes.objective, minutes.groups)
        np.testing.assert_array_equal(past.days(shown).spent, expected.days(shown).spent)
        np.testing.assert_array_equal(past.days(shown).remaining, expected.days(shown).remaining)
        assert past.periods(shown) == expected.periods(shown)
        for number in (1, 7, 13, 20):
            day = (shown.end - number * DAY).date()
            np.testing.assert_array_equal(sums.day(day), minutes.day(day))


@settings(max_examples=15)
@given(data=st.data())
def test_figures_from_stored_sums_equal_figures_from_minutes(
    forms: list[Objective], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = StoredHistory(Store(Path(folder)))
        objective = data.draw(st.sampled_from(forms))
        family = family_of(source, objective)
        for month in data.draw(parts(STORED)):
            family.add(month)
        compare(objective, source, AT)
        compare(objective, source, AT)  # from the sums that were just stored

        # New data replaces old, and a day passes.
        late = TimeSpan(AT - 2 * DAY, AT + DAY)
        for month in data.draw(parts(late)):
            family.add(month)
        family.compact()
        compare(objective, source, AT + DAY)


def family_of(source: StoredHistory, objective: Objective) -> Family:
    sli = sli_history(objective)
    definition = Definition.of(cast(Counters, sli.counters), ("region",))
    return source.store.family(sli.service, sli.slo, definition)


def compare(objective: Objective, source: StoredHistory, at: datetime) -> None:
    terms = terms_of(source, at)
    minutes = counting._from_minutes(objective, terms)
    sums = counting.counts_of(objective, terms)
    assert_equal(sums, minutes, terms)
    sums.save()


def test_sums_are_made_again_if_they_are_damaged_or_minutes_changed(
    forms: list[Objective], tmp_path: Path
) -> None:
    source = StoredHistory(Store(tmp_path))
    family = family_of(source, forms[0])
    whole = TimeSpan(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    labels = (("__name__", "http_requests_total"), ("code", "200"), ("job", "service-00000"))
    month = Month(span=whole, covered=(whole,), source="written")
    month.columns[Column(0, labels)] = np.ones(whole.steps(MINUTE))
    family.add(month)

    assert isinstance(counting.counts_of(forms[0], terms_of(source, AT)), StoredCounts)
    compare(forms[0], source, AT)
    (stored,) = family.folder.glob("sums-*.bin")
    whole_file = stored.read_bytes()
    opened = open_sums(source, sli_history(forms[0]))
    assert opened is not None
    assert [*opened.known] == [date(2026, 10, 1)]

    flipped = bytes((*whole_file[:-1], whole_file[-1] ^ 1))
    for torn in (whole_file[:100], b"", flipped, b"another file"):
        stored.write_bytes(torn)
        opened = open_sums(source, sli_history(forms[0]))
        assert opened is not None
        assert not opened.known
        compare(forms[0], source, AT)
        assert stored.read_bytes() == whole_file

    # The same content with another time, as from a restored cache, is not read again.
    (part,) = family.folder.glob("*.part")
    content = part.read_bytes()
    part.unlink()
    part.write_bytes(content)
    opened = open_sums(source, sli_history(forms[0]))
    assert opened is not None
    assert [*opened.known] == [date(2026, 10, 1)]

    month.columns[Column(0, labels)] = np.full(whole.steps(MINUTE), 2.0)
    family.add(replace(month))
    opened = open_sums(source, sli_history(forms[0]))
    assert opened is not None
    assert not opened.known
    compare(forms[0], source, AT)

    assert [path.name for path in source.store.prune(date(2026, 12, 1), allow=True)]
    assert not family.folder.exists()
