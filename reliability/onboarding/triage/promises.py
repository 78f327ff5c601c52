"""The SLOs to ask a team for: what users feel behind the noises of each service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from reliability.convert.prometheus_rules.kinds import words_of
from reliability.onboarding.triage.noise import NotificationSource

SLOWNESS: Final = frozenset(("latency", "slow", "slowing", "duration", "response", "timeout"))


@dataclass(frozen=True, slots=True)
class SloQuestion:
    """One SLO to ask for: of which service, what users feel, and the noises that speak of it.

    `metrics` are those of the rules, where an SLI may be found.
    """

    service: str
    question: str
    noises: tuple[str, ...]
    notifications: int
    metrics: tuple[str, ...]


def promises(noises: Iterable[NotificationSource]) -> list[SloQuestion]:
    """The SLOs to ask for, the one with the most notifications behind it first."""
    groups: dict[tuple[str, str], list[NotificationSource]] = {}
    for source in noises:
        if source.verdict.needs_slo and source.tier in ("alert", "ticket"):
            groups.setdefault((source.service, _question(source)), []).append(source)
    asked = [_asked(service, question, sources) for (service, question), sources in groups.items()]
    return sorted(asked, key=lambda pair: (-pair.notifications, pair.service, pair.question))


def _asked(service: str, question: str, noises: list[NotificationSource]) -> SloQuestion:
    metrics = dict.fromkeys(
        name for source in noises for rule in source.rules for name in rule.metrics
    )
    return SloQuestion(
        service=service or "(which service?)",
        question=question,
        noises=tuple(dict.fromkeys(source.name for source in noises)),
        notifications=sum(source.figures.notifications for source in noises),
        metrics=tuple(metrics),
    )


def _question(noise: NotificationSource) -> str:
    if SLOWNESS.intersection(words_of(noise.name)):
        return "how long may people wait, and for how many requests of a thousand longer?"
    return "of a thousand requests, how many may fail before people complain?"
