"""Two sides of rule files -> what changed in the meaning of each alert.

An alert's meaning is its expression as parsed (layout and comments do not count), `for`,
`keep_firing_for`, labels, the interval and offset of its group, and the meaning of every recording
rule that it reads, directly or through others.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

from reliability.backtest.rule_files.reading import RuleSet, SourceGroup, SourceRule
from reliability.promql import parser
from reliability.promql.parser import KEPT
from reliability.promql.selector import METRIC_NAME, Selector
from reliability.promql.syntax import selectors

Aspect = Literal[
    "new", "removed", "expression", "for", "keep_firing_for", "labels", "interval", "recordings"
]
ORDER: Final[tuple[Aspect, ...]] = (
    *("new", "removed", "expression", "recordings", "for", "keep_firing_for", "labels"),
    "interval",
)
"""The aspects that change most come first."""


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule and its group."""

    group: SourceGroup
    rule: SourceRule


class RecordingRules:
    """The recording rules of one side: which of them an expression reads, and what they mean."""

    def __init__(self, rules: RuleSet) -> None:
        self._by_name: defaultdict[str, list[PlacedRule]] = defaultdict(list)
        self._meanings: dict[str, tuple[str, ...]] = {}
        for group in rules.groups:
            for rule in group.rules:
                if rule.kind == "record":
                    self._by_name[rule.name].append(PlacedRule(group, rule))

    def read_by(self, expr: str) -> tuple[PlacedRule, ...]:
        """All recording rules that an expression reads, directly or through others."""
        read: dict[int, PlacedRule] = {}
        waiting = [expr]
        while waiting:
            for name in metrics(waiting.pop()):
                for placed in self._by_name.get(name, ()):
                    if id(placed.rule) not in read:
                        read[id(placed.rule)] = placed
                        waiting.append(placed.rule.expr)
        return tuple(read.values())

    def meaning(self, expr: str) -> tuple[str, ...]:
        """The meanings of all recording rules that an expression reads, in a fixed order."""
        if expr not in self._meanings:
            meanings = (_meaning(placed) for placed in self.read_by(expr))
            self._meanings[expr] = tuple(sorted(meanings))
        return self._meanings[expr]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChange:
    """One alerting rule on both sides; `aspects` are empty if its meaning is the same."""

    old: PlacedRule | None
    new: PlacedRule | None
    aspects: tuple[Aspect, ...]

    @property
    def newest(self) -> PlacedRule:
        """The new rule; the old one if it was removed."""
        if self.new is not None:
            return self.new
        if self.old is not None:
            return self.old
        raise ValueError("a change has at least one side")

    @property
    def weight(self) -> int:
        """How soon it is replayed: 0 for what changes most."""
        return min((ORDER.index(aspect) for aspect in self.aspects), default=len(ORDER))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every alerting rule of both sides, and the recording rules of each."""

    changes: tuple[AlertChange, ...]
    old: RecordingRules
    new: RecordingRules
    compares: bool = field(default=True, kw_only=True)

    def count(self, *aspects: Aspect) -> int:
        """How many alerts have one of these aspects."""
        return sum(any(aspect in aspects for aspect in change.aspects) for change in self.changes)

    @property
    def unchanged(self) -> int:
        """How many alerts mean the same on both sides."""
        return sum(not change.aspects for change in self.changes)


def compare(old: RuleSet | None, new: RuleSet) -> Comparison:
    """Pair the alerts of both sides: equal ones first, then by name and labels, then by name.

    Without an old side every alert is taken as unchanged.
    """
    before, after = RecordingRules(old or RuleSet(())), RecordingRules(new)
    if old is None:
        alone = (
            AlertChange(old=None, new=PlacedRule(group, rule), aspects=())
            for group, rule in new.alerts
        )
        return Comparison(tuple(alone), before, after, compares=False)

    left = [PlacedRule(group, rule) for group, rule in old.alerts]
    right = [PlacedRule(group, rule) for group, rule in new.alerts]
    pairs: dict[int, PlacedRule] = {}
    for key in (
        lambda placed, side: (_meaning(placed), side.meaning(placed.rule.expr)),
        lambda placed, _side: (placed.rule.name, _sorted(placed.rule.labels)),
        lambda placed, _side: placed.rule.name,
    ):
        left = list(_paired(left, right, pairs, (key, before, after)))

    changes = [_change(pairs.get(id(placed.rule)), placed, before, after) for placed in right]
    gone = (AlertChange(old=placed, new=None, aspects=("removed",)) for placed in left)
    return Comparison((*changes, *gone), before, after)


def _paired(
    left: Iterable[PlacedRule],
    right: Iterable[PlacedRule],
    pairs: dict[int, PlacedRule],
    by: tuple[Any, RecordingRules, RecordingRules],
) -> Iterator[PlacedRule]:
    """Pair what has the same key on both sides, in order; yield what is left of the old side."""
    key, before, after = by
    waiting: defaultdict[Any, list[PlacedRule]] = defaultdict(list)
    for placed in right:
        if id(placed.rule) not in pairs:
            waiting[key(placed, after)].append(placed)

    for placed in left:
        candidates = waiting.get(key(placed, before))
        if candidates:
            pairs[id(candidates.pop(0).rule)] = placed
        else:
            yield placed


def _change(
    old: PlacedRule | None, new: PlacedRule, before: RecordingRules, after: RecordingRules
) -> AlertChange:
    if old is None:
        return AlertChange(old=None, new=new, aspects=("new",))
    differs: dict[Aspect, bool] = {
        "expression": canonical(old.rule.expr) != canonical(new.rule.expr),
        "recordings": before.meaning(old.rule.expr) != after.meaning(new.rule.expr),
        "for": old.rule.after != new.rule.after,
        "keep_firing_for": old.rule.keep != new.rule.keep,
        "labels": old.rule.labels != new.rule.labels,
        "interval": _timing(old.group) != _timing(new.group),
    }
    aspects = tuple(aspect for aspect in ORDER if differs.get(aspect))
    return AlertChange(old=old, new=new, aspects=aspects)


def _timing(group: SourceGroup) -> tuple[Any, ...]:
    return group.every, group.offset, group.limit


@lru_cache(maxsize=KEPT)
def canonical(expr: str) -> str:
    """An expression without the layout and comments in which it was written.

    What cannot be parsed stays as it is.
    """
    try:
        return str(parser.parse(expr).prettify())
    except ValueError:
        return expr


@lru_cache(maxsize=KEPT)
def metrics(expr: str) -> frozenset[str]:
    """The names of the series that an expression reads; empty if it cannot be parsed."""
    try:
        tree = parser.parse(expr)
    except ValueError:
        return frozenset()
    named = (
        matcher.value
        for selector in selectors(tree)
        for matcher in Selector.of_tree(selector).matchers
        if matcher.label == METRIC_NAME and matcher.operator == "="
    )
    return frozenset(named)


def _meaning(placed: PlacedRule) -> str:
    rule = placed.rule
    return json.dumps(
        [
            *(rule.kind, rule.name, canonical(rule.expr), _sorted(rule.labels)),
            *(rule.after.total_seconds(), rule.keep.total_seconds()),
            *(str(part) for part in _timing(placed.group)),
        ]
    )


def _sorted(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))
