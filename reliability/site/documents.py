"""The figures as JSON: `status.json` for all SLOs, and a file for each service."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any, Final

import numpy as np

from reliability.arrays import FloatArray
from reliability.backtest.outcome import AlertFirings
from reliability.review.gate.figures import moment
from reliability.site.days import PastPeriod
from reliability.site.figures import SiteDeclarations, SiteFigures
from reliability.site.measuring import ObjectiveFigures

VERSION: Final = 1
DIGITS: Final = 6
ATTAINED: Final = 8
"""Digits of an attainment: the budget of 99.999 % is the fifth."""
UNIT: Final = 0.0001
"""Share that the numbers of days count: whole numbers are half as long, for 728 days."""


def status_document(site: SiteFigures) -> bytes:
    """Return the status of every SLO: the keys of `status --format json`, team and burn state."""
    source = site.inputs.source
    frame = _written(
        {
            "version": VERSION,
            "at": moment(site.inputs.at),
            "source": source.description,
            "synthetic": source.is_made_up,
            "slos": [],
        }
    )
    objects = b",".join(one.status for one in site.services.values() if one.status)
    return frame.removesuffix(b"]}") + objects + b"]}"


def status_object(site: SiteDeclarations, figures: ObjectiveFigures) -> bytes:
    """Return the object of an SLO in `status.json`."""
    return _written(_status(site, figures))


def service_document(
    site: SiteDeclarations, service: str, objectives: Sequence[ObjectiveFigures]
) -> bytes:
    """Return what is known about the SLOs of a service, with figures by day and period."""
    return _written(
        {
            "version": VERSION,
            "at": moment(site.inputs.at),
            "service": service,
            "team": site.team(service) or None,
            "slos": [_whole(site, figures) for figures in objectives],
        }
    )


def _status(site: SiteDeclarations, figures: ObjectiveFigures) -> dict[str, Any]:
    review = site.reviews[figures.service, figures.slo]
    return {
        "service": figures.service,
        "slo": figures.slo,
        "objective": figures.name,
        "team": site.team(figures.service) or None,
        "state": figures.state,
        **{key: _finite(value) for key, value in figures.status.items()},
        "next_review": review.due.isoformat() if review.due else None,
        "due": review.is_due(site.today),
    }


def _whole(site: SiteDeclarations, figures: ObjectiveFigures) -> dict[str, Any]:
    days = figures.days
    return {
        **_status(site, figures),
        "windows": [
            {
                "tier": window.tier,
                "long_seconds": window.long.total_seconds(),
                "short_seconds": window.short.total_seconds(),
                "factor": window.factor,
                "long_burn": _short(window.long_burn),
                "short_burn": _short(window.short_burn),
                "state": window.state,
            }
            for window in figures.windows
        ],
        "days": None
        if days is None
        else {
            "first": days.first.isoformat(),
            "unit": UNIT,
            "spent": _units(days.spent),
            "remaining": _units(days.remaining),
        },
        "periods": [_period(period) for period in figures.periods],
        "episodes": [
            {
                "tier": row.tier,
                "start": moment(episode.span.start),
                "end": moment(episode.span.end),
                "spent": _short(episode.spent),
            }
            for row in figures.replayed.rows
            if isinstance(row.new, AlertFirings)
            for episode in row.new.episodes
        ],
    }


def _period(period: PastPeriod) -> dict[str, Any]:
    return {
        "start": moment(period.span.start),
        "end": moment(period.span.end),
        "is_over": period.is_over,
        "attainment": _short(period.attainment, ATTAINED),
        "spent": _short(_finite(period.spent)),
        "partial": period.part is not None,
    }


def _short(value: float | None, digits: int = DIGITS) -> float | None:
    return None if value is None else round(value, digits)


def _units(values: FloatArray) -> list[int | None]:
    is_known = np.isfinite(values)
    units: list[int | None] = np.rint(np.where(is_known, values, 0.0) / UNIT).astype(int).tolist()
    for number in np.flatnonzero(~is_known).tolist():
        units[number] = None
    return units


def _finite(value: Any) -> Any:
    """Return null for infinity, which JSON does not have: the budget of a target of 100 %."""
    return None if isinstance(value, float) and not isfinite(value) else value


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
