"""Groups messages by template as they are read, and matches them with alerting rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from reliability.convert.prometheus_rules.tiers import PAGING
from reliability.onboarding.triage.declared import DeclaredRule
from reliability.onboarding.triage.message import ReceivedMessage, State
from reliability.onboarding.triage.tally import TemplateTally
from reliability.onboarding.triage.template import Template, template_of

MAX_TEMPLATES: Final = 20_000
"""Templates that are kept apart; messages of further templates are counted together."""

NO_SEVERITY: Final = frozenset(
    ("success", "ok", "resolved", "triggered", "acknowledged", "open", "closed", "firing")
)
"""Values of a severity column or field that are states, not severities."""

WORD: Final = re.compile(r"[\w.:/-]+")
REST: Final = "(templates beyond the first 20,000)"


@dataclass(frozen=True, slots=True)
class Key:
    """The identity of an alert in this run and the next: its name and severity.

    If several rules share both, `distinction` tells them apart.
    """

    name: str
    severity: str
    is_alert: bool
    distinction: str = ""


@dataclass(slots=True, kw_only=True)
class Collector:
    """Counts of messages, and a few bytes of each; `read` is the number by source.

    `distinctions` are those of the rules of a name, which messages are searched for.
    """

    tallies: dict[Key, TemplateTally] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    read: Counter[str] = field(default_factory=Counter)
    distinctions: dict[str, set[str]] = field(default_factory=dict)

    def know(self, rules: Iterable[DeclaredRule]) -> None:
        """Remember what tells rules of one name apart; messages have to follow."""
        for rule in rules:
            if rule.distinction:
                self.distinctions.setdefault(rule.name, set()).add(rule.distinction)

    def add(self, message: ReceivedMessage) -> None:
        """Count a notification."""
        template = template_of(message.text)
        self._seen(message)
        key = key_of(template, message)
        tally = self._tally(replace(key, distinction=self._distinction(key.name, message)))
        tally.add(message, message.state or template.state, template.line, body=template.body)
        if severity := stated(message):
            tally.severities[severity] += 1

    def add_fired(self, name: str, message: ReceivedMessage, *, counts: bool) -> None:
        """Count an episode of an alert of this name, as a notification if it `counts` as one."""
        self._seen(message)
        apart = self._distinction(name, message)
        tally = self._tally(Key(name, message.severity.lower(), True, apart))
        if counts:
            tally.add(message, State.FIRING, message.text)
            tally.fired += 1
        else:
            tally.add_fired(message)

    def _distinction(self, name: str, message: ReceivedMessage) -> str:
        """Return the distinction whose values a message names; empty if none or several do."""
        known = self.distinctions.get(name)
        if not known:
            return ""
        words = {message.service, *WORD.findall(message.text)}
        named = [apart for apart in known if words.issuperset(values_of(apart))]
        return named[0] if len(named) == 1 else ""

    def _seen(self, message: ReceivedMessage) -> None:
        self.read[message.source] += 1
        self.first = min(self.first or message.at, message.at)
        self.last = max(self.last or message.at, message.at)

    def _tally(self, key: Key) -> TemplateTally:
        if key not in self.tallies and len(self.tallies) >= MAX_TEMPLATES:
            key = Key(REST, "", False)
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = TemplateTally()
        return tally


def values_of(distinction: str) -> list[str]:
    """Return the values in a distinction: `cart` and `eu` of `service=cart, zone=eu`."""
    return [part.removeprefix("group ").rpartition("=")[2] for part in distinction.split(", ")]


def key_of(template: Template, message: ReceivedMessage) -> Key:
    """Return the key of a message; a severity from the source only counts for alerts."""
    severity = template.severity or (stated(message) if template.is_alert else "")
    return Key(template.name, severity, template.is_alert)


def stated(message: ReceivedMessage) -> str:
    """Return the severity of a message in lower case; empty if it is a state."""
    word = message.severity.lower()
    return "" if word in NO_SEVERITY else word


@dataclass(frozen=True, slots=True)
class SourceMessages:
    """One alert: its key, its rules, and the counts of its messages.

    `is_shared`: it is not known to which of several rules other messages of its name belong.
    """

    key: Key
    rules: tuple[DeclaredRule, ...]
    tally: TemplateTally
    is_shared: bool = False


def match_messages(rules: Sequence[DeclaredRule], collector: Collector) -> Iterator[SourceMessages]:
    """Yield rules with their messages, then messages without a rule.

    If rules share a name, a message belongs to the rule with its severity, or else to one that
    pages. If rules also share the severity, it belongs to the one whose distinction it names.
    """
    declared: dict[Key, list[DeclaredRule]] = {}
    for rule in rules:
        key = Key(rule.name, rule.severity.lower(), True, rule.distinction)
        declared.setdefault(key, []).append(rule)
    by_name: dict[str, list[Key]] = {}
    for key in declared:
        by_name.setdefault(key.name, []).append(key)
    tallies = {key: TemplateTally() for key in declared}
    others: dict[str, list[tuple[Key, TemplateTally]]] = {}

    for key, tally in collector.tallies.items():
        mine = _of_rule(key, by_name.get(key.name, ()))
        if mine is not None:
            tallies[mine].join(tally)
        else:
            others.setdefault(key.name, []).append((key, tally))

    for key, declared_rules in declared.items():
        is_shared = key.name in others
        yield SourceMessages(key, tuple(declared_rules), tallies[key], is_shared=is_shared)
    for messages in others.values():
        yield from _merged(messages)


def _of_rule(key: Key, known: Iterable[Key]) -> Key | None:
    known = list(known)
    if key in known:
        return key
    if len({candidate.distinction for candidate in known}) > 1:
        known = [candidate for candidate in known if candidate.distinction == key.distinction]
    return max(known, key=lambda key: key.severity in PAGING, default=None)


def _merged(messages: Sequence[tuple[Key, TemplateTally]]) -> Iterator[SourceMessages]:
    """Add messages without a severity to the only severity that other messages name."""
    named = [pair for pair in messages if pair[0].severity]
    bare = [pair for pair in messages if not pair[0].severity]
    if len(named) == 1:
        for _, tally in bare:
            named[0][1].join(tally)
        bare = []
    for key, tally in (*named, *bare):
        yield SourceMessages(key, (), tally)
