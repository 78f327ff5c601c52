"""The totals of a triage: notifications and mentions, before and with the proposed policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reliability.onboarding.triage.alert import TriagedAlert
from reliability.onboarding.triage.flags import FLAGS
from reliability.onboarding.triage.verdict import DECISIONS
from reliability.timespan import TimeSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageTotals:
    """The totals over a span of `days`; `mentions` is None if no source knows mentions.

    For `impact_unknown` notifications the user impact is unknown.

    `mentions_after` are the notifications of the alert tier without repeats: an upper bound of
    the mentions under the policy, since a burn-rate alert replaces the rule. Both are per week.
    """

    days: float
    alerts: int
    rules: int
    notifications: int
    with_impact: int
    impact_unknown: int
    mentions: float | None
    mentions_after: float | None
    by_tier: Mapping[str, int]
    rules_by_tier: Mapping[str, int]
    notifications_by_tier: Mapping[str, int]
    by_flag: Mapping[str, int]
    notifications_by_flag: Mapping[str, int]
    notifications_without_action: int
    decided: int

    @property
    def weeks(self) -> float:
        """The span in weeks; less than one is too short for rates."""
        return self.days / 7

    @property
    def frequency(self) -> str:
        """What `often` returns: a rate, or a number if less than a week is known."""
        return "times" if 0 < self.weeks < 1 else "per week"

    def often(self, notifications: int) -> str:
        """Return how often something notifies, as `frequency` says; empty if it is unknown."""
        if self.weeks >= 1:
            return f"{notifications / self.weeks:.1f}"
        return f"{notifications:,}" if self.days else ""

    def share(self, number: int) -> float:
        """Return the share of a number in all notifications, 0..1."""
        return number / self.notifications if self.notifications else 0.0


def totals(
    alerts: Sequence[TriagedAlert], span: TimeSpan | None, *, mentions_are_known: bool
) -> TriageTotals:
    """Count alerts over a span; without a span only rules are counted."""
    days = round(span.length / timedelta(days=1), 3) if span else 0
    weeks = days / 7
    by_tier, notifications_by_tier, rules = Counter[str](), Counter[str](), Counter[str]()
    by_flag, notifications_by_flag = Counter[str](), Counter[str]()
    impact = Counter[str]()

    for alert in alerts:
        impact[alert.impact] += alert.figures.notifications
        by_tier[alert.tier] += 1
        rules[alert.tier] += len(alert.rules)
        notifications_by_tier[alert.tier] += alert.figures.notifications
        for flag in alert.flags:
            by_flag[flag.word] += 1
            notifications_by_flag[flag.word] += notifications_of(alert, flag.word)

    remaining_mentions = sum(_without_repeats(alert) for alert in alerts if alert.tier == "alert")
    mentions = sum(alert.figures.mentions for alert in alerts)
    return TriageTotals(
        days=days,
        alerts=len(alerts),
        rules=rules.total(),
        notifications=sum(alert.figures.notifications for alert in alerts),
        with_impact=impact["yes"],
        impact_unknown=impact["unknown"],
        mentions=mentions / weeks if weeks and mentions_are_known else None,
        mentions_after=remaining_mentions / weeks if weeks else None,
        by_tier={tier: by_tier[tier] for tier in DECISIONS},
        rules_by_tier={tier: rules[tier] for tier in DECISIONS},
        notifications_by_tier={tier: notifications_by_tier[tier] for tier in DECISIONS},
        by_flag={flag: by_flag[flag] for flag in FLAGS},
        notifications_by_flag={flag: notifications_by_flag[flag] for flag in FLAGS},
        notifications_without_action=notifications_by_tier["log"] + notifications_by_tier["remove"],
        decided=sum(1 for alert in alerts if alert.decided),
    )


def notifications_of(alert: TriagedAlert, flag: str) -> int:
    """Return the number of notifications with a flag: of duplicates only the repeats."""
    return alert.figures.repeats if flag == "duplicate" else alert.figures.notifications


def _without_repeats(alert: TriagedAlert) -> int:
    return max(alert.figures.notifications - alert.figures.repeats, 0)


def span_of(first: datetime | None, last: datetime | None) -> TimeSpan | None:
    """Return the whole UTC days from the first to the last message; None without messages."""
    if first is None or last is None:
        return None
    start = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = last.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return TimeSpan(start, end + timedelta(days=1))
