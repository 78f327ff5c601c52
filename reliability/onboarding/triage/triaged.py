"""The result of a triage, which the reports print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from reliability.onboarding.triage.alert import TriagedAlert
from reliability.onboarding.triage.flags import OF_NOTIFICATIONS
from reliability.onboarding.triage.suggested_slos import SuggestedSlo
from reliability.onboarding.triage.totals import TriageTotals
from reliability.render.durations import length_text
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """All alerts with their totals; `read` is the number of messages by source."""

    alerts: tuple[TriagedAlert, ...]
    totals: TriageTotals
    suggested_slos: tuple[SuggestedSlo, ...]
    span: TimeSpan | None
    read: Mapping[str, int]


def headline(totals: TriageTotals) -> str:
    """Return the totals in one sentence."""
    if not totals.days or totals.mentions_after is None:
        tiers = totals.rules_by_tier
        return (
            f"{totals.rules:,} alerting rules: {tiers['alert']:,} may be alerts, "
            f"{tiers['ticket']:,} tickets, {tiers['log']:,} logs; how often they fire is unknown"
        )

    is_short = totals.days < 1
    length = length_text(timedelta(days=totals.days)) if is_short else _days(totals.days)
    notifications = f"{counted(totals.notifications, 'notification')} in {length}"
    impact = _impact(totals)
    before = totals.mentions if totals.mentions is not None else totals.mentions_after
    if totals.weeks >= 1:
        mentions, after = f"{_few(before)} mentions a week", _few(totals.mentions_after)
    else:
        mentions = counted(round(before * totals.weeks), "mention")
        after = f"{totals.mentions_after * totals.weeks:,.0f}"
    change = mentions if totals.mentions is None else f"{mentions} -> {after}"
    return f"{notifications}, {impact}; with this policy: {change}"


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:,.3g} days" if days < 100 else f"{days:,.0f} days"


def _impact(totals: TriageTotals) -> str:
    """Return the notifications with user impact; unknown impact is not counted as none."""
    unknown = totals.impact_unknown
    if not unknown:
        return f"{totals.with_impact:,} with user impact"
    if not totals.with_impact:
        return f"user impact unknown for {unknown:,}"
    return f"{totals.with_impact:,} with user impact, unknown for {unknown:,}"


def counted(number: int, word: str) -> str:
    """Return a number with its noun: `1 day`, `2 days`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def shares(totals: TriageTotals) -> list[tuple[str, int, int, float]]:
    """Return rows of a name, its alerts, its notifications, and their share of all (0..1).

    Without any notification that was read, flags that come from them are left out.
    """
    quiet = totals.by_tier["log"] + totals.by_tier["remove"]
    rows = [("needs no action", quiet, totals.notifications_without_action)]
    rows += [
        (flag, number, totals.notifications_by_flag[flag])
        for flag, number in totals.by_flag.items()
        if totals.days or flag not in OF_NOTIFICATIONS
    ]

    return [
        (word, number, notifications, totals.share(notifications))
        for word, number, notifications in rows
    ]


def _few(number: float) -> str:
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"
