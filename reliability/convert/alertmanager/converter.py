"""`alertmanager`: copies a configuration without its secrets, and drafts teams from its routes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reliability.alert_labels import PLAIN
from reliability.alertmanager.routing import RoutingRefusedError, parse
from reliability.check.lookups.series_labels import label_readers
from reliability.check.wording import NOBODY
from reliability.convert.alertmanager.secrets import clean
from reliability.convert.alertmanager.teams import RoutedTeam, seen_teams
from reliability.convert.converter import (
    ConversionOptions,
    Converted,
    CopiedFile,
    Diagnostic,
    DiagnosticKind,
    Original,
    OriginalLocation,
    RoutedLabel,
    changed,
    decide,
    left_out,
    mapping,
    sequence,
)
from reliability.convert.documents import DECIDE_MEMBERS, team
from reliability.convert.writing import Block
from reliability.finding import Problem
from reliability.load.catalog import BASE_ALERTMANAGER
from reliability.load.document import Document
from reliability.load.document import parse as parse_text
from reliability.load.faults import DUPLICATE
from reliability.resource import Json

TIERS: Final = ("alert", "ticket")
"""The tiers whose channel a team needs."""


class Alertmanager:
    """Converter that copies the file and drafts a team for each one in routes or receivers."""

    name = "alertmanager"

    def recognizes(self, original: Original) -> bool:
        """Return whether the document has a route and receivers."""
        values = mapping(original.values)
        return isinstance(values.get("route"), dict) and isinstance(values.get("receivers"), list)

    def convert(
        self, originals: Sequence[Original], _options: ConversionOptions
    ) -> Iterator[Converted]:
        """Yield the copy, teams, and diagnostics on removed secrets and other receivers."""
        for original in originals:
            if isinstance(original, Document):
                yield from _converted(original)


def _converted(document: Document) -> Iterator[Converted]:
    for fault in parse_text(document.path, document.text.encode()).faults:
        if fault.rule == DUPLICATE:
            # One of the two values is in the text only, so its secrets would be copied.
            message = "the configuration is not imported: Alertmanager refuses duplicate keys"
            yield Diagnostic(DiagnosticKind.LEFT_OUT, Problem(fault.location, message, fault.help))
            return

    cleaned = clean(document)
    yield from cleaned.diagnostics
    routed = {key: document.values.get(key) for key in ("route", "inhibit_rules")}
    used = [reader.label for reader in label_readers(routed, PLAIN.all)]
    if used:
        yield RoutedLabel(min(used))

    yield CopiedFile(BASE_ALERTMANAGER, cleaned.text, OriginalLocation(document))
    message = f"the configuration becomes {BASE_ALERTMANAGER}; generated routes go before its own"
    help_text = "review the merged configuration with `reliability build` or `reliability plan`"
    yield changed(OriginalLocation(document, ("route",)), message, help_text)

    try:
        routing = parse(document.values)
    except RoutingRefusedError as refusal:
        yield decide(
            OriginalLocation(document, refusal.pointer),
            f"teams cannot be read from the routes: {refusal}",
            "check the file with amtool check-config",
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
    yield team(seen.name, Block(body, {"members": DECIDE_MEMBERS}), origin)

    missing = ["members", *(f"{tier} channel" for tier in TIERS if tier not in seen.channels)]
    message = f"team {seen.name} comes from {seen.why}; missing: {', '.join(missing)}"
    if seen.unread:
        rest = ", ".join(dict.fromkeys(seen.unread))
        message += f"; only in {BASE_ALERTMANAGER}: {rest}"
    yield decide(origin, message, f"set them in policies/teams/{seen.name}.yaml")

    # service_key belongs to the Events API v1, routing_key to v2; one integration key can be both.
    if seen.by_service_key:
        message = f"the pager of {seen.name} used service_key; reliability uses routing_key"
        help_text = "check in PagerDuty that the integration accepts Events API v2"
        yield decide(origin, message, help_text)


def _others(document: Document, read: frozenset[str]) -> Iterator[Converted]:
    for index, receiver in enumerate(sequence(document.values.get("receivers"))):
        name = str(mapping(receiver).get("name"))
        if name not in read:
            message = f"receiver {name} belongs to no known team and stays in {BASE_ALERTMANAGER}"
            help_text = "declare its team in policies/teams, if it has one"
            yield left_out(
                OriginalLocation(document, ("receivers", index, "name")), message, help_text
            )
