"""The status of an objective as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reliability.backtest.status import ObjectiveStatus, UnknownStatus


def figures(status: ObjectiveStatus | UnknownStatus) -> dict[str, Any]:
    """Return the figures of an objective; null, with the reason, if its status is unknown.

    Ratios are 0..1, times RFC 3339 in UTC. `coverage` is the share of the period with data.
    """
    known = status if isinstance(status, ObjectiveStatus) else None
    coverage = status.coverage
    return {
        "target": float(status.objective.target),
        "attainment": known.attainment if known else None,
        "budget_remaining": round(known.remaining, 6) if known else None,
        "burn_rate": None if known is None or known.burn is None else round(known.burn, 6),
        "exhausted_at": moment(known.exhausted) if known else None,
        "at": moment(known.at) if known else None,
        "coverage": round(coverage.share, 6) if coverage else None,
        "coverage_recorded": round(coverage.recorded, 6) if coverage else None,
        "coverage_history": round(coverage.history, 6) if coverage else None,
        "unknown": status.reason if isinstance(status, UnknownStatus) else None,
        "remedy": (status.remedy or None) if isinstance(status, UnknownStatus) else None,
    }


def moment(when: datetime | None) -> str | None:
    """Return a time in UTC, to the second."""
    return when.replace(microsecond=0).isoformat().replace("+00:00", "Z") if when else None
