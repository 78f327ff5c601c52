"""Unit of a threshold, from the document or from the name of the metric.

Prometheus metrics carry their base unit as a suffix
(https://prometheus.io/docs/practices/naming/#base-units). An expression has the unit of its metric
if it selects, adds or compares the metric's values, but not if it counts or multiplies them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import promql_parser

from reliability.promql.parser import parse
from reliability.promql.query import WINDOW

SUFFIX: Final = re.compile(
    r"_(seconds|bytes|ratio|percent|celsius|meters|volts|amperes|joules|grams)"
    r"(?:_(?:bucket|sum|total|max|min|avg|p\d+))?$"
)
SAME_UNIT: Final = re.compile(
    r"abs|ceil|clamp(_max|_min)?|floor|round|label_join|label_replace|sort|sort_desc|vector"
    r"|(avg|min|max|last|first|quantile)_over_time|delta|idelta|increase"
)
SAME_UNIT_OVER_SERIES: Final = frozenset(
    {"sum", "min", "max", "avg", "quantile", "topk", "bottomk", "stddev"}
)
SPELLINGS: Final[Mapping[str, str]] = {
    "s": "seconds",
    "second": "seconds",
    "byte": "bytes",
    "%": "percent",
}


def unit_of(written: str | None, query: str) -> str:
    """Return the unit of a threshold's values, or an empty string if it is not known."""
    if written is not None:
        return SPELLINGS.get(written, written)
    return _unit_of_query(query)


@lru_cache(maxsize=4096)
def _unit_of_query(query: str) -> str:
    try:
        return _unit(parse(WINDOW.sub("5m", query)))
    except ValueError:
        return ""


def _unit(tree: Any) -> str:
    """Return the unit of an expression's values."""
    match tree:
        case promql_parser.VectorSelector():
            suffix = SUFFIX.search(tree.name or "")
            return suffix[1] if suffix else ""
        case promql_parser.MatrixSelector():
            return _unit(tree.vector_selector)
        case promql_parser.ParenExpr() | promql_parser.UnaryExpr() | promql_parser.SubqueryExpr():
            return _unit(tree.expr)
        case promql_parser.AggregateExpr():
            same = str(tree.op).lower().rpartition(".")[2] in SAME_UNIT_OVER_SERIES
            return _unit(tree.expr) if same else ""
        case promql_parser.Call():
            return _unit_of_call(tree.func.name, tree.args)
        case promql_parser.BinaryExpr():
            return _unit_of_two(str(tree.op), tree.lhs, tree.rhs)
        case _:
            return ""


def _unit_of_call(function: str, arguments: Any) -> str:
    if function == "time":
        return "seconds"
    if function == "histogram_quantile":
        return _unit_of_query(_metric(arguments[1]))
    if not SAME_UNIT.fullmatch(function):
        return ""
    return next((unit for unit in map(_unit, arguments) if unit), "")


def _unit_of_two(operator: str, left: Any, right: Any) -> str:
    match operator:
        case "+" | "-" | "or" if _is_number(right) or _unit(left) == _unit(right):
            return _unit(left)
        case ">" | "<" | ">=" | "<=" | "==" | "!=" | "and" | "unless":
            return _unit(left)
        case "/":
            return _average(left, right)
        case _:
            return ""


def _is_number(tree: Any) -> bool:
    """Return whether an expression is a literal number, which takes the unit of the other side."""
    match tree:
        case promql_parser.NumberLiteral():
            return True
        case promql_parser.ParenExpr():
            return _is_number(tree.expr)
        case promql_parser.Call() if tree.func.name == "vector":
            return _is_number(tree.args[0])
        case _:
            return False


def _average(left: Any, right: Any) -> str:
    """Return the unit of a mean: `rate(x_seconds_sum) / rate(x_seconds_count)`."""
    total, count = _metric(left), _metric(right)
    stem = total.removesuffix("_sum")
    return _unit_of_query(stem) if count == f"{stem}_count" and stem != total else ""


def _metric(tree: Any) -> str:
    """Return the only metric below aggregations and rates, or an empty string for other forms."""
    match tree:
        case promql_parser.VectorSelector():
            return tree.name or ""
        case promql_parser.MatrixSelector():
            return tree.vector_selector.name or ""
        case promql_parser.ParenExpr() | promql_parser.AggregateExpr():
            return _metric(tree.expr)
        case promql_parser.Call() if tree.func.name in ("rate", "increase"):
            return _metric(tree.args[0])
        case _:
            return ""
