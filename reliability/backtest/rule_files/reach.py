"""Which alerts page: by a mapping of labels, else by what the receivers are.

A pager (PagerDuty, Opsgenie, VictorOps, incident.io, Pushover) pages. A chat message pages nobody,
but a mention in it does notify a person at once. A webhook may lead to anything: it is unknown
until a mapping says what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from reliability.alertmanager.matcher import MatcherRefusedError, RouteMatcher, parse_matchers
from reliability.alertmanager.receivers import PAGERS, QUEUES, READ, WEBHOOK, notifying_parts
from reliability.alertmanager.routing import Receiver, Routing, ends, parse
from reliability.errors import ReliabilityError

Reach = Literal["page", "mention", "ticket", "chat", "mail", "unknown", "nobody"]
RANKED: Final[tuple[Reach, ...]] = (
    *("page", "mention", "ticket", "unknown", "chat", "mail", "nobody"),
)
"""What a message does to people, the strongest first."""

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
"""Stands in for an Alertmanager configuration where none is given."""


@dataclass(frozen=True, slots=True)
class ReachMapping:
    """What alerts do by their labels: the first entry whose matchers all hold decides."""

    entries: tuple[tuple[Reach, tuple[RouteMatcher, ...]], ...] = ()

    @classmethod
    def of(cls, written: Iterable[tuple[Reach, str]]) -> ReachMapping:
        """Read matchers as Alertmanager does.

        Raises:
            ReliabilityError: a matcher cannot be read.
        """
        entries = []
        for reach, text in written:
            try:
                entries.append((reach, parse_matchers(text)))
            except MatcherRefusedError as refusal:
                raise ReliabilityError(f"--{reach}: {refusal}") from None
        return cls(tuple(entries))

    def of_labels(self, labels: Mapping[str, str]) -> Reach | None:
        """What an alert with these labels does; None if no entry matches."""
        for reach, matchers in self.entries:
            if all(matcher.matches(labels) for matcher in matchers):
                return reach
        return None


def of_receiver(receiver: Receiver, places: Sequence[int] | None = None) -> Reach:
    """What a receiver does to people, or the integrations at some of its places."""
    chosen = receiver.integrations
    if places is not None:
        chosen = tuple(chosen[place] for place in places)
    reached = {_of_kind(kind) for kind, _ in chosen}
    if any(True for _ in notifying_parts(Receiver(receiver.name, chosen))):
        reached.add("mention")
    return strongest(reached)


def _of_kind(kind: str) -> Reach:
    if kind in PAGERS:
        return "page"
    if kind == WEBHOOK:
        return "unknown"
    if kind in QUEUES:
        return "ticket"
    if kind == EMAIL:
        return "mail"
    return "chat" if kind in READ else "unknown"


def strongest(reached: Iterable[Reach]) -> Reach:
    """The strongest of several."""
    return min(reached, key=RANKED.index, default="nobody")


def of_alert(labels: Mapping[str, str], routing: Routing, mapping: ReachMapping) -> Reach:
    """What an alert with these labels does to people."""
    mapped = mapping.of_labels(labels)
    if mapped is not None:
        return mapped
    receivers = {end.receiver for end in ends(routing.root, lambda m: m.matches(labels))}
    return strongest(of_receiver(routing.receivers[name]) for name in receivers)


def by_severity() -> Routing:
    """The routes that stand in where no Alertmanager configuration is given."""
    return parse(BY_SEVERITY)
