"""Values that the result of a PromQL expression can have, and conditions that none can meet.

The analysis errs on the safe side: what is not known may have any value, and NaN. A native
histogram needs no value here, since Prometheus drops it where it is compared with a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from reliability.message import Message
from reliability.promql.conditions import COUNTING, MIRRORED, ONES
from reliability.promql.label_bounds import ABSENCE, NAME, bounds
from reliability.promql.tree import (
    COMPARISONS,
    Aggregation,
    Binary,
    Call,
    Negative,
    Node,
    Number,
    StringLiteral,
    VectorSelector,
    children,
    is_scalar,
    walk,
)

CLAIM_DEPTH: Final = 8
"""Nested `and` and `unless` that are searched; each level of a long chain searches again."""
NEGATED: Final = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class ValueRange:
    """Values from `low` to `high`, and NaN if `nan`; empty if there can be no result."""

    low: float = -math.inf
    high: float = math.inf
    nan: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether there can be no result."""
        return self.low > self.high and not self.nan

    @property
    def text(self) -> str:
        """The range in words, such as `0..1`."""
        if self.low > self.high:
            return "NaN"
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}..{self.high:g}"


ANY: Final = ValueRange()
NOTHING: Final = ValueRange(math.inf, -math.inf, nan=False)
ZERO: Final = ValueRange(0, 0)
FUNCTIONS: Final = {
    "abs": ValueRange(0),
    "sqrt": ValueRange(0),
    "changes": ValueRange(0),
    "resets": ValueRange(0),
    "sgn": ValueRange(-1, 1),
    "hour": ValueRange(0, 23),
    "minute": ValueRange(0, 59),
    "month": ValueRange(1, 12),
    "day_of_month": ValueRange(1, 31),
    "day_of_week": ValueRange(0, 6),
    "day_of_year": ValueRange(1, 366),
    "days_in_month": ValueRange(28, 31),
    "time": ValueRange(0, nan=False),
    **dict.fromkeys(COUNTING, ValueRange(1, nan=False)),
    **dict.fromkeys(ONES, ValueRange(1, 1, nan=False)),
}
"""What functions and aggregations return, whatever they get."""
CHOOSING: Final = frozenset(
    (
        *("min", "max", "topk", "bottomk", "limitk", "limit_ratio", "sort", "sort_desc"),
        *("min_over_time", "max_over_time", "last_over_time", "first_over_time"),
    )
)
"""Functions and aggregations that return one or several of the values that they get."""


def values(node: Node) -> ValueRange:
    """Return the values that the series of a result can have."""
    match node:
        case Number(value=value):
            return ValueRange(math.inf, -math.inf) if math.isnan(value) else _exactly(value)
        case Negative():
            inner = values(node.inner)
            return inner if inner.is_empty else replace(inner, low=-inner.high, high=-inner.low)
        case VectorSelector(metric="up"):
            return ValueRange(0, 1)
        case Binary(operator="or"):
            return _either(values(node.left), values(node.right))
        case Binary():
            return _of_binary(node)
        case Aggregation(operator=name, inner=inner):
            return _of_function(name, (inner,))
        case Call(function=name, arguments=arguments):
            return _of_function(name, arguments)
        case _:
            return ANY


def never_holds(node: Node) -> Message | None:
    """Return why the conditions of an expression can have no result, or None if they may."""
    if not values(node).is_empty:
        return None
    while inner := [part for part in children(node) if values(part).is_empty]:
        node = inner[0]
    if not isinstance(node, Binary):
        return None  # only a binary operation is empty of itself
    if node.operator not in COMPARISONS:
        return Message(
            "the two sides of {operator} exclude each other, so this never fires",
            operator=node.operator,
        )
    return Message(
        "values of {left} are never {sign} {right}, so this never fires",
        left=values(node.left).text,
        sign=node.operator,
        right=values(node.right).text,
    )


def _exactly(value: float) -> ValueRange:
    return ValueRange(value, value, nan=False)


def _either(one: ValueRange, other: ValueRange) -> ValueRange:
    return ValueRange(min(one.low, other.low), max(one.high, other.high), nan=one.nan or other.nan)


def _of_function(name: str, arguments: tuple[Node, ...]) -> ValueRange:
    if name in ABSENCE:
        return FUNCTIONS[name]
    if name == "vector":
        return values(arguments[0])
    if name != "scalar" and arguments and values(arguments[0]).is_empty:
        return NOTHING
    return values(arguments[0]) if name in CHOOSING else FUNCTIONS.get(name, ANY)


def _of_binary(node: Binary) -> ValueRange:
    left, right = values(node.left), values(node.right)
    if node.matching.is_filled:
        return ANY
    if left.is_empty or (right.is_empty and node.operator != "unless"):
        return NOTHING
    match node.operator:
        case "and" | "unless":
            return NOTHING if _excludes(node) else left
        case sign if sign in COMPARISONS:
            return _compared(node, left, right)
        case sign:
            return _calculated(sign, left, right)


