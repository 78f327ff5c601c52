"""Facts about parsed PromQL for rules: validity, selectors, matchers, and labels kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import promql_parser

from reliability.promql import parser

RANKING: Final = frozenset(("topk", "bottomk", "limitk", "limit_ratio"))
LABELLESS: Final = frozenset(("absent", "absent_over_time", "scalar", "vector", "time", "pi"))
PLAIN: Final = re.compile(r"[^.+*?()|\[\]{}^$\\]+")
"""A regular expression that matches only itself."""


@lru_cache(maxsize=65536)
def parse(text: str) -> Any:
    """Return the syntax tree, or the error message as a string if the text does not parse."""
    try:
        return parser.parse(text)
    except ValueError as error:
        return str(error)


def parts(tree: Any) -> Iterator[Any]:
    """Yield the expressions directly inside an expression."""
    for name in ("expr", "lhs", "rhs", "param", "vector_selector"):
        inner = getattr(tree, name, None)
        if inner is not None and not isinstance(inner, str):
            yield inner
    yield from getattr(tree, "args", None) or ()


def selectors(tree: Any) -> Iterator[Any]:
    """Yield every vector selector of an expression."""
    if isinstance(tree, promql_parser.VectorSelector):
        yield tree
    else:
        for inner in parts(tree):
            yield from selectors(inner)


def matchers(selector: Any) -> Iterator[tuple[str, str, str]]:
    """Yield label, operator (`=`, `!=`, `=~`, `!~`) and value of each matcher of a selector."""
    signs = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
    for matcher in selector.matchers.matchers:
        yield matcher.name, signs[str(matcher.op).rpartition(".")[2]], matcher.value


def metric(selector: Any) -> str:
    """Return the metric name of a selector, or an empty string."""
    if selector.name:
        return str(selector.name)
    equal = [value for name, sign, value in matchers(selector) if (name, sign) == ("__name__", "=")]
    return equal[0] if equal else ""


def kept_labels(tree: Any) -> frozenset[str]:
    """Return the labels that an expression visibly keeps, with more than one value each.

    A label counts if the expression names it: in `by (...)`, in `on (...)`, in `label_replace`, or
    in a matcher that allows several values.
    """
    match tree:
        case promql_parser.VectorSelector():
            return frozenset(
                name
                for name, sign, value in matchers(tree)
                if sign == "=~" and not PLAIN.fullmatch(value)
            )
        case promql_parser.AggregateExpr():
            return _kept_by_aggregation(tree)
        case promql_parser.BinaryExpr():
            return _kept_by_binary(tree)
        case promql_parser.Call():
            return _kept_by_call(tree)
        case _:
            return frozenset().union(*(kept_labels(inner) for inner in parts(tree)))


def _kept_by_aggregation(tree: Any) -> frozenset[str]:
    operator, modifier = str(tree.op).lower(), tree.modifier
    if operator in RANKING:
        return kept_labels(tree.expr)
    if modifier is None:
        return frozenset()
    if str(modifier.type).endswith("By"):
        return frozenset(modifier.labels) - _fixed(tree.expr)
    return kept_labels(tree.expr) - frozenset(modifier.labels)


def _kept_by_binary(tree: Any) -> frozenset[str]:
    if not any(selectors(tree.lhs)):
        return kept_labels(tree.rhs)
    modifier = tree.modifier
    if modifier is None or modifier.matching is None:
        both = str(tree.op) == "or"
        return kept_labels(tree.lhs) | (kept_labels(tree.rhs) if both else frozenset())

    card, matching = str(modifier.card).rpartition(".")[2], modifier.matching
    if card == "OneToOne" and str(matching.type).endswith("Include"):
        return frozenset(matching.labels) - _fixed(tree.lhs) - _fixed(tree.rhs)
    if card == "ManyToOne":
        return kept_labels(tree.lhs) | frozenset(_group_labels(modifier))
    if card == "OneToMany":
        return kept_labels(tree.rhs) | frozenset(_group_labels(modifier))

    return kept_labels(tree.lhs) | (kept_labels(tree.rhs) if str(tree.op) == "or" else frozenset())


def _group_labels(modifier: Any) -> Iterator[str]:
    labels: Any = getattr(modifier, "group_labels", None)
    yield from (labels.labels if hasattr(labels, "labels") else labels or ())


def _kept_by_call(tree: Any) -> frozenset[str]:
    name = str(tree.func.name)
    if name in LABELLESS:
        return frozenset()
    kept: frozenset[str] = frozenset().union(*(kept_labels(inner) for inner in tree.args))
    if name in ("label_replace", "label_join"):
        kept |= {str(tree.args[1].val)}
    return kept


def _fixed(tree: Any) -> frozenset[str]:
    """Return the labels that every selector below fixes to the same value."""
    fixed = [
        {
            (name, value)
            for name, sign, value in matchers(selector)
            if sign == "=" or (sign == "=~" and PLAIN.fullmatch(value))
        }
        for selector in selectors(tree)
    ]
    return frozenset(name for name, _ in set.intersection(*fixed)) if fixed else frozenset()
