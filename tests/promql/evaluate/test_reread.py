"""Samples that are read several times are asked for once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reliability.promql.evaluate.reread import Reread
from reliability.promql.selector import Selector
from reliability.timespan import TimeSpan
from tests.history.fakes import MadeUp, counter


def test_each_selector_and_span_is_read_once() -> None:
    start = datetime(2026, 9, 29, tzinfo=UTC)
    first, second = (TimeSpan(start, start + timedelta(hours=hours)) for hours in (1, 2))
    made_up = MadeUp([counter([(0, 1), (60, 2)], code="200")])
    reader = Reread(made_up)
    up, other = Selector.parse("requests_total"), Selector.parse("other")
    for selector, span in ((up, first), (up, second), (other, first), (up, first), (up, second)):
        assert [*reader.counters(selector, span)] == [*reader.counters(selector, span)]
        assert len([*reader.counters(selector, span)]) == (selector is up)
    assert made_up.asked == [first, second, first]
    assert reader.description == "made up"
