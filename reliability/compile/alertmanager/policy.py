"""The settings of the notification policy for each tier, with their defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reliability.alert_labels import PLAIN, AlertLabelNames
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Pointer
from reliability.message import Message
from reliability.model.kind import TIERS
from reliability.model.notification import (
    Heartbeat,
    NotificationGrouping,
    NotificationPolicy,
    TierPolicy,
)
from reliability.model.team import Webhook
from reliability.resolve.alert_labels import alert_label_names
from reliability.resource import Json
from reliability.scalars import duration_text
from reliability.timespan import SECOND

QUIET: Final = NotificationGrouping(
    wait=timedelta(minutes=5), interval=timedelta(hours=1), repeat=timedelta(days=5)
)
GROUPINGS: Final[Mapping[str, NotificationGrouping]] = {
    "alert": NotificationGrouping(
        wait=timedelta(seconds=30), interval=timedelta(minutes=5), repeat=timedelta(hours=4)
    ),
    "ticket": QUIET,
    "log": QUIET,
}
"""Default grouping and repetition of each tier.

Alertmanager remembers sent notifications for five days by default (`--data.retention=120h`), so a
longer repeat interval has no effect.
"""

DEFAULT_TIERS: Final = {
    "alert": TierPolicy(mention=True, page=True),
    "ticket": TierPolicy(ticket=True),
    "log": TierPolicy(),
}

NOT_ALLOWED: Final = (
    ("ticket", "mention"),
    ("ticket", "page"),
    ("log", "mention"),
    ("log", "page"),
    ("log", "ticket"),
)

FROM_FILE: Final = "file:"


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """Settings of the policy: permissions of each tier, Slack URL and dead man's switch.

    `slack` has the settings with the URL. It is empty if the global URL of the Alertmanager
    configuration applies, and None if there is no URL at all.
    """

    tiers: Mapping[str, TierPolicy]
    slack: Mapping[str, Json] | None
    heartbeat: Heartbeat | None
    label_names: AlertLabelNames = PLAIN

    @classmethod
    def of(cls, catalog: Catalog, *, has_global_slack: bool) -> NotificationSettings:
        """Read the settings of a catalog's policy, or the defaults without one."""
        policy = catalog.only(NotificationPolicy)
        slack: Mapping[str, Json] | None = {} if has_global_slack else None
        if policy is None:
            return cls(DEFAULT_TIERS, slack, None)
        spec = policy.value.spec
        if spec.slack is not None:
            slack = {"api_url_file": path_of(spec.slack.api_url)}
        tiers = {str(tier): getattr(spec.tiers, tier) for tier in TIERS}
        return cls(tiers, slack, spec.heartbeat, alert_label_names(catalog))

    def grouping(self, tier: str) -> NotificationGrouping:
        """Return a tier's grouping and repeat intervals, within Alertmanager's limits."""
        written = self.tiers[tier].grouping or GROUPINGS[tier]
        return NotificationGrouping(
            wait=written.wait,
            interval=max(SECOND, written.interval),
            repeat=max(SECOND, written.repeat),
        )


def path_of(secret: str) -> str:
    """Return the path that Alertmanager reads a secret from, without `file:`."""
    return secret.removeprefix(FROM_FILE)


def webhook(receiver: Webhook, *, send_resolved: bool) -> dict[str, Json]:
    """Build one entry of `webhook_configs`."""
    is_file = receiver.url.startswith(FROM_FILE)
    address: dict[str, Json] = (
        {"url_file": path_of(receiver.url)} if is_file else {"url": receiver.url}
    )
    return {**address, "send_resolved": send_resolved}


def forbidden_notifications(catalog: Catalog) -> Iterator[tuple[str, Problem]]:
    """Yield what the policy lets a tier do although the tier must not: mention, page or ticket."""
    policy = catalog.only(NotificationPolicy)
    for tier, act in NOT_ALLOWED if policy else ():
        if policy and getattr(getattr(policy.value.spec.tiers, tier), act):
            yield act, _forbidden_notification(policy, tier, act)


def time_problems(catalog: Catalog) -> Iterator[Problem]:
    """Yield problems of times in the policy that Alertmanager refuses or cannot observe."""
    policy = catalog.only(NotificationPolicy)
    if policy is None:
        return

    for tier in TIERS:
        yield from _grouping_problems(policy, tier)
    heartbeat = policy.value.spec.heartbeat
    if heartbeat is not None and heartbeat.repeat < SECOND:
        yield Problem(
            policy.at("spec", "heartbeat", "repeat"),
            Message(
                "the heartbeat repeats every {repeat}; the minimum is 1s",
                repeat=duration_text(heartbeat.repeat),
            ),
            Message("write 1m, or the interval that the dead man's switch expects"),
        )


def _forbidden_notification(policy: Located[NotificationPolicy], tier: str, act: str) -> Problem:
    at = policy.at("spec", "tiers", tier, act)
    match act:
        case "mention":
            return Problem(
                at,
                Message("the {tier} tier must not mention people; only alert may", tier=tier),
                Message("set mention to false, or move what must mention people to the alert tier"),
            )
        case "page":
            return Problem(
                at,
                Message("the {tier} tier must not page; only alert may", tier=tier),
                Message("set page to false, or move what must page to the alert tier"),
            )
        case _:
            return Problem(
                at,
                Message(
                    "the {tier} tier must not open tickets; only alert and ticket may", tier=tier
                ),
                Message("set ticket to false, or move what must open tickets to the ticket tier"),
            )


def _grouping_problems(policy: Located[NotificationPolicy], tier: str) -> Iterator[Problem]:
    grouping: NotificationGrouping | None = getattr(policy.value.spec.tiers, tier).grouping
    if grouping is None:
        return

    route: Pointer = ("spec", "tiers", tier, "grouping")
    if not grouping.interval:
        yield Problem(
            policy.at(*route, "interval"),
            Message("the group interval is 0s; Alertmanager requires a longer one"),
            Message("write 5m, the time for which changes of a notified group are collected"),
        )

    if grouping.repeat < max(grouping.interval, SECOND):
        yield Problem(
            policy.at(*route, "repeat"),
            Message(
                "the repeat interval is {repeat}, shorter than the group interval of {interval}",
                repeat=duration_text(grouping.repeat),
                interval=duration_text(max(grouping.interval, SECOND)),
            ),
            Message("write a repeat interval that is at least the group interval"),
        )
