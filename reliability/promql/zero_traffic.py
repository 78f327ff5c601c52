"""Detection of expressions that are NaN without traffic: zero events divided by zero events."""

from __future__ import annotations

from typing import Final

from reliability.promql.tree import (
    COMPARISONS,
    Aggregation,
    Binary,
    Call,
    Negative,
    Node,
    Number,
    Subquery,
    is_scalar,
)

RATES: Final = frozenset(("rate", "irate", "increase"))
SPREADING: Final = frozenset(("sum", "avg", "stddev", "stdvar"))
"""Aggregations that a single NaN turns into NaN."""
LIMITS: Final = frozenset(("min", "max"))


def divides_by_nothing(node: Node) -> bool:
    """Return whether the result contains a NaN as soon as one denominator has no events.

    A comparison drops NaN, and `a / b and b > 0` counts as a guard. A value that is not known to be
    zero at times counts as never zero.
    """
    match node:
        case Binary(operator="/" | "%"):
            return _may_be_zero(node.right) or divides_by_nothing(node.left)
        case Binary(operator="and" | "unless"):
            return not _is_filter(node.right) and divides_by_nothing(node.left)
        case Binary() if node.operator in COMPARISONS and not node.returns_bool:
            return False
        case Binary():
            return divides_by_nothing(node.left) or divides_by_nothing(node.right)
        case Aggregation():
            return node.operator in SPREADING and divides_by_nothing(node.inner)
        case Negative() | Subquery():
            return divides_by_nothing(node.inner)
        case Call():
            return any(divides_by_nothing(argument) for argument in node.arguments)
        case _:
            return False


def fraction_of_nothing(node: Node) -> bool:
    """Return whether the result contains the NaN of a native histogram without observations.

    `histogram_fraction` of a sum is NaN only if no series has observations.
    """
    match node:
        case Call(function="histogram_fraction", arguments=(_, _, histogram)):
            return isinstance(histogram, Call) and histogram.function in RATES
        case Binary() if node.operator in COMPARISONS and not node.returns_bool:
            return False
        case Binary(operator="and" | "unless"):
            return not _is_filter(node.right) and fraction_of_nothing(node.left)
        case Binary():
            return fraction_of_nothing(node.left) or fraction_of_nothing(node.right)
        case Aggregation():
            return node.operator in SPREADING and fraction_of_nothing(node.inner)
        case Negative():
            return fraction_of_nothing(node.inner)
        case _:
            return False


def _is_filter(node: Node) -> bool:
    return isinstance(node, Binary) and node.operator in COMPARISONS and not node.returns_bool


def _may_be_zero(node: Node) -> bool:
    """Return whether a value is an event rate, or built of rates, that nothing keeps above zero."""
    match node:
        case Call():
            return node.function in RATES
        case Aggregation():
            return node.operator in SPREADING | LIMITS and _may_be_zero(node.inner)
        case Binary(operator="*" | "+" | "/"):
            sides = [side for side in (node.left, node.right) if not is_scalar(side)]
            plus = node.operator == "+" and any(isinstance(side, Number) for side in _both(node))
            return not plus and any(_may_be_zero(side) for side in sides)
        case _:
            return False


def _both(node: Binary) -> tuple[Node, Node]:
    return node.left, node.right
