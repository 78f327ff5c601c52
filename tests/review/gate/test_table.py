"""The table of every SLO: attainment, budget, burn rate and the next review."""

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from reliability.backtest.burn_state import WindowBurn
from reliability.backtest.coverage import Coverage
from reliability.backtest.status import ObjectiveStatus, UnknownStatus
from reliability.resolve.objectives import objectives
from reliability.review.gate.table import GateTableRow, document, known_words, text
from tests.backtest.repository import catalog, slo
from tests.golden import Golden
from tests.review.gate.test_gate import NOW, TODAY, burning, objective, remaining

GOLDEN = Path(__file__).parent / "golden"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
KNOWN = Coverage(history=1.0)


def status(
    share: float = 0.5,
    burn: float | None = 0.5,
    *,
    coverage: Coverage = KNOWN,
    renewed: datetime | None = None,
    name: str = "checkout",
    team: str = "",
    windows: tuple[float, float] | None = None,
) -> ObjectiveStatus:
    """A status; `windows` are the burn rates of the long and the short window of its alert."""
    known = remaining(share, name)
    rates = [
        WindowBurn(tier="alert", long=HOUR, short=MINUTE, factor=10, long_burn=long, short_burn=now)
        for long, now in ([windows] if windows else [])
    ]
    return replace(
        known,
        objective=replace(known.objective, team=team),
        present=replace(burning(burn), windows=tuple(rates)),
        coverage=coverage,
        renewed=renewed,
    )


ROWS = [
    GateTableRow(status(team="sales", windows=(0.5, 5)), TODAY + DAY, TODAY),
    GateTableRow(status(0.75, 1.5, name="login", windows=(1.5, 15)), TODAY + DAY, TODAY),
    GateTableRow(status(0.25, 40.0, name="pay", team="shop", windows=(40, 400)), TODAY, TODAY),
    GateTableRow(status(-0.5, 2.0, team="shop", windows=(2, 9)), TODAY - DAY, TODAY),
    GateTableRow(status(0, None), None, TODAY),
    GateTableRow(status(0.999, 1.0, coverage=Coverage(0.5, 0.25)), TODAY, TODAY),
    GateTableRow(
        UnknownStatus(
            objective=objective(),
            reason="no history",
            remedy="pull it",
            coverage=Coverage(0.0, 0.0004),
        ),
        None,
        TODAY,
    ),
    GateTableRow(
        UnknownStatus(
            objective=objective("search"),
            reason="no history",
            remedy="pull it",
            present=burning(500, "alert", "ticket"),
        ),
        TODAY,
        TODAY,
    ),
    GateTableRow(
        UnknownStatus(
            objective=next(iter(objectives(catalog(slo("cart", "0.99950"))))), reason="no calendar"
        ),
        TODAY,
        TODAY,
    ),
]


def test_the_table_names_what_is_unknown_and_why(golden: Golden) -> None:
    golden.check(GOLDEN / "table.txt", text(ROWS, "prometheus (http://p)"))
    of_history = replace(status(), present=burning(0.5, source="history"))
    golden.check(GOLDEN / "known.txt", text([GateTableRow(of_history, TODAY, TODAY)], "history"))


def test_the_document_has_every_figure(golden: Golden) -> None:
    written = document(ROWS, "prometheus")
    golden.check(GOLDEN / "table.json", f"{written}\n")
    assert [slo["due"] for slo in json.loads(written)["slos"]] == [
        *(True, True, True, True, False),
        *(True, True, False, True),
    ]


def test_a_source_is_written_in_its_own_script() -> None:
    assert '"source": "監視; p"' in document(ROWS[:1], "監視", "p")


@pytest.mark.parametrize(
    ("coverage", "words"),
    [
        (Coverage(history=1.0), ""),
        (Coverage(history=0.996), ""),
        (Coverage(history=0.995), ", coverage 99.5 %"),
        (Coverage(recorded=0.5), ", coverage 50 %"),
        (Coverage(recorded=0.5, history=0.5), ", 50 % recorded and 50 % from history"),
    ],
)
def test_coverage_is_said_where_something_is_missing(coverage: Coverage, words: str) -> None:
    assert known_words(status(coverage=coverage)) == words


@pytest.mark.parametrize(
    ("burn", "shown"),
    [
        (None, "-"),
        (1.0, "-"),
        (30 * 24 / 0.99, "59 min"),
        (30 * 24, "1 h"),
        (30 * 24 / 71, "71 h"),
        (30 * 24 / 71.9, "72 h"),
        (9.99, "3 d"),
        (2.0, "15 d"),
    ],
)
def test_a_budget_is_exhausted_in_minutes_hours_or_days(burn: float | None, shown: str) -> None:
    unknown = status(0.9999999999, burn)
    line = text([GateTableRow(unknown, date(2026, 12, 1), TODAY)], "history").splitlines()[1]
    assert re.split("  +", line)[-3] == shown


def test_a_budget_that_is_spent_is_exhausted_and_one_renewed_before_is_not() -> None:
    spent = text([GateTableRow(status(0.0, 5.0), None, TODAY)], "history")
    assert "  exhausted  " in spent
    renewed = status(0.5, 2.0, renewed=NOW + timedelta(days=7))
    assert renewed.exhausted is None
    assert status(0.5, 2.0, renewed=NOW + timedelta(days=8)).exhausted == NOW + timedelta(days=7.5)
