"""Suggested SLOs: the user impact behind the alerts of each service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reliability.convert.prometheus_rules.kinds import words_of
from reliability.onboarding.triage.alert import TriagedAlert

SLOWNESS: Final = frozenset(("latency", "slow", "slowing", "duration", "response", "timeout"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedSlo:
    """One suggested SLO: its service, the question to answer, and the alerts behind it.

    `metrics` are the metrics of the rules, candidates for an SLI.
    """

    service: str
    question: str
    alerts: tuple[str, ...]
    notifications: int
    metrics: tuple[str, ...]


def suggested_slos(alerts: Iterable[TriagedAlert]) -> list[SuggestedSlo]:
    """Return the suggested SLOs, those with the most notifications first."""
    groups: dict[tuple[str, str], list[TriagedAlert]] = {}
    for alert in alerts:
        if alert.verdict.needs_slo and alert.tier in ("alert", "ticket"):
            groups.setdefault((alert.service, _question(alert)), []).append(alert)
    suggestions = [
        _suggested_slo(service, question, sources)
        for (service, question), sources in groups.items()
    ]
    return sorted(suggestions, key=lambda slo: (-slo.notifications, slo.service, slo.question))


def _suggested_slo(service: str, question: str, alerts: list[TriagedAlert]) -> SuggestedSlo:
    metrics = dict.fromkeys(
        name for alert in alerts for rule in alert.rules for name in rule.metrics
    )
    return SuggestedSlo(
        service=service or "(unknown service)",
        question=question,
        alerts=tuple(dict.fromkeys(alert.name for alert in alerts)),
        notifications=sum(alert.figures.notifications for alert in alerts),
        metrics=tuple(metrics),
    )


def _question(alert: TriagedAlert) -> str:
    if SLOWNESS.intersection(words_of(alert.name)):
        return "how long may a request take, and how many of 1,000 may take longer?"
    return "how many of 1,000 requests may fail before users complain?"
