"""Rows of small bars: one column for each day, and at most 45."""

from datetime import date, timedelta

import pytest

from reliability.backtest.episodes import Episode
from reliability.backtest.outcome import AlertFirings, NoAlert, OutcomeRow
from reliability.review.pull_request.timeline import Bars, drawn, timeline
from reliability.timespan import TimeSpan

DAY = timedelta(days=1)


def fired(span: TimeSpan, *days: float) -> AlertFirings:
    """An alert whose episodes begin so many days into the span."""
    begins = [span.start + day * DAY for day in days]
    episodes = (Episode(TimeSpan(begin, begin + DAY), {}, 0.0) for begin in begins)
    return AlertFirings(tuple(episodes), DAY, 1.0)


@pytest.mark.parametrize(("days", "columns"), [(1, 1), (45, 45), (46, 23), (90, 45), (91, 31)])
def test_a_column_is_as_many_whole_days_as_keep_the_row_short(days: int, columns: int) -> None:
    span = TimeSpan.before(date(2026, 11, 24), days * DAY)
    found = timeline(
        [
            OutcomeRow(
                service="shop", slo="pay", objective="", tier="alert", old=NoAlert(), new=NoAlert()
            )
        ],
        [],
        span,
    )
    assert found.bars == (Bars("alert", (0,) * columns, (0,) * columns),)
    assert found.incidents == " " * columns


def test_episodes_are_counted_by_tier_where_they_begin() -> None:
    span = TimeSpan.before(date(2026, 11, 24), 3 * DAY)
    rows = [
        OutcomeRow(
            service="shop",
            slo="pay",
            objective="",
            tier="ticket",
            old=fired(span, 0, 0.5),
            new=NoAlert(),
        ),
        OutcomeRow(
            service="shop",
            slo="pay",
            objective="",
            tier="alert",
            old=fired(span, -1, 1),
            new=fired(span, 2, 3),
        ),
        OutcomeRow(
            service="cart",
            slo="pay",
            objective="",
            tier="alert",
            old=NoAlert(),
            new=fired(span, 1.5),
        ),
    ]
    assert timeline(rows, [], span).bars == (
        Bars("alert", (1, 1, 0), (0, 1, 2)),
        Bars("ticket", (2, 0, 0), (0, 0, 0)),
    )


def test_the_tallest_bar_stands_for_the_most_and_nothing_is_a_dot() -> None:
    assert drawn((0, 1, 4, 7, 8), 8) == "·▁▄▇█"
    assert drawn((1, 2, 20), 20) == "▁▁█"
