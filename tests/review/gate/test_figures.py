"""The status of an objective as JSON: each figure rounded, or null with its reason."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from reliability.backtest.coverage import Coverage
from reliability.backtest.status import UnknownStatus
from reliability.review.gate.figures import figures, moment
from tests.review.gate.test_gate import burning, objective, remaining

STATUS: Final = replace(
    remaining(0.12345678),
    attainment=0.99987654321,
    present=burning(1.23456789, "alert"),
    at=datetime(2026, 10, 2, 3, 4, 5, 678_901, tzinfo=UTC),
    coverage=Coverage(recorded=0.12345678, history=0.85678912),
)
FIGURES: Final = {
    "target": 0.999,
    "attainment": 0.99987654321,
    "budget_remaining": 0.123457,
    "burn_rate": 1.234568,
    "burn_rate_5m": 12.345679,
    "burn_rate_at": "2026-10-02T00:00:00Z",
    "burn_rate_source": "server",
    "firing": ["alert"],
    "exhausted_at": "2026-10-05T03:04:05Z",
    "at": "2026-10-02T03:04:05Z",
    "partial": False,
    "coverage": 0.980246,
    "coverage_recorded": 0.123457,
    "coverage_history": 0.856789,
    "unknown": None,
    "remedy": None,
}
UNKNOWN: Final = {
    **dict.fromkeys(FIGURES),
    "target": 0.999,
    "unknown": "no history",
}


def test_a_known_status_has_six_decimals() -> None:
    assert STATUS.coverage.share == pytest.approx(0.9802459)
    assert figures(STATUS) == FIGURES
    never = {**FIGURES, "exhausted_at": None}
    idle = {"burn_rate": 0.0, "burn_rate_5m": 0.0, "burn_rate_source": "history", "firing": None}
    stored = replace(STATUS, present=burning(0.0, source="history"))
    assert figures(stored) == {**never, **idle}
    nothing = {key: None for key in never if key.startswith("burn_rate")}
    assert figures(replace(STATUS, present=None)) == {**never, **nothing, "firing": None}
    part = replace(STATUS, coverage=Coverage(history=0.4), remedy="pull it")
    assert figures(part) == {
        **never,
        "partial": True,
        "coverage": 0.4,
        "coverage_recorded": 0.0,
        "coverage_history": 0.4,
        "remedy": "pull it",
    }


@pytest.mark.parametrize(
    ("remedy", "coverage", "change"),
    [
        ("", None, {}),
        ("pull it", None, {"remedy": "pull it"}),
        (
            "",
            Coverage(recorded=0.1234567, history=0.0),
            {"coverage": 0.123457, "coverage_recorded": 0.123457, "coverage_history": 0.0},
        ),
    ],
)
def test_an_unknown_status_has_its_reason_and_coverage(
    remedy: str, coverage: Coverage | None, change: dict[str, Any]
) -> None:
    status = UnknownStatus(
        objective=objective(), reason="no history", remedy=remedy, coverage=coverage
    )
    assert figures(status) == {**UNKNOWN, **change}


def test_a_time_is_in_utc_to_the_second() -> None:
    assert moment(None) is None
    assert moment(datetime(2026, 1, 2, 3, 4, 5, 999_999, tzinfo=UTC)) == "2026-01-02T03:04:05Z"
