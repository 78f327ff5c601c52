"""Conditions that can never hold, judged from the expression alone.

The rules of `check` and `triage` share these functions. Anything unknown counts as possible.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reliability.message import Message
from reliability.promql.conditions import COMPARE, COUNTING, MIRRORED, impossible_count
from reliability.promql.label_bounds import ABSENCE, never_match
from reliability.promql.subsets import NAME, choices, is_part, takes
from reliability.promql.tree import (
    COMPARISONS,
    Aggregation,
    Binary,
    Call,
    Matcher,
    Negative,
    Node,
    Number,
    Subquery,
    VectorSelector,
    is_scalar,
    walk,
)
from reliability.regex import never_matches

RATES: Final = frozenset(("rate", "irate", "increase"))
RECORDED_SHARE: Final = re.compile(
    r"(?:err(?:or)?s?|failures?)[:_]?ratio(?:_rate)?_?(?:\d+[smhdw])*(?::|$)", re.IGNORECASE
)
"""Names of recorded error ratios, as Sloth, Pyrra and the SRE Workbook write them."""
RECORDED_BURN: Final = re.compile(r"burn_?rate_?(?:\d+[smhdw])*(?::|$)", re.IGNORECASE)
"""Names of an error ratio (Pyrra, kubernetes-mixin) or of that ratio divided by the budget."""


def why_never(node: Node) -> str | None:
    """Return why an expression never has a result, or None if it may have one."""
    match node:
        case VectorSelector():
            return excluded(node)
        case Binary(operator="or"):
            left = why_never(node.left)
            # `or` is impossible only if both sides are.
            return left if left and why_never(node.right) else None
        case Binary(operator="unless"):
            return why_never(node.left)
        case Binary():
            return _why_binary(node)
        case Call(function=name) if name in ABSENCE or name in ("scalar", "vector"):
            return None
        case Call():
            return next(filter(None, map(why_never, node.arguments)), None)
        case Aggregation() | Subquery() | Negative():
            return why_never(node.inner)
        case _:
            return None


def _why_binary(node: Binary) -> str | None:
    """Return why a binary operation never has a result, or None if it may have one."""
    if (inner := why_never(node.left) or why_never(node.right)) is not None:
        return inner
    if node.operator in COMPARISONS and not node.returns_bool:
        if (name := impossible_count(node)) is not None:
            none = "of nothing has no result" if name in COUNTING else "is 1 or has no result"
            return f"{name} {none}, so the comparison never holds"
        if (limit := share_above_one(node)) is not None:
            return f"it needs an error ratio above {limit:g}, and a ratio cannot exceed 1"

    match = never_match(node, assumes=False)
    if match is not None:
        label, side = match
        other = "right" if side == "left" else "left"
        return (
            f"the {side} side of {node.operator} has the label {label} and the {other} side "
            "cannot have it"
        )

    return None


def share_above_one(node: Binary) -> float | None:
    """Return the limit of 1 or more that a ratio is required to exceed, or None.

    A ratio cannot exceed 1, so such a comparison never holds.
    """
    sign, share, other = node.operator, node.left, node.right
    if (limit := constant(other)) is None:
        sign, share, other = MIRRORED.get(sign, sign), node.right, node.left
        limit = constant(other)
    if limit is None or not (is_share(share) or _is_ratio_of_budget(share, other)):
        return None
    return (
        limit if sign in (">", ">=", "==") and not COMPARE[sign](1, limit) and limit >= 1 else None
    )


def _is_ratio_of_budget(share: Node, limit: Node) -> bool:
    """Return whether a recorded `burnrate` is a ratio: its limit is a factor times the budget."""
    if not isinstance(share, VectorSelector) or RECORDED_BURN.search(share.metric) is None:
        return False
    return any(
        isinstance(inner, Binary) and inner.operator == "-" and inner.left == Number(1)
        for inner in walk(limit)
    )


def is_share(node: Node) -> bool:
    """Return whether a value is a ratio between 0 and 1, such as failed divided by all events."""
    match node:
        case Aggregation(operator="avg" | "min" | "max"):
            return is_share(node.inner)
        case VectorSelector():
            return node.range is None and RECORDED_SHARE.search(node.metric) is not None
        case Binary(operator="/"):
            part, whole = _counted(node.left), _counted(node.right)
            if part is None or whole is None or part[0] != whole[0]:
                return False
            inner, outer = part[1], whole[1]
            same = (inner.range, inner.offset) == (outer.range, outer.offset)
            # The sum over the count of a histogram is a mean, with a unit, and not a share.
            is_mean = inner.metric.endswith("_sum") and inner.metric != outer.metric
            # Two ranges or offsets count different events, so their quotient can exceed 1.
            # A part of the whole can be less than a part of the events.
            is_whole = node.matching.many != "right" and not node.matching.is_filled
            return same and is_whole and not is_mean and is_part(inner, outer) is True
        case Binary(operator="-"):
            return constant(node.left) == 1 and is_share(node.right)
        case _:
            return False


def _counted(node: Node) -> tuple[str, VectorSelector] | None:
    match node:
        case Aggregation(operator="sum"):
            return _counted(node.inner)
        case Call(function=name, arguments=(VectorSelector() as selector,)) if name in RATES:
            return name, selector
        case _:
            return None


def constant(node: Node) -> float | None:
    """Return the value of arithmetic on numbers, such as `14.4 * (1 - 0.99)`, or None otherwise."""
    match node:
        case Number():
            return node.value
        case Negative():
            value = constant(node.inner)
            return None if value is None else -value
        case Binary(operator="+" | "-" | "*" | "/") if is_scalar(node):
            left, right = constant(node.left), constant(node.right)
            if left is None or right is None or (node.operator == "/" and not right):
                return None
            return _computed(node.operator, left, right)
        case _:
            return None


def _computed(sign: str, left: float, right: float) -> float:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right


OPPOSITE: Final = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}
ANYTHING: Final = re.compile(r"\^?(?:\.\*|\(\.\*\))\$?")
"""Patterns that match every value, and the empty value of a missing label."""
MAX_TRIALS: Final = 10_000
"""Upper limit of values times matchers to test for one label; real selectors have a handful."""
SHOWN: Final = 5
"""Limit of matchers in a message."""


def excluded(selector: VectorSelector) -> Message | None:
    """Return why no series can match a selector (contradictory matchers), or None if one may."""
    if selector.alternatives:
        return None
    matchers = list(selector.matchers)
    if selector.metric:
        # `foo{__name__="bar"}` is two matchers on one label in Prometheus as well.
        matchers.append(Matcher(NAME, "=", selector.metric))

    by_label: dict[str, list[Matcher]] = {}
    for matcher in matchers:
        by_label.setdefault(matcher.label, []).append(matcher)

    for label, of_label in by_label.items():
        distinct = list(dict.fromkeys(of_label))
        if any(map(_excludes_every_value, distinct)) or (len(distinct) > 1 and _exclude(distinct)):
            shown = ", ".join(f'{label}{one.sign}"{one.value}"' for one in distinct[:SHOWN])
            if len(distinct) <= SHOWN:
                return Message("no series can match {matchers}", matchers=shown)
            return Message(
                "no series can match {matchers} and {count} more",
                matchers=shown,
                count=f"{len(distinct) - SHOWN:,}",
            )
    return None


def _excludes_every_value(matcher: Matcher) -> bool:
    if matcher.sign == "!~":
        return ANYTHING.fullmatch(matcher.value) is not None
    return matcher.sign == "=~" and never_matches(matcher.value)


def _exclude(matchers: Sequence[Matcher]) -> bool:
    """Return whether no value satisfies all matchers of a label; False if unknown.

    A value that satisfies all matchers is in the list of every matcher that lists its values, so it
    is enough to test the shortest list. A hostile selector with too many values and matchers is
    left undecided.
    """
    asked = {(matcher.sign, matcher.value) for matcher in matchers}
    if any((OPPOSITE[sign], value) in asked for sign, value in asked):
        return True

    lists = filter(None, map(_listed, matchers))
    values = min(lists, key=len, default=())
    if not values or len(values) * len(matchers) > MAX_TRIALS:
        return False

    return all(any(takes(matcher, value) is False for matcher in matchers) for value in values)


def _listed(matcher: Matcher) -> tuple[str, ...]:
    """Return the values that a matcher lists, or an empty tuple if it does not list them."""
    if matcher.sign == "=":
        return (matcher.value,)
    return choices(matcher.value) if matcher.sign == "=~" else ()
