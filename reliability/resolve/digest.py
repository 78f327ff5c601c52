"""A digest of what an objective and its alerts mean, so that a measurement knows its subject."""

from __future__ import annotations

import hashlib

from reliability.resolve.objectives import Objective

DIGITS = 16


def definition_digest(objective: Objective) -> str:
    """Sixteen hex digits of all that a backtest replays: SLI, target, period, groups, alerts.

    Names of documents, prose and review data take no part.
    """
    parts = (
        objective.service,
        objective.slo_name,
        objective.name,
        str(objective.target),
        repr(objective.period),
        repr(objective.group_by),
        repr(objective.sli),
        repr(objective.alerts),
        *([repr(objective.metrics)] if objective.metrics else []),
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
