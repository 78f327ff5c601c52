"""What one triage came to; the reports print it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reliability.onboarding.triage.noise import NotificationSource
from reliability.onboarding.triage.promises import SloQuestion
from reliability.onboarding.triage.totals import TriageTotals
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True)
class Triaged:
    """All noises with their totals; `read` are the messages of each source."""

    noises: tuple[NotificationSource, ...]
    totals: TriageTotals
    asked: tuple[SloQuestion, ...]
    span: TimeSpan | None
    read: Mapping[str, int]


def headline(totals: TriageTotals) -> str:
    """The numbers that convince a team, in one sentence."""
    if not totals.days:
        tiers = totals.rules_by_tier
        return (
            f"{totals.rules:,} alerting rules: {tiers['alert']} may be alerts, "
            f"{tiers['ticket']} tickets, {tiers['log']} logs; nothing says how often they fire"
        )
    told = f"{counted(totals.notifications, 'notification')} in {counted(totals.days, 'day')}"
    impact = _impact(totals)
    after = _few(totals.mentions_after)
    if totals.mentions is None:
        return f"{told}, {impact}; with this policy: {after} mentions a week"
    return f"{told}, {impact}; with this policy: {_few(totals.mentions)} mentions a week -> {after}"


def _impact(totals: TriageTotals) -> str:
    """Notifications with user impact; what is not known is not counted as none."""
    unknown = totals.impact_unknown
    if not unknown:
        return f"{totals.with_impact:,} with user impact"
    if not totals.with_impact:
        return f"user impact not known for {unknown:,}"
    return f"{totals.with_impact:,} with user impact, not known for {unknown:,}"


def counted(number: int, word: str) -> str:
    """A number with its noun: `1 day`, `2 days`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def shares(totals: TriageTotals) -> list[tuple[str, int, int, float]]:
    """Each share as a word, its noises, its notifications, and its share of all of them."""
    quiet = totals.by_tier["log"] + totals.by_tier["remove"]
    rows = [("asks nobody for anything", quiet, totals.told_without_action)]
    rows += [(flag, number, totals.told_by_flag[flag]) for flag, number in totals.by_flag.items()]
    return [(word, number, told, totals.share(told)) for word, number, told in rows]


def _few(number: float) -> str:
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"
