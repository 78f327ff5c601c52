"""Results of a backtest as `check --evidence` reads them, made from the parts a test cares for."""

import json
from collections.abc import Mapping
from typing import Any, Final

from reliability.check.facts.evidence import BacktestEvidence

WHOLE: Final[Mapping[str, Any]] = {
    "version": 2,
    "synthetic": False,
    "base": None,
    "span": {"start": "2026-10-26T00:00:00Z", "end": "2026-11-23T00:00:00Z", "days": 28},
    "slos": [],
    "objectives": [],
    "incidents": [],
}
ABOUT: Final = {"service": "attendance", "slo": "attendance-clock-in", "objective": ""}
MEASURED: Final = {**ABOUT, "coverage": 1.0, "events": 5_000_000}


def evidence_values(fragment: Mapping[str, Any]) -> dict[str, Any]:
    """A whole result of these parts; what they do not say is of the minimal repository."""
    values = {**WHOLE, **fragment}
    values["objectives"] = [{**MEASURED, **each} for each in values["objectives"] or [{}]]
    values["slos"] = [{**ABOUT, "tier": "alert", **each} for each in values["slos"]]
    values["incidents"] = [
        {**ABOUT, "kind": "incident", "name": "", "budget_spent": 0.1, "old": None, **each}
        for each in values["incidents"]
    ]
    return values


def evidence_of(text: str) -> BacktestEvidence:
    """The evidence of a page's example."""
    return BacktestEvidence.model_validate(evidence_values(json.loads(text)))
