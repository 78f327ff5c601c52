"""Which series alerts read, how far back, and why a replay of the query API may differ."""

from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import numpy as np
import pytest

from reliability.backtest.rule_files.differing import SeenSpan, why_it_may_differ
from reliability.backtest.rule_files.reading import RuleSet
from reliability.backtest.rule_files.selectors import longest_range, selectors_read
from reliability.history.sources.origins import QUERY_API, REMOTE_READ
from reliability.promql.evaluate.lines import labels_of
from reliability.promql.evaluate.rules import RuleGroup
from reliability.promql.evaluate.stored import STALE, Storage, StoredSeries

START = datetime(2026, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def rules(*entries: str) -> RuleSet:
    lines = "".join(f"      - {{{entry}}}\n" for entry in entries)
    text = f"groups:\n  - name: g\n    rules:\n{lines}"
    return RuleSet.of([(PurePosixPath("a.yml"), text.encode())])


def test_what_most_alerts_read_comes_first_and_recordings_lead_to_their_series() -> None:
    read = selectors_read(
        rules(
            "alert: A, expr: b > 1",
            "alert: B, expr: z > 1 and z > 0",
            "alert: C, expr: 'r:z > 1'",
            "record: 'r:z', expr: 'sum(z) + a'",
            "record: 'unused', expr: 'never'",
            "alert: D, expr: 'rate('",
        )
    )
    assert [selector.text for selector in read] == ["z{}", "a{}", "b{}", "r:z{}"]


@pytest.mark.parametrize(
    ("entries", "back"),
    [
        (("alert: A, expr: 'rate(x[5m]) > 1'", "alert: B, expr: 'rate(x[1h]) > 1'"), 60),
        (("alert: A, expr: 'rate(x[5m] offset 1h) > 1'",), 65),
        (("record: a, expr: 'max_over_time(x[2d])'",), 2 * 1440),
        (("alert: A, expr: x > 1",), 0),
        (("alert: A, expr: 'rate('",), 0),
        ((), 0),
    ],
)
def test_the_longest_range_of_any_rule(entries: tuple[str, ...], back: int) -> None:
    assert longest_range(rules(*entries)) in (back * MINUTE, (back + 5) * MINUTE)


def storage(*minutes: tuple[int, ...], stale: bool = False) -> Storage:
    series = []
    for number, moments in enumerate(minutes):
        first = round(START.timestamp() * 1000)
        times = np.array([first + 60_000 * at for at in moments], dtype=np.int64)
        values = np.ones(len(moments))
        if stale:
            values[-1] = STALE
        labels = labels_of({"__name__": "x", "n": f"{number}"})
        series.append(StoredSeries(labels, times, values))
    return Storage(series)


SEEN = SeenSpan(START + 10 * MINUTE, 5 * MINUTE)
WHOLE = tuple(range(11))
ENDED = (0, 1, 2, 3, 4)
PAUSED = (0, 6, 7, 8, 9, 10)
BARELY = (0, 5, 10)
WORDS = (
    "; the query API returns no stale markers, so that their last value counts for up to "
    "5 min longer than on the server"
)


def why(expr: str, stored: Storage, *origins: str) -> str:
    group = RuleGroup.of({"name": "g", "rules": [{"alert": "A", "expr": expr}]})
    return why_it_may_differ([group], stored, frozenset(origins or (QUERY_API,)), SEEN)


@pytest.mark.parametrize(
    ("stored", "count"),
    [
        (storage(WHOLE), None),
        (storage(BARELY), None),
        (storage(ENDED), "1 series ended or paused"),
        (storage(PAUSED), "1 series ended or paused"),
        (storage(ENDED, PAUSED, WHOLE), "2 series ended or paused"),
        (storage((0,)), "1 series ended or paused"),
        (storage((5,)), None),
        (storage(ENDED, stale=True), None),
        (storage(), None),
    ],
)
def test_a_series_that_ended_or_paused_may_count_for_longer(
    stored: Storage, count: str | None
) -> None:
    assert why("x > 1", stored) == (f"{count}{WORDS}" if count else "")


@pytest.mark.parametrize(
    ("expr", "may_differ"),
    [
        ("x > 1", True),
        ("rate(x[5m]) > 1", False),
        ("rate(x[5m]) > 1 or x > 1", True),
        ("max_over_time((sum(x))[5m:1m]) > 1", True),
        ("vector(1) > 0", False),
    ],
)
def test_only_an_instant_selector_looks_back(expr: str, may_differ: bool) -> None:
    assert bool(why(expr, storage(ENDED))) is may_differ


def test_samples_of_remote_read_have_stale_markers() -> None:
    assert why("x > 1", storage(ENDED), REMOTE_READ) == ""
    assert why("x > 1", storage(ENDED), REMOTE_READ, QUERY_API) != ""
