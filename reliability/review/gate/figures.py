"""What is known of an SLO's budget, as JSON has it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reliability.backtest.standing import ObjectiveStatus, UnknownStatus


def figures(stands: ObjectiveStatus | UnknownStatus) -> dict[str, Any]:
    """What is known of an SLO; all null, with the reason, if nothing is.

    `coverage` is the share of the period that the figures are from.
    """
    known = stands if isinstance(stands, ObjectiveStatus) else None
    coverage = stands.coverage
    return {
        "target": float(stands.objective.target),
        "attainment": known.attainment if known else None,
        "budget_remaining": round(known.remaining, 6) if known else None,
        "burn_rate": None if known is None or known.burn is None else round(known.burn, 6),
        "exhausted_at": moment(known.exhausted) if known else None,
        "at": moment(known.at) if known else None,
        "coverage": round(coverage.share, 6) if coverage else None,
        "coverage_recorded": round(coverage.recorded, 6) if coverage else None,
        "coverage_history": round(coverage.history, 6) if coverage else None,
        "unknown": stands.reason if isinstance(stands, UnknownStatus) else None,
        "remedy": (stands.remedy or None) if isinstance(stands, UnknownStatus) else None,
    }


def moment(when: datetime | None) -> str | None:
    """A moment in UTC, to the second."""
    return when.replace(microsecond=0).isoformat().replace("+00:00", "Z") if when else None
