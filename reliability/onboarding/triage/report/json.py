"""The triage for programs, all of it ASCII; documented in docs/triage.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from reliability.onboarding.triage.noise import Noise
from reliability.onboarding.triage.triaged import Triaged, headline
from reliability.render.display import inert_json

VERSION: Final = 1


def json_report(triaged: Triaged) -> str:
    """Everything: headline, totals, noises, SLOs to ask for. Rates are per week, shares 0..1."""
    span = triaged.span
    shown = {
        "version": VERSION,
        "headline": headline(triaged.totals),
        "span": [span.start.isoformat(), span.end.isoformat()] if span else None,
        "read": dict(triaged.read),
        "totals": asdict(triaged.totals),
        "noises": [_noise(each) for each in triaged.noises],
        "slosToAskFor": [asdict(each) for each in triaged.asked],
    }
    return inert_json(json.dumps(shown, indent=2))


def _noise(noise: Noise) -> dict[str, Any]:
    figures = asdict(noise.figures)
    return {
        "id": noise.id,
        "name": noise.name,
        "severity": noise.severity,
        "service": noise.service,
        "team": noise.team,
        "sources": noise.sources,
        "places": noise.places,
        "example": noise.example,
        "rules": [each.place for each in noise.rules],
        "tier": noise.tier,
        "verdict": asdict(noise.verdict),
        "decided": asdict(noise.decided) if noise.decided else None,
        "flags": [asdict(each) for each in noise.flags],
        "figures": figures,
    }
