"""Events by the minute from recorded rates: minutes, groups, gaps and their limits."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from reliability.backtest.samples.events import recorded_events
from reliability.compile.prometheus.names import ERRORS, TOTAL, SeriesNames
from reliability.history.series import NoHistory, Series
from reliability.promql.evaluate.lines import labels_of
from reliability.promql.evaluate.replay import Replay
from reliability.promql.evaluate.stored import STALE, Storage, StoredSeries
from reliability.promql.selector import Selector
from reliability.resolve.objectives import Objective, objectives
from reliability.timespan import EPOCH, MINUTE, TimeSpan
from tests.backtest.repository import catalog, policy, slo

START = datetime(2026, 9, 1, tzinfo=UTC)
SPAN = TimeSpan(START, START + 4 * MINUTE)


def objective(by: str = "") -> Objective:
    text = slo("checkout")
    if by:
        named = f"metadata: {{name: checkout, annotations: {{reliability/group-by: '{by}'}}}}"
        text = text.replace("metadata: {name: checkout}\nspec:", f"{named}\nspec:")
    [found] = objectives(catalog(text, policy("checkout")))
    return found


def recording(
    of: Objective, record: str, samples: Sequence[tuple[float, float]], **groups: str
) -> StoredSeries:
    """A recording's samples: the minute after the span's start, and the rate a second."""
    selector = Selector.parse(SeriesNames.of(of).select(record))
    own = {each.label: each.value for each in selector.matchers if each.operator == "="}
    moments = [
        (START - EPOCH + minute * MINUTE) // timedelta(milliseconds=1) for minute, _ in samples
    ]
    values = np.array([rate for _, rate in samples], dtype=np.float64)
    return StoredSeries(labels_of({**own, **groups}), np.array(moments, dtype=np.int64), values)


def events(of: Objective, *recordings: StoredSeries) -> tuple[Series, ...]:
    found = recorded_events(of, Replay((), Storage(list(recordings))), SPAN, "a server")
    assert not isinstance(found, NoHistory)
    return found


def counts(series: Series) -> tuple[list[float], list[float], list[bool]]:
    return series.bad.tolist(), series.total.tolist(), series.known.tolist()


def test_a_rate_stands_for_the_minute_that_ends_with_it() -> None:
    of = objective()
    total = recording(of, TOTAL, [(0, 7), (1, 1), (2.5, 2), (4, 0.5), (5, 7)])
    failed = recording(of, ERRORS, [(0, 7), (1, 0.5), (3, 4), (4, 0.25), (5, 7)])
    [found] = events(of, total, failed)
    assert counts(found) == (
        [30.0, 0.0, 0.0, 15.0],
        [60.0, 120.0, 0.0, 30.0],
        [True, True, False, True],
    )
    assert (found.start, found.step, found.source, found.labels) == (START, MINUTE, "a server", {})


def test_without_recorded_failures_none_failed() -> None:
    of = objective()
    [found] = events(of, recording(of, TOTAL, [(1, 1), (2, STALE), (3, 2)]))
    assert counts(found) == (
        [0.0, 0.0, 0.0, 0.0],
        [60.0, 0.0, 120.0, 0.0],
        [True, False, True, False],
    )


def test_each_group_has_its_own_failures_in_the_order_of_its_labels() -> None:
    of = objective(by="region, shard")
    found = events(
        of,
        recording(of, TOTAL, [(1, 2)], region="us", shard="1"),
        recording(of, TOTAL, [(1, 1)], region="eu"),
        recording(of, ERRORS, [(1, 0.5)], region="us", shard="1"),
        recording(of, ERRORS, [(1, 9)], region="asia", shard="1"),
    )
    assert [(each.labels, each.bad[0], each.total[0]) for each in found] == [
        ({"region": "eu", "shard": ""}, 0.0, 60.0),
        ({"region": "us", "shard": "1"}, 30.0, 120.0),
    ]


def test_samples_without_a_total_are_no_history() -> None:
    of = objective()
    failed = Storage([recording(of, ERRORS, [(1, 1)])])
    assert recorded_events(of, Replay((), failed), SPAN, "a server") == NoHistory(
        "the samples hold nothing that its query selects in this span"
    )
