"""The status of an objective as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reliability.backtest.status import ObjectiveStatus, UnknownStatus


def figures(status: ObjectiveStatus | UnknownStatus) -> dict[str, Any]:
    """Return the figures of an objective; null, with the reason, if its status is unknown.

    Ratios are 0..1, times RFC 3339 in UTC. `coverage` is the share of the period with data;
    `partial` is whether attainment and budget are of the known part, because it is too small.
    What burns now may be known although the attainment is not.
    """
    known = status if isinstance(status, ObjectiveStatus) else None
    coverage, present = status.coverage, status.present
    return {
        "target": float(status.objective.target),
        "attainment": known.attainment if known else None,
        "budget_remaining": round(known.remaining, 6) if known else None,
        "partial": known.coverage.part is not None if known else None,
        "burn_rate": _rounded(present.burn) if present else None,
        "burn_rate_5m": _rounded(present.minutes) if present else None,
        "burn_rate_at": moment(present.at) if present else None,
        "burn_rate_source": present.source if present else None,
        "firing": None if present is None or present.firing is None else list(present.firing),
        "exhausted_at": moment(known.exhausted) if known else None,
        "at": moment(known.at) if known else None,
        "coverage": round(coverage.share, 6) if coverage else None,
        "coverage_recorded": round(coverage.recorded, 6) if coverage else None,
        "coverage_history": round(coverage.history, 6) if coverage else None,
        "unknown": status.reason if isinstance(status, UnknownStatus) else None,
        "remedy": status.remedy or None,
    }


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 6)


def moment(when: datetime | None) -> str | None:
    """Return a time in UTC, to the second."""
    return when.replace(microsecond=0).isoformat().replace("+00:00", "Z") if when else None
