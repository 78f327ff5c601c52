"""Effects of notifications on people: by a mapping of labels, else by what the receivers are.

A pager (PagerDuty, Opsgenie, VictorOps, incident.io, Pushover) pages. A chat message pages no one,
but a mention in it notifies a person at once. A webhook may lead to anything: its effect is
unknown until a mapping says what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from reliability.alertmanager.matcher import MatcherRefusedError, RouteMatcher, parse_matchers
from reliability.alertmanager.receivers import PAGERS, QUEUES, READ, WEBHOOK, notifying_parts
from reliability.alertmanager.routing import Receiver, Routing, ends, parse
from reliability.errors import ReliabilityError

NotificationEffect = Literal["page", "mention", "ticket", "chat", "mail", "unknown", "no one"]
RANKED: Final[tuple[NotificationEffect, ...]] = (
    *("page", "mention", "ticket", "unknown", "chat", "mail", "no one"),
)
"""The strongest effect first."""

PAGING: Final[tuple[NotificationEffect, ...]] = ("page", "mention")
"""Effects that reach a person at once."""

EMAIL: Final = "email_configs"

BY_SEVERITY: Final[Mapping[str, Any]] = {
    "route": {
        "receiver": "log",
        "group_by": ["alertname"],
        "routes": [
            {"receiver": "page", "matchers": ['severity=~"page|pager|critical|emergency|P1"']},
            {"receiver": "ticket", "matchers": ['severity=~"ticket|warning|error|high|P2"']},
        ],
    },
    "receivers": [
        {"name": "page", "pagerduty_configs": [{"routing_key": "none"}]},
        {"name": "ticket", "jira_configs": [{"project": "none", "issue_type": "none"}]},
        {"name": "log"},
    ],
}
"""Used without an Alertmanager configuration."""


@dataclass(frozen=True, slots=True)
class EffectMapping:
    """Effects of alerts by their labels: the first entry whose matchers all hold decides."""

    entries: tuple[tuple[NotificationEffect, tuple[RouteMatcher, ...]], ...] = ()

    @classmethod
    def of(cls, written: Iterable[tuple[NotificationEffect, str]]) -> EffectMapping:
        """Read matchers as Alertmanager does.

        Raises:
            ReliabilityError: a matcher cannot be read.
        """
        entries = []
        for effect, text in written:
            try:
                entries.append((effect, parse_matchers(text)))
            except MatcherRefusedError as refusal:
                raise ReliabilityError(f"--{effect}: {refusal}") from None
        return cls(tuple(entries))

    def of_labels(self, labels: Mapping[str, str]) -> NotificationEffect | None:
        """Return the effect of an alert with these labels; None if no entry matches."""
        for effect, matchers in self.entries:
            if all(matcher.matches(labels) for matcher in matchers):
                return effect
        return None


def of_receiver(receiver: Receiver, places: Sequence[int] | None = None) -> NotificationEffect:
    """Return the effect of a receiver, or of the integrations at some of its places."""
    chosen = receiver.integrations
    if places is not None:
        chosen = tuple(chosen[place] for place in places)
    effects = {_of_kind(kind) for kind, _ in chosen}
    if any(True for _ in notifying_parts(Receiver(receiver.name, chosen))):
        effects.add("mention")
    return strongest(effects)


def _of_kind(kind: str) -> NotificationEffect:
    if kind in PAGERS:
        return "page"
    if kind == WEBHOOK:
        return "unknown"
    if kind in QUEUES:
        return "ticket"
    if kind == EMAIL:
        return "mail"
    return "chat" if kind in READ else "unknown"


def strongest(effects: Iterable[NotificationEffect]) -> NotificationEffect:
    """Return the strongest of several."""
    return min(effects, key=RANKED.index, default="no one")


def of_alert(
    labels: Mapping[str, str], routing: Routing, mapping: EffectMapping
) -> NotificationEffect:
    """Return the effect of an alert with these labels, by all receivers that it reaches."""
    mapped = mapping.of_labels(labels)
    if mapped is not None:
        return mapped
    receivers = {end.receiver for end in ends(routing.root, lambda m: m.matches(labels))}
    return strongest(of_receiver(routing.receivers[name]) for name in receivers)


def by_severity() -> Routing:
    """Return the routes that are used without an Alertmanager configuration."""
    return parse(BY_SEVERITY)
