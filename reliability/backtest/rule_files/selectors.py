"""Which series the alerts of rule files read, directly and through recording rules."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator
from datetime import timedelta

from reliability.backtest.rule_files.comparing import RecordingRules
from reliability.backtest.rule_files.reading import RuleSet
from reliability.promql.evaluate.refused import CannotReplay
from reliability.promql.evaluate.rules import read, selectors
from reliability.promql.selector import Selector


def selectors_read(rules: RuleSet) -> list[Selector]:
    """The selectors of all alerts, and of the recording rules that they read.

    Those that most alerts read come first. What cannot be replayed has none.
    """
    recordings = RecordingRules(rules)
    tally: Tally[Selector] = Tally()
    for _, alert in rules.alerts:
        expressions = [alert.expr, *(placed.rule.expr for placed in recordings.read_by(alert.expr))]
        tally.update(
            {selector for expr in expressions for selector, _ in selectors_and_lookback(expr)}
        )
    return [
        selector for selector, _ in sorted(tally.items(), key=lambda item: (-item[1], item[0].text))
    ]


def longest_range(rules: RuleSet) -> timedelta:
    """How far back the longest range of any rule looks."""
    longest = max(
        (
            back
            for group in rules.groups
            for rule in group.rules
            for _, back in selectors_and_lookback(rule.expr)
        ),
        default=0,
    )
    return timedelta(milliseconds=longest)


def selectors_and_lookback(expr: str) -> Iterator[tuple[Selector, int]]:
    """Each selector of an expression, and how many milliseconds it looks back; none if invalid."""
    try:
        for tree, back in selectors(read(expr)):
            yield Selector.of_tree(tree), back
    except (CannotReplay, ValueError):
        return
