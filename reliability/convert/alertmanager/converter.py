"""`alertmanager`: a configuration is the base of ours, without its secrets; teams are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from reliability.alert_labels import PLAIN
from reliability.alertmanager.routing import RoutingRefusedError, parse
from reliability.convert.alertmanager.secrets import clean
from reliability.convert.alertmanager.teams import RoutedTeam, seen_teams
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    CopiedFile,
    Original,
    OriginalLocation,
    RoutedLabel,
    changed,
    decide,
    left_out,
    mapping,
    sequence,
)
from reliability.convert.documents import NOBODY, team
from reliability.convert.writing import Block
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import Document
from reliability.resource import Json

MAPPINGS: Final = (
    *("match", "match_re"),
    *("source_match", "source_match_re", "target_match", "target_match_re"),
)
MATCHERS: Final = ("matchers", "source_matchers", "target_matchers")
NAMES: Final = ("equal", "group_by")
MATCHER: Final = re.compile(r'[\s{,]*"?([A-Za-z_][A-Za-z0-9_]*)"?\s*(?:=~|!=|!~|=)')
VALUE: Final = re.compile(r'(=~|!=|!~|=)\s*"(?:[^"\\]|\\.)*"')


class Alertmanager:
    """The file itself, and a team for each that its routes or receivers name."""

    name = "alertmanager"

    def recognizes(self, original: Original) -> bool:
        """Whether it has a route and receivers."""
        if not isinstance(original, Document):
            return False
        values = mapping(original.values)
        return isinstance(values.get("route"), dict) and isinstance(values.get("receivers"), list)

    def convert(
        self, originals: Sequence[Original], _wishes: ConversionOptions
    ) -> Iterator[Converted]:
        """The base, secrets that are missing now, teams, and receivers that are no team's."""
        for original in originals:
            if isinstance(original, Document):
                yield from _converted(original)


def _converted(document: Document) -> Iterator[Converted]:
    cleaned = clean(document)
    yield from cleaned.remarks
    used = PLAIN.all.intersection(matched_labels(document.values))
    if used:
        yield RoutedLabel(min(used))
    yield CopiedFile(BASE_ALERTMANAGER, cleaned.text, OriginalLocation(document))
    message = f"the configuration is {BASE_ALERTMANAGER} now; our routes go before its own"
    yield changed(
        OriginalLocation(document, ("route",)), message, "look at `reliability build` or `plan`"
    )
    try:
        routing = parse(document.values)
    except RoutingRefusedError as refusal:
        help_text = "ask amtool check-config about the file"
        yield decide(
            OriginalLocation(document, refusal.pointer),
            f"no teams can be read: {refusal}",
            help_text,
        )
        return
    teams, read = seen_teams(document.values, routing.root, cleaned.files)
    for routed_team in teams.values():
        yield from _team(routed_team, document)
    yield from _others(document, read)


def _team(seen: RoutedTeam, document: Document) -> Iterator[Converted]:
    origin = OriginalLocation(document, seen.pointer)
    body: dict[str, Json | Block] = {"members": [NOBODY]}
    if seen.routing_key:
        body["onCall"] = {"pagerduty": {"routingKey": f"file:{seen.routing_key}"}}
    if seen.channels:
        body["channels"] = {tier: {"slack": seen.channels[tier]} for tier in sorted(seen.channels)}
    yield team(seen.name, Block(body, {"members": "decide: who they are"}), origin)
    missing = [tier for tier in ("alert", "ticket") if tier not in seen.channels]
    lacks = ["its members", *(f"its {tier} channel" for tier in missing)]
    message = f"team {seen.name} is read by {seen.why}; unknown are {', '.join(lacks)}"
    if seen.unread:
        rest = ", ".join(dict.fromkeys(seen.unread))
        message += f"; in {BASE_ALERTMANAGER} alone: {rest}"
    yield decide(origin, message, f"complete policies/teams/{seen.name}.yaml")
    if seen.by_service_key:
        message = f"the pager of {seen.name} had a service_key, and ours is told by routing_key"
        help_text = "see in PagerDuty that its integration takes Events API v2"
        yield decide(origin, message, help_text)


def _others(document: Document, read: frozenset[str]) -> Iterator[Converted]:
    for index, receiver in enumerate(sequence(document.values.get("receivers"))):
        name = str(mapping(receiver).get("name"))
        if name not in read:
            message = f"receiver {name} is read as no team's, and stays in {BASE_ALERTMANAGER}"
            help_text = "write a team in policies/teams where it belongs to one"
            yield left_out(
                OriginalLocation(document, ("receivers", index, "name")), message, help_text
            )


def matched_labels(values: Any) -> Iterator[str]:
    """Every label name below `route` and `inhibit_rules`."""
    configuration = mapping(values)
    for rule in (configuration.get("route"), *sequence(configuration.get("inhibit_rules"))):
        yield from _of_rule(mapping(rule))


def _of_rule(rule: dict[str, Any]) -> Iterator[str]:
    for key in MAPPINGS:
        yield from mapping(rule.get(key))
    for key in MATCHERS:
        written = rule.get(key)
        for text in [written] if isinstance(written, str) else sequence(written):
            yield from _names(str(text))
    for key in NAMES:
        yield from map(str, sequence(rule.get(key)))
    for route in sequence(rule.get("routes")):
        yield from _of_rule(mapping(route))


def _names(text: str) -> Iterator[str]:
    """The label names of matchers; what stands in quotes behind a sign is a value."""
    bare = VALUE.sub(r"\1", text)
    yield from MATCHER.findall(bare)
