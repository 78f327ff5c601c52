"""Order in which rules are evaluated, and from when on each is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from reliability.message import Message
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.rules import Recording, Rule, RuleGroup, ensure_near, reads
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

    start: int
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
            CannotReplay: a rule reads what it or a later rule of its group records, or samples of
                more than LONGEST before.
        """
        placed = [RulePosition(group, at) for group in groups for at in range(len(group.rules))]
        recorded: dict[str, tuple[RulePosition, ...]] = {}
        for position in placed:
            if isinstance(position.rule, Recording):
                recorded[position.rule.name] = (*recorded.get(position.rule.name, ()), position)

        order = cls(start=start, lookback=lookback, recorded=recorded)
        first = [position for position in placed if wanted(position.rule)]
        order._sort(first)
        order.since = {_key(position): start for position in first}
        reaches: dict[tuple[str, int], int] = {}
        # From the readers to what they read: the time of a rule is final when it is followed, so
        # each is followed once. There may be exponentially many paths.
        for position in reversed(order.rules):
            order._follow(position, reaches)
        return order

    def since_of(self, placed: RulePosition) -> int:
        """Return the time from which a rule is needed, in milliseconds since 1970."""
        return self.since[_key(placed)]

    def _sort(self, first: Iterable[RulePosition]) -> None:
        """List the rules and all that they read, each after its inputs.

        A stack and not a recursion, because a chain of recordings may have any length.
        """
        done: set[tuple[str, int]] = set()
        reading: set[tuple[str, int]] = set()
        waiting = list(reversed(list(first)))
        while waiting:
            placed = waiting[-1]
            key = _key(placed)
            if key in done:
                waiting.pop()
            elif key in reading:
                waiting.pop()
                reading.remove(key)
                done.add(key)
                self.rules.append(placed)
            else:
                reading.add(key)
                inputs = [
                    producer
                    for selector, _ in reads(placed.rule.tree, 0)
                    for producer in self._producers(placed, Selector.of_tree(selector))
                ]
                if any(_key(producer) in reading for producer in inputs):
                    raise CannotReplay(
                        Message("{rule} reads what it records itself", rule=placed.rule.name)
                    )
                waiting += reversed(inputs)

    def _producers(self, placed: RulePosition, selector: Selector) -> list[RulePosition]:
        """Return the recordings that a selector of a rule may match."""
        named = self.recorded.get(_name(selector), ())
        producers = [each for each in named if _may_select(selector, each.rule.labels)]
        for producer in producers:
            if producer.group is placed.group and producer.index > placed.index:
                raise CannotReplay(
                    Message(
                        "{rule} reads {other}, which is recorded after it in the same group",
                        rule=placed.rule.name,
                        other=producer.rule.name,
                    )
                )
        return producers

    def _follow(self, placed: RulePosition, reaches: dict[tuple[str, int], int]) -> None:
        """Note from when on the inputs of a rule are needed."""
        at = self.since_of(placed) - milliseconds(placed.group.offset)
        for tree, earliest in reads(placed.rule.tree, at):
            reach = reaches.get(_key(placed), 0) + at - earliest
            since = earliest - self.lookback
            ensure_near(placed.rule.name, self.start - since)
            selector = Selector.of_tree(tree)
            producers = self._producers(placed, selector)
            if not producers:
                self.raw[selector] = min(since, self.raw.get(selector, since))
                self.reach = max(self.reach, reach)
            for producer in producers:
                key = _key(producer)
                # The newest sample before a time can be one interval old, and the groups are
                # offset by up to another one.
                earlier = since - 2 * milliseconds(producer.group.every)
                self.since[key] = min(earlier, self.since.get(key, earlier))
                reaches[key] = max(reach, reaches.get(key, 0))


def _key(placed: RulePosition) -> tuple[str, int]:
    return placed.group.name, placed.index


def _may_select(selector: Selector, labels: Mapping[str, str]) -> bool:
    """Return whether a selector may match a recording, by the labels that its rule sets."""
    matchers = (matcher for matcher in selector.matchers if matcher.label in labels)
    return all(matcher.matches(labels[matcher.label]) for matcher in matchers)


def _name(selector: Selector) -> str:
    names = (matcher for matcher in selector.matchers if matcher.label == METRIC_NAME)
    return next((name.value for name in names if name.operator == "="), "")
