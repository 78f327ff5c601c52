"""Numbers of a burn-rate alert as people write them: `14.4 * 0.001`, `(14.40*(1-0.99))`, `0.0144`.

Factors and windows: Google, The Site Reliability Workbook, chapter 5, table 5-8.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

HOUR: Final = timedelta(hours=1)
WORKBOOK: Final[Mapping[timedelta, Fraction]] = {
    HOUR: Fraction("14.4"),
    6 * HOUR: Fraction(6),
    24 * HOUR: Fraction(3),
    72 * HOUR: Fraction(1),
}
"""The factor that the Workbook has for a long window of 30 days."""

LARGEST_BUDGET: Final = Fraction(1, 2)
MILLIONTHS: Final = 1_000_000


def number(tree: Any) -> Fraction | None:
    """The value of an expression of nothing but numbers, exactly as written in decimals."""
    import promql_parser

    match tree:
        case promql_parser.ParenExpr():
            return number(tree.expr)
        case promql_parser.NumberLiteral():
            return Fraction(Decimal(repr(float(tree.val))))
        case promql_parser.BinaryExpr():
            return _calculated(str(tree.op), number(tree.lhs), number(tree.rhs))
        case _:
            return None


def _calculated(operator: str, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None:
        return None
    match operator:
        case "*":
            return left * right
        case "/" if right:
            return left / right
        case "-":
            return left - right
        case "+":
            return left + right
        case _:
            return None


def factor_and_budget(tree: Any, long: timedelta) -> tuple[Fraction, Fraction] | None:
    """The burn factor and the error budget of a threshold on the error ratio.

    A single number is split by the Workbook's factor for the long window, where that leaves a
    budget of a round number of millionths.
    """
    product = _product(tree)
    if product is not None:
        budget, factor = sorted(product)
        return (factor, budget) if _is_budget(budget) and factor > budget else None
    value, usual = number(tree), WORKBOOK.get(long)
    if value is None or usual is None:
        return None
    budget = value / usual
    return (usual, budget) if _is_budget(budget) else None


def _product(tree: Any) -> tuple[Fraction, Fraction] | None:
    import promql_parser

    while isinstance(tree, promql_parser.ParenExpr):
        tree = tree.expr
    if not isinstance(tree, promql_parser.BinaryExpr) or str(tree.op) != "*":
        return None
    left, right = number(tree.lhs), number(tree.rhs)
    return None if left is None or right is None else (left, right)


def _is_budget(value: Fraction) -> bool:
    return 0 < value < LARGEST_BUDGET and (value * MILLIONTHS).denominator == 1
