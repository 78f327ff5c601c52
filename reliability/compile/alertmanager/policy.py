"""What the notification policy lets a tier do, with the defaults where nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from reliability.alert_labels import PLAIN, AlertLabelNames
from reliability.compile.alertmanager.labels import TIERS
from reliability.finding import Problem
from reliability.load.catalog import Catalog
from reliability.load.document import Located
from reliability.location import Pointer
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
"""How a tier is joined and repeated where the policy does not say.

Five days is as long as Alertmanager remembers what it sent, unless it is told otherwise
(`--data.retention=120h`).
"""

UNWRITTEN: Final = {
    "alert": TierPolicy(mention=True, page=True),
    "ticket": TierPolicy(ticket=True),
    "log": TierPolicy(),
}

TOO_LOUD: Final = (
    ("ticket", "mention"),
    ("ticket", "page"),
    ("log", "mention"),
    ("log", "page"),
    ("log", "ticket"),
)

SECOND: Final = timedelta(seconds=1)
FROM_FILE: Final = "file:"


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """What the policy gives: what each tier may do, Slack's address, the dead man's switch.

    `slack` holds the settings that name the address: none where Alertmanager's global one serves,
    and None where there is no address at all.
    """

    tiers: Mapping[str, TierPolicy]
    slack: Mapping[str, Json] | None
    heartbeat: Heartbeat | None
    label_names: AlertLabelNames = PLAIN

    @classmethod
    def of(cls, catalog: Catalog, *, has_global_slack: bool) -> NotificationSettings:
        """What a catalog's policy gives."""
        policy = catalog.only(NotificationPolicy)
        slack: Mapping[str, Json] | None = {} if has_global_slack else None
        if policy is None:
            return cls(UNWRITTEN, slack, None)
        spec = policy.value.spec
        if spec.slack is not None:
            slack = {"api_url_file": path_of(spec.slack.api_url)}
        tiers = {tier: getattr(spec.tiers, tier) for tier in TIERS}
        return cls(tiers, slack, spec.heartbeat, alert_label_names(catalog))

    def grouping(self, tier: str) -> NotificationGrouping:
        """How notifications of a tier are joined and repeated, in times that Alertmanager takes."""
        written = self.tiers[tier].grouping or GROUPINGS[tier]
        return NotificationGrouping(
            wait=written.wait,
            interval=max(SECOND, written.interval),
            repeat=max(SECOND, written.repeat),
        )


def path_of(secret: str) -> str:
    """The path that the tool reads a secret from: what stands behind `file:`."""
    return secret.removeprefix(FROM_FILE)


def webhook(receiver: Webhook, *, send_resolved: bool) -> dict[str, Json]:
    """One entry of `webhook_configs`."""
    is_file = receiver.url.startswith(FROM_FILE)
    address: dict[str, Json] = (
        {"url_file": path_of(receiver.url)} if is_file else {"url": receiver.url}
    )
    return {**address, "send_resolved": send_resolved}


def too_loud(catalog: Catalog) -> Iterator[tuple[str, Problem]]:
    """What the policy lets a tier do that no tier of its kind may: mention, page or ticket."""
    policy = catalog.only(NotificationPolicy)
    for tier, act in TOO_LOUD if policy else ():
        if policy and getattr(getattr(policy.value.spec.tiers, tier), act):
            yield act, _too_loud(policy, tier, act)


def time_problems(catalog: Catalog) -> Iterator[Problem]:
    """Times of the policy that Alertmanager cannot keep."""
    policy = catalog.only(NotificationPolicy)
    if policy is None:
        return
    for tier in TIERS:
        yield from _grouping_problems(policy, tier)
    heartbeat = policy.value.spec.heartbeat
    if heartbeat is not None and heartbeat.repeat < SECOND:
        yield Problem(
            policy.at("spec", "heartbeat", "repeat"),
            f"the heartbeat repeats every {duration_text(heartbeat.repeat)}, at least 1s is needed",
            "write 1m, or what the dead man's switch waits for",
        )


def _too_loud(policy: Located[NotificationPolicy], tier: str, act: str) -> Problem:
    doing, who = ("open tickets", "alert and ticket") if act == "ticket" else (act, "alert")
    return Problem(
        policy.at("spec", "tiers", tier, act),
        f"{tier} asks to {doing}, and only {who} may",
        f"set {act} to false, or give a louder tier to what must {doing}",
    )


def _grouping_problems(policy: Located[NotificationPolicy], tier: str) -> Iterator[Problem]:
    grouping: NotificationGrouping | None = getattr(policy.value.spec.tiers, tier).grouping
    if grouping is None:
        return
    route: Pointer = ("spec", "tiers", tier, "grouping")
    if not grouping.interval:
        yield Problem(
            policy.at(*route, "interval"),
            "the interval is 0s, and Alertmanager wants a longer one",
            "write 5m, how long news of a group that was told already is collected",
        )
    if grouping.repeat < max(grouping.interval, SECOND):
        yield Problem(
            policy.at(*route, "repeat"),
            f"repeats every {duration_text(grouping.repeat)}, and a group is looked at "
            f"every {duration_text(grouping.interval)}",
            "write a repeat that is at least the interval",
        )
