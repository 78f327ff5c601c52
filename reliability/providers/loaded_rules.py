"""Comparison of a rule file with what a Prometheus runs.

The API reformats expressions, returns durations in seconds, merges a group's labels into its rules,
and leaves out empty groups and `query_offset`. These do not count as differences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from reliability.promql.parser import parse
from reliability.providers.rules_api import LoadedGroup, LoadedRule
from reliability.resource import Json

Body = Mapping[str, Json]
SameExpression = Callable[[str, str], bool]

UNITS: Final = {
    "ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000,
}  # fmt: skip

LAYOUT: Final = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)"""
    r"|^\s+|\s+$|\s+(?=[^\w:\s])|(?<=[^\w:])\s+|(?P<words>\s+)"
)
"""Strings, and white space: beside punctuation, or between two words."""


def mismatch(
    body: Body, loaded: Iterable[LoadedGroup], same: SameExpression, *, ordered: bool = True
) -> str | None:
    """Describe the first difference between a rule file and running groups, if there is one.

    Without `ordered`, the rules of a group may run in any order.
    """
    # The API leaves out groups without rules, which vmalert lists: one in the file does not differ.
    running = {group.name: group for group in loaded if group.rules}
    wanted = {str(group["name"]): group for group in groups_of(body) if group.get("rules")}
    for name in running.keys() - wanted.keys():
        return f"group {name} runs but is not in the file"
    for name, group in wanted.items():
        if name not in running:
            return f"group {name} does not run"
        there = running[name] if ordered else _in_order(group, running[name], same)
        difference = _group_mismatch(group, there, same)
        if difference is not None:
            return f"group {name}: {difference}"

    return None


def groups_of(body: Body) -> list[dict[str, Any]]:
    """Return the groups of a rule file; empty if `groups` is not a list."""
    groups = body.get("groups")
    return (
        [group for group in groups if isinstance(group, dict)] if isinstance(groups, list) else []
    )


def rules_of(body: Body) -> Iterator[tuple[str, str, str]]:
    """Yield the group, name and expression of each rule in a rule file."""
    for group in groups_of(body):
        for rule in group.get("rules", ()):
            yield group["name"], rule.get("alert") or rule["record"], rule["expr"]


def is_same_expression(ours: str, theirs: str) -> bool:
    """Return whether two PromQL texts are identical, or equal after parsing."""
    # Most texts differ by white space only, and parsing both takes six times as long as this.
    if ours == theirs or without_layout(ours) == without_layout(theirs):
        return True
    try:
        # The API returns expressions as the server formats them, with other spaces and parentheses.
        return bool(parse(ours).prettify() == parse(theirs).prettify())
    except ValueError:
        return False


def without_layout(expression: str) -> str:
    """Return an expression without white space that separates no words; strings stay as they are.

    Two expressions that a server can parse, and that are equal then, have the same tokens. One with
    a comment is returned as it is.
    """
    if "#" in expression:
        return expression
    return LAYOUT.sub(lambda match: match["text"] or (match["words"] and " ") or "", expression)


def duration_seconds(text: str) -> float:
    """Convert a duration in Prometheus' notation (`1h30m`, `0`, `250ms`) to seconds."""
    return sum(
        int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+)(ms|[smhdwy])", text)
    )


def _group_mismatch(
    wanted: Mapping[str, Any], running: LoadedGroup, same: SameExpression
) -> str | None:
    # Without an interval a group has that of the server, which the file does not know.
    if "interval" in wanted and duration_seconds(wanted["interval"]) != running.interval:
        return f"its interval is {running.interval:g} s instead of {wanted['interval']}"
    if wanted.get("limit", 0) != running.limit:
        return f"its limit is {running.limit} instead of {wanted.get('limit', 0)}"

    rules: Sequence[Mapping[str, Any]] = wanted["rules"]
    if len(rules) != len(running.rules):
        return f"it runs {len(running.rules)} rules instead of {len(rules)}"

    labels = wanted.get("labels", {})
    for rule, loaded in zip(rules, running.rules, strict=True):
        field = _rule_mismatch(rule, loaded, labels, same=same)
        if field is not None:
            return f"{field} of {loaded.name} differs from the file"

    return None


def _in_order(wanted: Mapping[str, Any], running: LoadedGroup, same: SameExpression) -> LoadedGroup:
    """Return a running group with its rules in the order of the file.

    Rules that differ from the file are in the places that are left, in the order of the server.
    """
    left, labels = list(running.rules), wanted.get("labels", {})
    rules: list[LoadedRule | None] = []
    for rule in wanted["rules"]:
        equal = (
            loaded for loaded in left if _rule_mismatch(rule, loaded, labels, same=same) is None
        )
        equal_rule = next(equal, None)
        if equal_rule is not None:
            left.remove(equal_rule)
        rules.append(equal_rule)

    others = iter(left)
    placed = [rule or next(others, None) for rule in rules]
    return running.model_copy(
        update={"rules": (*(rule for rule in placed if rule is not None), *others)}
    )


def _rule_mismatch(
    wanted: Mapping[str, Any],
    running: LoadedRule,
    group_labels: Mapping[str, str],
    same: SameExpression,
) -> str | None:
    """Return the first field of a rule that differs; None if there is none."""
    kind = "alert" if "alert" in wanted else "record"
    # Labels of a group are added to each rule at loading; those of the rule win (`FromMaps` in
    # rules/manager.go).
    labels = _filled({**group_labels, **wanted.get("labels", {})})
    checks = {
        "the kind": (kind == "alert") == (running.type == "alerting"),
        "the name": wanted[kind] == running.name,
        "`for`": duration_seconds(wanted.get("for", "0s")) == running.duration,
        "`keep_firing_for`": duration_seconds(wanted.get("keep_firing_for", "0s"))
        == running.keep_firing_for,
        "`labels`": labels == _filled(running.labels),
        "`annotations`": wanted.get("annotations", {}) == running.annotations,
        "`expr`": same(wanted["expr"], running.query),
    }

    return next((field for field, holds in checks.items() if not holds), None)


def _filled(labels: Mapping[str, str]) -> dict[str, str]:
    """Return labels without the empty ones, which Prometheus treats as absent."""
    return {name: value for name, value in labels.items() if value}