def _compared(node: Binary, left: ValueRange, right: ValueRange) -> ValueRange:
    sign = node.operator
    is_same = node.left == node.right and _has_one_name(node.left) and _is_plain(node)
    if is_same:
        # The same number on both sides, whichever it is, or NaN, which differs from itself.
        left = right = ZERO
    is_true = not _kept(sign, left, right).is_empty
    if node.returns_bool:
        is_false = not _kept(NEGATED[sign], left, right).is_empty or left.nan or right.nan
        return ValueRange(0 if is_false else 1, 1 if is_true else 0, nan=False)
    if not is_true:
        return NOTHING
    if is_same:
        return ANY
    # A comparison returns the value of its vector, on either side of a number.
    if is_scalar(node.left):
        return _kept(MIRRORED.get(sign, sign), right, left)
    return ANY if node.matching.many == "right" else _kept(sign, left, right)


def _kept(sign: str, left: ValueRange, right: ValueRange) -> ValueRange:
    """Return the values of the left side that can pass a comparison with the right side."""
    if sign == "!=":
        is_same = left.low == left.high == right.low == right.high
        return NOTHING if is_same and not (left.nan or right.nan) else left
    if right.low > right.high or (sign, right.low) == (">", math.inf):
        return NOTHING
    if (sign, right.high) == ("<", -math.inf):
        return NOTHING

    low, high = left.low, left.high
    if sign in (">", ">=", "=="):
        low = max(low, math.nextafter(right.low, math.inf) if sign == ">" else right.low)
    if sign in ("<", "<=", "=="):
        high = min(high, math.nextafter(right.high, -math.inf) if sign == "<" else right.high)
    return ValueRange(low, high, nan=False) if low <= high else NOTHING


def _calculated(sign: str, left: ValueRange, right: ValueRange) -> ValueRange:
    """Return the values of arithmetic; those of few operations are known."""
    ends = (left.low, left.high, right.low, right.high)
    if sign == "*" and any(side.low == side.high == 0 for side in (left, right)):
        return ZERO
    if not all(map(math.isfinite, ends)) or left.low > left.high or right.low > right.high:
        return ANY
    match sign:
        case "+":
            low, high = left.low + right.low, left.high + right.high
        case "-":
            low, high = left.low - right.high, left.high - right.low
        case "*":
            corners = [one * other for one in ends[:2] for other in ends[2:]]
            low, high = min(corners), max(corners)
        case _:
            return ANY
    return ValueRange(low, high, nan=left.nan or right.nan)


def _excludes(node: Binary) -> bool:
    """Return whether `and` requires of one series what cannot hold, or `unless` removes each."""
    if not _is_plain(node):
        return False
    known = _facts(node.left)
    if node.operator == "unless":
        if node.left == node.right and _has_one_name(node.left):
            return True
        if not isinstance(node.right, Binary) or node.right.operator not in COMPARISONS:
            return False
        return any(
            subject in known and _kept(NEGATED[sign], known[subject], limit).is_empty
            for subject, sign, limit in _claims(node.right)
            if not known.get(subject, ANY).nan
        )
    for subject, sign, limit in (*_claims(node.right), *_claims(node.left)):
        known[subject] = _kept(sign, known.get(subject, values(subject)), limit)
        if known[subject].is_empty:
            return True
    return False


def _facts(node: Node) -> dict[Node, ValueRange]:
    """Return the values that expressions have for each series of a result."""
    facts: dict[Node, ValueRange] = {}
    for subject, sign, limit in _claims(node):
        facts[subject] = _kept(sign, facts.get(subject, values(subject)), limit)
    return facts


def _claims(node: Node, depth: int = CLAIM_DEPTH) -> Iterator[tuple[Node, str, ValueRange]]:
    """Yield comparisons with a number that certainly hold for the same series of a result."""
    if not isinstance(node, Binary) or node.matching.is_filled or not depth:
        return
    if node.operator in ("and", "unless"):
        yield from _claims(node.left, depth - 1)
        if node.operator == "and" and _is_plain(node):
            yield from _claims(node.right, depth - 1)
    elif node.operator in COMPARISONS and not node.returns_bool:
        sign, subject, limit = node.operator, node.left, node.right
        if is_scalar(subject):
            sign, subject, limit = MIRRORED.get(sign, sign), limit, subject
        value = values(limit)
        is_number = is_scalar(limit) and value.low == value.high and not value.nan
        if is_number and _has_one_name(subject):
            yield subject, sign, value


def _is_plain(node: Binary) -> bool:
    """Return whether both sides match by all their labels, so that only the same series match."""
    how = node.matching
    if how.many is not None or how.is_filled:
        return False
    if not how.on:
        return not how.labels
    only = [bounds(side, assumes=False).only for side in (node.left, node.right)]
    return all(each is not None and each <= how.labels for each in only)


def _has_one_name(node: Node) -> bool:
    """Return whether no two series of a result differ in their name alone."""
    for part in walk(node):
        match part:
            case VectorSelector():
                named = part.metric and all(each.label != NAME for each in part.matchers)
                if not named or part.alternatives:
                    return False
            case Aggregation() if NAME in part.labels:
                return False
            case StringLiteral(text=text) if text == NAME:
                return False
            case _:
                pass
    return True
