"""Filling the store: resets, gaps, late samples, and SLIs that change."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from reliability.errors import SourceError
from reliability.history.pull import MAX_LABEL_SETS, Pace, pull
from reliability.history.series import NoHistory, Series
from reliability.history.sli import Counters, SliHistory
from reliability.history.sources.stored import StoredHistory
from reliability.history.store import Store
from reliability.promql.samples import Counter
from reliability.timespan import TimeSpan
from tests.history.fakes import GOOD, SHOP, START, TOTAL, MadeUp, counter, hours, sli

PACE = Pace(timedelta(hours=1), 2)
DAY = hours(0, 24)


def fill(
    store: Store,
    held: Sequence[Counter],
    of: SliHistory = SHOP,
    span: TimeSpan = DAY,
    keep: tuple[str, ...] = (),
) -> list[TimeSpan]:
    """Pull, and tell which spans were asked for."""
    assert isinstance(of.counters, Counters)
    family, definition = store.family_for(of, of.counters, keep)
    reader = MadeUp(held)
    pull(family, definition, reader, span, PACE)
    return reader.asked


def read(store: Store, of: SliHistory = SHOP, span: TimeSpan = DAY) -> Series:
    found = StoredHistory(store).series(of, span)
    assert not isinstance(found, NoHistory), found
    [series] = found
    return series


def every_minute(values: Sequence[float], first: int = 0, **labels: str) -> Counter:
    return counter([(60.0 * (first + n), value) for n, value in enumerate(values)], **labels)


def test_each_increment_is_booked_to_the_minute_of_its_later_sample(tmp_path: Path) -> None:
    fill(Store(tmp_path), [every_minute([7, 7, 10, 10, 14], code="200")])
    assert read(Store(tmp_path)).total[:5].tolist() == [0, 3, 0, 4, 0]


def test_after_a_reset_all_that_the_counter_shows_is_new(tmp_path: Path) -> None:
    fill(Store(tmp_path), [every_minute([90, 95, 2, 6], code="200")])
    assert read(Store(tmp_path)).total[:3].tolist() == [5, 2, 4]


def test_resets_of_one_instance_do_not_touch_the_other(tmp_path: Path) -> None:
    one = every_minute([90, 95, 2, 6], code="200", instance="a")
    other = every_minute([10, 20, 30, 40], code="200", instance="b")
    fill(Store(tmp_path), [one, other])
    assert read(Store(tmp_path)).total[:3].tolist() == [15, 12, 14]


def test_a_gap_is_a_gap_and_not_a_quiet_time(tmp_path: Path) -> None:
    before, after = every_minute([10, 11]), every_minute([90, 92], first=30)
    points = Counter(
        before.labels,
        type(before.samples)(
            np.concatenate([before.samples.times, after.samples.times]),
            np.concatenate([before.samples.values, after.samples.values]),
        ),
    )
    fill(Store(tmp_path), [points])
    series = read(Store(tmp_path))
    assert np.flatnonzero(series.known).tolist() == [0, 30]
    assert series.total.sum() == 3


def test_scrapes_every_five_minutes_leave_no_gap(tmp_path: Path) -> None:
    slow = counter([(300.0 * n, 4.0 * n) for n in range(13)])
    fill(Store(tmp_path), [slow])
    series = read(Store(tmp_path))
    assert np.flatnonzero(series.known).tolist() == list(range(60))
    assert series.total.sum() == 48


def test_a_value_that_is_no_number_is_no_sample(tmp_path: Path) -> None:
    fill(Store(tmp_path), [every_minute([10, float("nan"), 13, 14])])
    assert read(Store(tmp_path)).total[:3].tolist() == [0, 3, 1]


def test_in_a_total_outage_without_any_good_counter_everything_failed(tmp_path: Path) -> None:
    fill(Store(tmp_path), [every_minute([0, 5, 9], code="500")])
    series = read(Store(tmp_path))
    assert series.bad.tolist() == series.total.tolist()
    assert series.bad.sum() == 9


def test_a_selector_that_another_contains_is_not_asked_for(tmp_path: Path) -> None:
    asked = fill(Store(tmp_path), [every_minute([0, 1])], span=hours(0, 3))
    assert len(asked) == 3


def test_a_changed_matcher_on_a_label_that_was_kept_is_replayed(tmp_path: Path) -> None:
    slow_down = every_minute([0, 3], code="429")
    fill(Store(tmp_path), [slow_down, every_minute([0, 10], code="200")])
    stricter = sli('requests_total{job="shop",code!~"5..|429"}', TOTAL)
    assert (read(Store(tmp_path)).bad.sum(), read(Store(tmp_path), stricter).bad.sum()) == (0, 3)


def test_a_matcher_on_a_label_that_was_not_kept_has_no_history(tmp_path: Path) -> None:
    fill(Store(tmp_path), [every_minute([0, 3], code="200", region="eu")])
    regional = sli(GOOD, 'requests_total{job="shop",region="eu"}')
    assert StoredHistory(Store(tmp_path)).series(regional, DAY) == NoHistory(
        "the stored data is from another query; run `reliability history pull`"
    )


def test_a_label_that_history_keeps_can_be_asked_for_later(tmp_path: Path) -> None:
    eu = every_minute([0, 3], code="200", region="eu")
    us = every_minute([0, 4], code="500", region="us")
    fill(Store(tmp_path), [eu, us], keep=("region",))
    regional = sli(GOOD.replace("}", ',region="us"}'), TOTAL.replace("}", ',region="us"}'))
    series = read(Store(tmp_path), regional)
    assert (series.bad.sum(), series.total.sum()) == (4, 4)


def test_both_sides_of_a_change_that_needs_another_fetch_are_there(tmp_path: Path) -> None:
    held = [
        every_minute([0, 3], code="200", job="shop"),
        every_minute([0, 5], code="500", job="web"),
    ]
    moved = sli(GOOD.replace("shop", "web"), TOTAL.replace("shop", "web"))
    fill(Store(tmp_path), held)
    fill(Store(tmp_path), held, moved)
    assert (read(Store(tmp_path)).total.sum(), read(Store(tmp_path), moved).total.sum()) == (3, 5)


def test_each_value_of_a_group_label_is_a_series_of_its_own(tmp_path: Path) -> None:
    by_region = sli(GOOD, TOTAL, by=("region",))
    eu = every_minute([0, 3], code="200", region="eu")
    us = every_minute([0, 4], code="500", region="us")
    fill(Store(tmp_path), [eu, us], by_region)
    found = StoredHistory(Store(tmp_path)).series(by_region, DAY)
    assert isinstance(found, tuple)
    assert [(each.labels, each.bad.sum(), each.total.sum()) for each in found] == [
        ({"region": "eu"}, 0, 3),
        ({"region": "us"}, 4, 4),
    ]


def test_what_is_stored_is_not_fetched_again_but_for_the_last_hour(tmp_path: Path) -> None:
    held = [every_minute(range(2000), code="200")]
    fill(Store(tmp_path), held, span=hours(0, 10))
    asked = fill(Store(tmp_path), held, span=hours(0, 12))
    started = {each.start + timedelta(minutes=10) for each in asked}
    assert started == {START + timedelta(hours=hour) for hour in (9, 10, 11)}


def test_samples_that_came_late_are_taken_in_by_the_next_pull(tmp_path: Path) -> None:
    fill(Store(tmp_path), [every_minute(range(590), code="200")], span=hours(0, 10))
    fill(Store(tmp_path), [every_minute(range(600), code="200")], span=hours(0, 10))
    assert read(Store(tmp_path), span=hours(0, 10)).total.sum() == 599


def test_too_many_sets_of_labels_are_refused_with_a_way_out(tmp_path: Path) -> None:
    held = [every_minute([0, 1], code=str(code)) for code in range(MAX_LABEL_SETS + 1)]
    with pytest.raises(SourceError, match=r"1001 sets of labels .* keepLabels"):
        fill(Store(tmp_path), held)


def test_a_file_that_is_damaged_is_said_so(tmp_path: Path) -> None:
    fill(Store(tmp_path), [every_minute([0, 1], code="200")])
    for path in tmp_path.rglob("*.parquet"):
        path.write_bytes(b"PAR1 no longer")
    with pytest.raises(SourceError, match=r"cannot be read.*sets it aside and fetches"):
        StoredHistory(Store(tmp_path)).series(SHOP, DAY)


def test_nothing_stored_is_no_history(tmp_path: Path) -> None:
    found = StoredHistory(Store(tmp_path)).series(SHOP, DAY)
    assert isinstance(found, NoHistory)
    assert found.reason.startswith("no data in the store")


def test_a_name_that_climbs_out_of_the_store_stays_in_it(tmp_path: Path) -> None:
    folder = Store(tmp_path).family("../../etc", "checkout", None).folder
    assert folder.resolve().is_relative_to(tmp_path.resolve())
