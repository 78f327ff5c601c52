"""Thresholds of hand-written burn-rate alerts: `14.4 * 0.001`, `(14.40*(1-0.99))`, `0.0144`.

Factors and windows: Google, The Site Reliability Workbook, chapter 5, table 5-8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any, Final

import promql_parser

from reliability.timespan import HOUR

WORKBOOK: Final[Mapping[timedelta, Fraction]] = {
    HOUR: Fraction("14.4"),
    6 * HOUR: Fraction(6),
    24 * HOUR: Fraction(3),
    72 * HOUR: Fraction(1),
}
"""The Workbook's factor for each long window of an SLO over 30 days."""

LARGEST_BUDGET: Final = Fraction(1, 2)
"""Exclusive limit of an error budget."""
MILLIONTHS: Final = 1_000_000


def number(tree: Any) -> Fraction | None:
    """Return the exact decimal value of a constant expression; None if it is not constant."""
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
    """Split a threshold on the error ratio into burn-rate factor and error budget, or return None.

    In a product, the Workbook's factor for the long window is the factor, or else the first number
    that leaves a valid budget. A single number is divided by the Workbook's factor, if the result
    is a whole number of millionths.
    """
    usual = WORKBOOK.get(long)
    leaves = list(_leaves(tree))
    if None in leaves:
        return None

    numbers = [leaf for leaf in leaves if leaf is not None]
    for factor in sorted(numbers, key=lambda number_: number_ != usual):
        budget = prod(numbers, start=Fraction(1)) / factor if factor else Fraction(0)
        if _is_budget(budget) and factor > budget:
            return factor, budget

    value = number(tree)
    if value is None or usual is None:
        return None

    budget = value / usual
    return (usual, budget) if _is_budget(budget) else None


def _leaves(tree: Any) -> Iterator[Fraction | None]:
    """Yield the numbers of a product; None for a factor that is not constant."""
    while isinstance(tree, promql_parser.ParenExpr):
        tree = tree.expr
    operator = str(tree.op) if isinstance(tree, promql_parser.BinaryExpr) else ""
    if operator not in ("*", "/"):
        yield number(tree)
        return

    yield from _leaves(tree.lhs)
    right = number(tree.rhs)
    if operator == "/":
        yield 1 / right if right else None
    else:
        yield from _leaves(tree.rhs)


def _is_budget(value: Fraction) -> bool:
    return 0 < value < LARGEST_BUDGET and (value * MILLIONTHS).denominator == 1
