"""Gathers messages by their template while they stream by, and puts rules and messages together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from reliability.convert.prometheus_rules.tiers import PAGING
from reliability.onboarding.triage.declared import DeclaredRule
from reliability.onboarding.triage.message import ReceivedMessage, State
from reliability.onboarding.triage.tally import TemplateTally
from reliability.onboarding.triage.template import Template, template_of

MOST: Final = 20_000
"""Templates that are told apart; what comes after them is counted together."""

NO_SEVERITY: Final = frozenset(
    ("success", "ok", "resolved", "triggered", "acknowledged", "open", "closed", "firing")
)
"""What stands in a column or field for severity and is a state."""

REST: Final = "(templates beyond the first 20,000)"


@dataclass(frozen=True, slots=True)
class Key:
    """What a noise is known by, in this run and the next: its name, and an alert's severity."""

    name: str
    severity: str
    is_alert: bool


@dataclass(slots=True)
class Collector:
    """Counts messages, of which only a few bytes are kept; `read` are those of each source."""

    tallies: dict[Key, TemplateTally] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    read: Counter[str] = field(default_factory=Counter)

    def add(self, message: ReceivedMessage) -> None:
        """Count a notification."""
        template = template_of(message.text)
        self._seen(message)
        tally = self._tally(key_of(template, message))
        tally.add(message, message.state or template.state, template.line, template.body)
        if severity := stated(message):
            tally.severities[severity] += 1

    def add_fired(self, name: str, message: ReceivedMessage, *, counts: bool) -> None:
        """Count an episode of an alert of this name, as a notification where it `counts` as one."""
        self._seen(message)
        tally = self._tally(Key(name, message.severity.lower(), True))
        if counts:
            tally.add(message, State.FIRING, message.text)
            tally.fired += 1
        else:
            tally.add_fired(message)

    def _seen(self, message: ReceivedMessage) -> None:
        self.read[message.source] += 1
        self.first = min(self.first or message.at, message.at)
        self.last = max(self.last or message.at, message.at)

    def _tally(self, key: Key) -> TemplateTally:
        if key not in self.tallies and len(self.tallies) >= MOST:
            key = Key(REST, "", False)
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = TemplateTally()
        return tally


def key_of(template: Template, message: ReceivedMessage) -> Key:
    """The key of a message; what a source says of its severity is a part only of an alert's."""
    severity = template.severity or (stated(message) if template.is_alert else "")
    return Key(template.name, severity, template.is_alert)


def stated(message: ReceivedMessage) -> str:
    """The severity that a message's source names, in lower case; a state is none."""
    word = message.severity.lower()
    return "" if word in NO_SEVERITY else word


@dataclass(frozen=True, slots=True)
class SourceMessages:
    """One noise: what it is known by, the rules that make it, and what was counted."""

    key: Key
    rules: tuple[DeclaredRule, ...]
    tally: TemplateTally


def put_together(rules: Sequence[DeclaredRule], collector: Collector) -> Iterator[SourceMessages]:
    """Rules with what was heard of them, then what no rule is known for.

    Of rules with one name a message belongs to that of its severity, else to the loudest.
    """
    declared: dict[Key, list[DeclaredRule]] = {}
    for rule in rules:
        declared.setdefault(Key(rule.name, rule.severity.lower(), True), []).append(rule)
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
        yield SourceMessages(key, tuple(declared_rules), tallies[key])
    for heard in others.values():
        yield from _merged(heard)


def _of_rule(key: Key, known: Iterable[Key]) -> Key | None:
    known = list(known)
    if key in known:
        return key
    return max(known, key=lambda pair: pair.severity in PAGING, default=None)


def _merged(heard: Sequence[tuple[Key, TemplateTally]]) -> Iterator[SourceMessages]:
    """Messages of an alert without a severity belong to the one severity that others name."""
    named = [pair for pair in heard if pair[0].severity]
    bare = [pair for pair in heard if not pair[0].severity]
    if len(named) == 1:
        for _, tally in bare:
            named[0][1].join(tally)
        bare = []
    for key, tally in (*named, *bare):
        yield SourceMessages(key, (), tally)
