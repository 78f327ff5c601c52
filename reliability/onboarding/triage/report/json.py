"""The triage for programs, all of it ASCII; documented in docs/start/triage.md.

Names of fields are JSON keys, except for those in FIGURES and FLAG: a renamed field changes the
output, which docs/reference/public-surface.txt guards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from reliability.onboarding.triage.alert import TriagedAlert
from reliability.onboarding.triage.triaged import Triaged, headline
from reliability.render.display import inert_json

VERSION: Final = 1

FIGURES: Final[Mapping[str, str]] = {"ended": "resolved", "during": "during_incidents"}
FLAG: Final[Mapping[str, str]] = {"word": "flag"}


def json_report(triaged: Triaged) -> str:
    """Return the headline, totals, alerts and suggested SLOs; rates are per week, shares 0..1."""
    span = triaged.span
    shown = {
        "version": VERSION,
        "headline": headline(triaged.totals),
        "span": [span.start.isoformat(), span.end.isoformat()] if span else None,
        "messages": dict(triaged.read),
        "totals": asdict(triaged.totals),
        "alerts": [_alert(alert) for alert in triaged.alerts],
        "suggested_slos": [asdict(slo) for slo in triaged.suggested_slos],
    }
    return inert_json(json.dumps(shown, indent=2))


def _alert(alert: TriagedAlert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "name": alert.name,
        "severity": alert.severity,
        "distinction": alert.distinction,
        "service": alert.service,
        "team": alert.team,
        "sources": alert.sources,
        "locations": alert.locations,
        "example": alert.example,
        "rules": [rule.location for rule in alert.rules],
        "tier": alert.tier,
        "verdict": asdict(alert.verdict),
        "decided": asdict(alert.decided) if alert.decided else None,
        "flags": [_values(flag, FLAG) for flag in alert.flags],
        "figures": _values(alert.figures, FIGURES),
    }


def _values(of: Any, keys: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a value by their JSON keys, which may differ from the names in code."""
    return {keys.get(name, name): value for name, value in asdict(of).items()}
