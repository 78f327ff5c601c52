"""Order in which rules are evaluated, and from when on each is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reliability.message import Message
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.rules import Recording, Rule, RuleGroup, reads
from reliability.promql.evaluate.semantics import milliseconds
from reliability.promql.selector import METRIC_NAME, Selector


@dataclass(frozen=True, slots=True)
class RulePosition:
    """A rule and its position in its group."""

    group: RuleGroup
    index: int

    @property
    def rule(self) -> Rule:
        """Rule at the position."""
        return self.group.rules[self.index]


@dataclass(slots=True, kw_only=True)
class Order:
    """Rules in an order in which each one's inputs are recorded before it.

    `since` has the time from which each rule is needed, and `raw` the earliest time that each
    selector of unrecorded series reads: milliseconds since 1970. `reach` is the sum of the ranges
    on the longest path from an evaluation to such a selector, in milliseconds.
    """

    lookback: int
    recorded: Mapping[str, tuple[RulePosition, ...]]
    rules: list[RulePosition] = field(default_factory=list)
    since: dict[tuple[str, int], int] = field(default_factory=dict)
    raw: dict[Selector, int] = field(default_factory=dict)
    reach: int = 0

    @classmethod
    def of(
        cls, groups: Iterable[RuleGroup], wanted: Callable[[Rule], bool], start: int, lookback: int
    ) -> Order:
        """Return the order for all rules that are wanted from `start` on.

        Raises:
            CannotReplay: a rule reads what it or a later rule of its group records.
        """
        placed = [RulePosition(group, at) for group in groups for at in range(len(group.rules))]
        recorded: dict[str, tuple[RulePosition, ...]] = {}
        for position in placed:
            if isinstance(position.rule, Recording):
                recorded[position.rule.name] = (*recorded.get(position.rule.name, ()), position)

        order = cls(lookback=lookback, recorded=recorded)
        for position in placed:
            if wanted(position.rule):
                order._need(position, start, (), reach=0)

        return order

    def since_of(self, placed: RulePosition) -> int:
        """Return the time from which a rule is needed, in milliseconds since 1970."""
        return self.since[_key(placed)]

    def _need(
        self, placed: RulePosition, since: int, readers: tuple[RulePosition, ...], reach: int
    ) -> None:
        if any(_key(placed) == _key(reader) for reader in readers):
            raise CannotReplay(
                Message("{rule} reads what it records itself", rule=placed.rule.name)
            )
        key = _key(placed)
        before = self.since.get(key)
        # A rule may be reached on several paths; only an earlier time has to be followed again.
        if before is not None and before <= since:
            return

        self.since[key] = since
        at = since - milliseconds(placed.group.offset)
        for selector, earliest in reads(placed.rule.tree, at):
            further = reach + at - earliest
            self._read(placed, selector, earliest - self.lookback, readers=readers, reach=further)
        # After its inputs: this makes the list a topological order.
        if before is None:
            self.rules.append(placed)

    def _read(
        self,
        placed: RulePosition,
        tree: Any,
        since: int,
        readers: tuple[RulePosition, ...],
        reach: int,
    ) -> None:
        selector = Selector.of_tree(tree)
        named = self.recorded.get(_name(selector), ())
        producers = [each for each in named if _may_select(selector, each.rule.labels)]
        if not producers:
            self.raw[selector] = min(since, self.raw.get(selector, since))
            self.reach = max(self.reach, reach)

        for producer in producers:
            if producer.group is placed.group and producer.index > placed.index:
                raise CannotReplay(
                    Message(
                        "{rule} reads {other}, which is recorded after it in the same group",
                        rule=placed.rule.name,
                        other=producer.rule.name,
                    )
                )
            # The newest sample before a time can be one interval old, and the groups are offset by
            # up to another one.
            earlier = since - 2 * milliseconds(producer.group.every)
            self._need(producer, earlier, (*readers, placed), reach=reach)


def _key(placed: RulePosition) -> tuple[str, int]:
    return placed.group.name, placed.index


def _may_select(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Return whether a selector may match a recording, by the labels that its rule sets."""
    matchers = (matcher for matcher in selector.matchers if matcher.label in labels)
    return all(matcher.matches(labels[matcher.label]) for matcher in matchers)


def _name(selector: Selector) -> str:
    names = (matcher for matcher in selector.matchers if matcher.label == METRIC_NAME)
    return next((name.value for name in names if name.operator == "="), "")
