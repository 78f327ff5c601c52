"""Teams in an Alertmanager configuration: who is told what, by the labels of its routes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Route
from reliability.convert.converter import mapping, sequence
from reliability.convert.names import slug
from reliability.convert.prometheus_rules.tiers import LOUD
from reliability.location import Pointer

TEAM_LABELS: Final = ("team", "owner", "squad")
SEVERITY_LABELS: Final = ("severity", "priority", "level")
NAMED: Final = re.compile(
    r"^(?:team[-_])?(?P<team>[a-z0-9][a-z0-9_-]*?)[-_](?P<what>slack|pager|pagerduty|page|critical"
    r"|oncall|on-call|warning|warnings|alerts|tickets)$|^team[-_](?P<only>[a-z0-9_-]+)$",
    re.IGNORECASE,
)
PLACES: Final = frozenset(("default", "slack", "pagerduty", "email", "null", "global", "all"))
READ: Final = frozenset(("slack_configs", "pagerduty_configs"))
CHANNEL: Final = re.compile(r"^#?[^\s#@{}]+$")
LOUD_NAMES: Final = frozenset(("pager", "pagerduty", "page", "critical", "oncall", "on-call"))


@dataclass(slots=True)
class RoutedTeam:
    """What the routes say of a team: channels by tier, the file of its pager's key, and where.

    `unread` is what its receivers tell besides; a `service_key` is one of PagerDuty's older API.
    """

    name: str
    pointer: Pointer
    why: str
    channels: dict[str, str] = field(default_factory=dict)
    routing_key: str | None = None
    by_service_key: bool = False
    unread: list[str] = field(default_factory=list)

    def take_pager(self, path: str) -> None:
        """The first pager is the team's; others stay where they are."""
        self.routing_key = self.routing_key or path
        if self.routing_key != path:
            self.unread.append(f"the pager of {path}")

    def take_channel(self, tier: str, channel: str) -> None:
        """The first channel of a tier is the team's; others stay where they are."""
        if self.channels.setdefault(tier, channel) != channel:
            self.unread.append(channel)


@dataclass(frozen=True, slots=True)
class TeamReceiverClaim:
    """A receiver that a team has, whether what comes there is loud, and how it was seen."""

    team: str
    receiver: str
    loud: bool
    pointer: Pointer
    why: str


def seen_teams(
    values: Mapping[str, Any], root: Route, files: Mapping[Pointer, str]
) -> tuple[dict[str, RoutedTeam], frozenset[str]]:
    """The teams by name, and the receivers that were read as theirs; `files` are secrets' files."""
    receivers = {
        str(mapping(entry).get("name")): (("receivers", index), mapping(entry))
        for index, entry in enumerate(sequence(values.get("receivers")))
    }
    told = list(_by_routes(root, ()))
    routed = {claim.receiver for claim in told}
    told += [claim for claim in _by_names(receivers) if claim.receiver not in routed]
    teams: dict[str, RoutedTeam] = {}
    read: set[str] = set()
    for claim in told:
        if claim.receiver not in receivers:
            continue
        pointer, receiver = receivers[claim.receiver]
        team = teams.get(claim.team) or RoutedTeam(claim.team, claim.pointer, claim.why)
        if _add(team, claim, receiver, pointer, files):
            teams[claim.team] = team
            read.add(claim.receiver)
    return teams, frozenset(read)


def _by_routes(route: Route, above: tuple[RouteMatcher, ...]) -> Iterator[TeamReceiverClaim]:
    matchers = (*above, *route.matchers)
    team = next(
        (matcher for matcher in matchers if matcher.name in TEAM_LABELS and _is_one(matcher)), None
    )
    if team is not None and slug(team.value):
        severities = [matcher for matcher in matchers if matcher.name in SEVERITY_LABELS]
        loud = any(_is_loud(severity) for severity in severities)
        why = f"label {team.name} of its route"
        yield TeamReceiverClaim(slug(team.value), route.receiver, loud, route.pointer, why)
    for child in route.routes:
        yield from _by_routes(child, matchers)


def _is_one(matcher: RouteMatcher) -> bool:
    return str(matcher.operator) == "=" or (
        str(matcher.operator) == "=~" and bool(re.fullmatch(r"[\w-]+", matcher.value))
    )


def _is_loud(matcher: RouteMatcher) -> bool:
    named = set(re.split(r"[|()^$]+", matcher.value.lower())) - {""}
    return str(matcher.operator) in ("=", "=~") and bool(named & LOUD)


def _by_names(receivers: Mapping[str, tuple[Pointer, Any]]) -> Iterator[TeamReceiverClaim]:
    for name, (pointer, _) in receivers.items():
        match = NAMED.match(name)
        team = slug((match["team"] or match["only"]) if match else "")
        if match and team and team not in PLACES:
            loud = (match["what"] or "").lower() in LOUD_NAMES
            yield TeamReceiverClaim(team, name, loud, pointer, "the receiver's name")


def _add(
    team: RoutedTeam,
    told: TeamReceiverClaim,
    receiver: Mapping[str, Any],
    pointer: Pointer,
    files: Mapping[Pointer, str],
) -> bool:
    """Whether something of the receiver was read."""
    is_read = False
    for index, page in enumerate(sequence(receiver.get("pagerduty_configs"))):
        for key in ("routing_key", "service_key"):
            path = mapping(page).get(f"{key}_file")
            path = path or files.get((*pointer, "pagerduty_configs", index, key))
            if isinstance(path, str) and path.startswith("/"):
                is_read = True
                team.take_pager(path)
                team.by_service_key |= key == "service_key" and team.routing_key == path
    for config in sequence(receiver.get("slack_configs")):
        channel = mapping(config).get("channel")
        if isinstance(channel, str) and CHANNEL.match(channel):
            tier = "alert" if told.loud else "ticket"
            team.take_channel(tier, f"#{channel.lstrip('#')}")
            is_read = True
    if is_read:
        others = [key for key in receiver if key.endswith("_configs") and key not in READ]
        team.unread += [f"{key} of {told.receiver}" for key in others]
    return is_read
