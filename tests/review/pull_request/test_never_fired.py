"""Alerts that fired before a change, or are new, and never fire after it."""

from dataclasses import replace

import pytest

from reliability.backtest.outcome import NoAlert, OutcomeRow, SliSummary
from reliability.history.series import NoHistory
from reliability.render.words import ENGLISH
from reliability.review.pull_request.never_fired import never_fired_lines
from tests.backtest.test_headline import result, row

NEW = replace(row("log", 0, 0), old=NoAlert())


@pytest.mark.parametrize(
    ("case", "coverage", "text"),
    [
        (row("ticket", 3, 0), 1.0, "91 days that are known: `checkout` (ticket)"),
        (row("log", 3, 0), 0.99, "alerts that fired before would not have fired in the"),
        (NEW, 1.0, "New alerts would not have fired in the 91 days that are known: `checkout`"),
        (row("ticket", 3, 0), 0.1, ""),
        (row("ticket", 3, 1), 1.0, ""),
        (row("ticket", 0, 0), 1.0, ""),
        (replace(row("ticket", 3, 0), new=NoHistory("none")), 1.0, ""),
        (replace(row("ticket", 3, 0), new=NoAlert()), 1.0, ""),
    ],
)
def test_what_never_fires_is_named_if_enough_is_known(
    case: OutcomeRow, coverage: float, text: str
) -> None:
    backtest = result([case], [])
    [objective] = backtest.objectives
    history = SliSummary(coverage=coverage, attainment=0.9993, events=1e6)
    known = replace(backtest, objectives=(replace(objective, history=history),))
    lines = "\n".join(never_fired_lines([known], ENGLISH))
    assert text in lines
    assert bool(text) == bool(lines)
