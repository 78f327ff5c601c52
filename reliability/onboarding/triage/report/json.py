"""The triage for programs, all of it ASCII; documented in docs/start/triage.md.

The keys are written out here: what programs read does not follow names in the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from reliability.onboarding.triage.noise import NotificationSource
from reliability.onboarding.triage.triaged import Triaged, headline
from reliability.render.display import inert_json

VERSION: Final = 1

TOTALS: Final[Mapping[str, str]] = {
    "noises": "alerts",
    "told_by_tier": "notifications_by_tier",
    "told_by_flag": "notifications_by_flag",
    "told_without_action": "notifications_without_action",
}
FIGURES: Final[Mapping[str, str]] = {"ended": "resolved", "during": "during_incidents"}
VERDICT: Final[Mapping[str, str]] = {"sure": "confidence"}
SUGGESTED: Final[Mapping[str, str]] = {"noises": "alerts"}
FLAG: Final[Mapping[str, str]] = {"word": "flag"}


def json_report(triaged: Triaged) -> str:
    """Everything: headline, totals, alerts, suggested SLOs. Rates are per week, shares 0..1."""
    span = triaged.span
    shown = {
        "version": VERSION,
        "headline": headline(triaged.totals),
        "span": [span.start.isoformat(), span.end.isoformat()] if span else None,
        "messages": dict(triaged.read),
        "totals": _values(triaged.totals, TOTALS),
        "alerts": [_alert(noise) for noise in triaged.noises],
        "suggested_slos": [_values(asked, SUGGESTED) for asked in triaged.asked],
    }
    return inert_json(json.dumps(shown, indent=2))


def _alert(noise: NotificationSource) -> dict[str, Any]:
    return {
        "id": noise.id,
        "name": noise.name,
        "severity": noise.severity,
        "service": noise.service,
        "team": noise.team,
        "sources": noise.sources,
        "locations": noise.places,
        "example": noise.example,
        "rules": [rule.location for rule in noise.rules],
        "tier": noise.tier,
        "verdict": _values(noise.verdict, VERDICT),
        "decided": asdict(noise.decided) if noise.decided else None,
        "flags": [_values(flag, FLAG) for flag in noise.flags],
        "figures": _values(noise.figures, FIGURES),
    }


def _values(of: Any, keys: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a value, by their keys in JSON."""
    return {keys.get(name, name): value for name, value in asdict(of).items()}
