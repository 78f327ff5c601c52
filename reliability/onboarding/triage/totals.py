"""What all noises come to: the numbers that convince a team, before and with the policy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from reliability.onboarding.triage.flags import FLAGS
from reliability.onboarding.triage.noise import NotificationSource
from reliability.onboarding.triage.verdict import DECISIONS
from reliability.timespan import TimeSpan

WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class TriageTotals:
    """All noises of a span of `days`; mentions are None if no source knows of any.

    Of `impact_unknown` notifications nothing says whether users felt them.

    `mentions_after` are the notifications of the alert tier alone, without repeats: the upper
    bound of what is loud once the policy stands, as an SLO's burn rate replaces the rule.
    """

    days: int
    noises: int
    rules: int
    notifications: int
    with_impact: int
    impact_unknown: int
    mentions: float | None
    mentions_after: float
    by_tier: Mapping[str, int]
    rules_by_tier: Mapping[str, int]
    told_by_tier: Mapping[str, int]
    by_flag: Mapping[str, int]
    told_by_flag: Mapping[str, int]
    told_without_action: int
    decided: int

    @property
    def weeks(self) -> float:
        """The span in weeks."""
        return self.days / 7

    def share(self, number: int) -> float:
        """The share of all notifications, 0..1."""
        return number / self.notifications if self.notifications else 0.0


def totals(
    noises: Sequence[NotificationSource], span: TimeSpan | None, *, mentions_are_known: bool
) -> TriageTotals:
    """Count noises over a span; where there is none, rules alone are counted."""
    days = max(math.ceil(span.length / timedelta(days=1)), 1) if span else 0
    weeks = days / 7
    by_tier, told_by_tier, rules = Counter[str](), Counter[str](), Counter[str]()
    by_flag, told_by_flag = Counter[str](), Counter[str]()
    impact = Counter[str]()
    for source in noises:
        impact[source.impact] += source.figures.notifications
        by_tier[source.tier] += 1
        rules[source.tier] += len(source.rules)
        told_by_tier[source.tier] += source.figures.notifications
        for flag in source.flags:
            by_flag[flag.word] += 1
            told_by_flag[flag.word] += told_of(source, flag.word)
    loud = sum(_loud(source) for source in noises if source.tier == "alert")
    mentions = sum(source.figures.mentions for source in noises)
    return TriageTotals(
        days=days,
        noises=len(noises),
        rules=rules.total(),
        notifications=sum(source.figures.notifications for source in noises),
        with_impact=impact["yes"],
        impact_unknown=impact["unknown"],
        mentions=mentions / weeks if weeks and mentions_are_known else None,
        mentions_after=loud / weeks if weeks else 0.0,
        by_tier={tier: by_tier[tier] for tier in DECISIONS},
        rules_by_tier={tier: rules[tier] for tier in DECISIONS},
        told_by_tier={tier: told_by_tier[tier] for tier in DECISIONS},
        by_flag={flag: by_flag[flag] for flag in FLAGS},
        told_by_flag={flag: told_by_flag[flag] for flag in FLAGS},
        told_without_action=told_by_tier["log"] + told_by_tier["remove"],
        decided=sum(1 for source in noises if source.decided),
    )


def told_of(noise: NotificationSource, flag: str) -> int:
    """The notifications that a flag is about: of duplicates the repeats only."""
    return noise.figures.repeats if flag == "duplicate" else noise.figures.notifications


def _loud(noise: NotificationSource) -> int:
    return max(noise.figures.notifications - noise.figures.repeats, 0)


def span_of(first: datetime | None, last: datetime | None) -> TimeSpan | None:
    """The whole days from the first to the last message; None where there is none."""
    if first is None or last is None:
        return None
    start = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = last.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return TimeSpan(start, end + timedelta(days=1))
