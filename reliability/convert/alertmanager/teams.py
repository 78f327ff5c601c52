"""Teams in an Alertmanager configuration, by the labels of its routes and receiver names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reliability.alertmanager.matcher import RouteMatcher
from reliability.alertmanager.routing import Route
from reliability.convert.converter import mapping, sequence
from reliability.convert.names import slug
from reliability.convert.prometheus_rules.tiers import PAGING
from reliability.location import Pointer

TEAM_LABELS: Final = ("team", "owner", "squad")
SEVERITY_LABELS: Final = ("severity", "priority", "level")
NAMED: Final = re.compile(
    r"^(?:team[-_])?(?P<team>[a-z0-9][a-z0-9_-]*?)[-_](?P<what>slack|pager|pagerduty|page|critical"
    r"|oncall|on-call|warning|warnings|alerts|tickets)$|^team[-_](?P<only>[a-z0-9_-]+)$",
    re.IGNORECASE,
)
NO_TEAMS: Final = frozenset(("default", "slack", "pagerduty", "email", "null", "global", "all"))
"""Prefixes of receiver names that are not teams."""
READ: Final = frozenset(("slack_configs", "pagerduty_configs"))
CHANNEL: Final = re.compile(r"^#?[^\s#@{}]+$")
PAGING_NAMES: Final = frozenset(("pager", "pagerduty", "page", "critical", "oncall", "on-call"))


@dataclass(slots=True, kw_only=True)
class RoutedTeam:
    """A team in the routes: its channels by tier, and the file with its pager's key.

    `unread` lists its other integrations, which are not imported. `by_service_key`: the pager
    uses PagerDuty's Events API v1.
    """

    name: str
    pointer: Pointer
    why: str
    channels: dict[str, str] = field(default_factory=dict)
    routing_key: str | None = None
    by_service_key: bool = False
    unread: list[str] = field(default_factory=list)

    def take_pager(self, path: str) -> None:
        """Keep the first pager as the team's, and list any other as unread."""
        self.routing_key = self.routing_key or path
        if self.routing_key != path:
            self.unread.append(f"the pager of {path}")

    def take_channel(self, tier: str, channel: str) -> None:
        """Keep the first channel of a tier as the team's, and list any other as unread."""
        if self.channels.setdefault(tier, channel) != channel:
            self.unread.append(channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamReceiverClaim:
    """A receiver of a team, whether it gets pages, and how the team was recognized."""

    team: str
    receiver: str
    pages: bool
    pointer: Pointer
    why: str


def seen_teams(
    values: Mapping[str, Any], root: Route, files: Mapping[Pointer, str]
) -> tuple[dict[str, RoutedTeam], frozenset[str]]:
    """Return the teams by name, and the names of their receivers.

    `files` are the paths of the secrets that were moved into files, by their pointers.
    """
    receivers = {
        str(mapping(entry).get("name")): (("receivers", index), mapping(entry))
        for index, entry in enumerate(sequence(values.get("receivers")))
    }
    claims = list(_by_routes(root, ()))
    routed = {claim.receiver for claim in claims}
    claims += [claim for claim in _by_names(receivers) if claim.receiver not in routed]

    teams: dict[str, RoutedTeam] = {}
    read: set[str] = set()
    for claim in claims:
        if claim.receiver not in receivers:
            continue
        pointer, receiver = receivers[claim.receiver]
        team = teams.get(claim.team) or RoutedTeam(
            name=claim.team, pointer=claim.pointer, why=claim.why
        )
        if _add(team, claim, receiver, pointer=pointer, files=files):
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
        pages = any(_pages(severity) for severity in severities)
        why = f"label {team.name} of its route"
        yield TeamReceiverClaim(
            team=slug(team.value),
            receiver=route.receiver,
            pages=pages,
            pointer=route.pointer,
            why=why,
        )

    for child in route.routes:
        yield from _by_routes(child, matchers)


def _is_one(matcher: RouteMatcher) -> bool:
    return str(matcher.operator) == "=" or (
        str(matcher.operator) == "=~" and bool(re.fullmatch(r"[\w-]+", matcher.value))
    )


def _pages(matcher: RouteMatcher) -> bool:
    named = set(re.split(r"[|()^$]+", matcher.value.lower())) - {""}
    return str(matcher.operator) in ("=", "=~") and bool(named & PAGING)


def _by_names(receivers: Mapping[str, tuple[Pointer, Any]]) -> Iterator[TeamReceiverClaim]:
    for name, (pointer, _) in receivers.items():
        match = NAMED.match(name)
        team = slug((match["team"] or match["only"]) if match else "")
        if match and team and team not in NO_TEAMS:
            pages = (match["what"] or "").lower() in PAGING_NAMES
            yield TeamReceiverClaim(
                team=team, receiver=name, pages=pages, pointer=pointer, why="the receiver's name"
            )


def _add(
    team: RoutedTeam,
    claim: TeamReceiverClaim,
    receiver: Mapping[str, Any],
    pointer: Pointer,
    files: Mapping[Pointer, str],
) -> bool:
    """Add the pager and channels of a receiver to a team; return whether it had any."""
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
            tier = "alert" if claim.pages else "ticket"
            team.take_channel(tier, f"#{channel.lstrip('#')}")
            is_read = True

    if is_read:
        others = [key for key in receiver if key.endswith("_configs") and key not in READ]
        team.unread += [f"{key} of {claim.receiver}" for key in others]

    return is_read
