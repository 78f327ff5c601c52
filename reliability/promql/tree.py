"""Typed tree of a PromQL expression: cheap to walk, without parentheses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, Literal

from reliability.promql import syntax
from reliability.promql.query import WINDOW

STAND_IN: Final = "7919s"
"""Range that nobody writes, used in place of `{{.window}}`."""
STAND_IN_RANGE: Final = timedelta(seconds=7919)
COMPARISONS: Final = frozenset(("==", "!=", ">", "<", ">=", "<="))
SET_OPERATORS: Final = frozenset(("and", "or", "unless"))


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher; `sign` is `=`, `!=`, `=~` or `!~`."""

    label: str
    sign: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorSelector:
    """Selector of series by name and matchers; a range vector if `range` is set.

    `alternatives` says whether matchers are joined by `or`, a syntax of VictoriaMetrics only. `at`
    is the `@` modifier as written, empty without one.
    """

    metric: str
    matchers: tuple[Matcher, ...]
    range: timedelta | None
    offset: timedelta
    alternatives: bool
    at: str = ""

    @property
    def written(self) -> str:
        """Metric name as written; that of a recorded series may contain `{{.window}}`."""
        return self.metric.replace(STAND_IN, "{{.window}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """Aggregation such as `sum` or `topk`; `grouping` is None without `by` and `without`."""

    operator: str
    inner: Node
    grouping: Literal["by", "without"] | None
    labels: frozenset[str]
    parameter: Node | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorMatching:
    """Matching of the two sides of a binary operation.

    If `on`, `labels` are compared; otherwise they are ignored. `many` is the side with many series,
    left for `group_left` and right for `group_right`; it copies the labels `taken` from the other
    side. `is_filled` says whether a series without a partner gets a default value.
    """

    on: bool
    labels: frozenset[str]
    many: Literal["left", "right"] | None
    taken: frozenset[str]
    is_filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """Binary operation; `returns_bool` is the `bool` modifier of a comparison."""

    operator: str
    left: Node
    right: Node
    returns_bool: bool
    matching: VectorMatching


@dataclass(frozen=True, slots=True)
class Call:
    """Function call with its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Subquery:
    """Subquery: an expression evaluated over a range; `grid` has its step and `@` modifier."""

    inner: Node
    range: timedelta
    offset: timedelta
    grid: str = ""


@dataclass(frozen=True, slots=True)
class Negative:
    """Negated expression (unary minus)."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Number:
    """Number literal."""

    value: float


@dataclass(frozen=True, slots=True)
class StringLiteral:
    """String literal, such as a label name in a function's arguments."""

    text: str


Node = VectorSelector | Aggregation | Binary | Call | Subquery | Negative | Number | StringLiteral
PLAIN: Final = VectorMatching(
    on=False, labels=frozenset(), many=None, taken=frozenset(), is_filled=False
)


@lru_cache(maxsize=65536)
def read(text: str) -> Node | None:
    """Return the tree of an expression or SLI query, or None if it is not PromQL."""
    # `{{.window}}` cannot be parsed as PromQL, so a duration that nobody writes stands in for it
    # and is recognized in the tree.
    tree = syntax.parse(WINDOW.sub(STAND_IN, text) if "{{" in text else text)
    return None if isinstance(tree, str) else _node(tree)


def children(node: Node) -> tuple[Node, ...]:
    """Return the expressions directly inside an expression, in written order."""
    match node:
        case Aggregation():
            return (node.inner,) if node.parameter is None else (node.parameter, node.inner)
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case Subquery() | Negative():
            return (node.inner,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield an expression and everything inside it, outermost first."""
    yield node
    for inner in children(node):
        yield from walk(inner)


def selectors(node: Node) -> Iterator[VectorSelector]:
    """Yield every selector of an expression."""
    return (inner for inner in walk(node) if isinstance(inner, VectorSelector))


def is_scalar(node: Node) -> bool:
    """Return whether an expression is a scalar: one number without labels."""
    match node:
        case Number():
            return True
        case Call():
            return node.function in ("scalar", "time", "pi")
        case Negative():
            return is_scalar(node.inner)
        case Binary():
            return is_scalar(node.left) and is_scalar(node.right)
        case _:
            return False


def _node(tree: Any) -> Node:
    """Convert a node of the parser."""
    return MAKERS[type(tree).__name__](tree)


def _selector(tree: Any, length: timedelta | None) -> VectorSelector:
    return VectorSelector(
        metric=syntax.metric(tree),
        matchers=tuple(Matcher(*matcher) for matcher in syntax.matchers(tree)),
        range=length,
        offset=tree.offset or timedelta(),
        alternatives=bool(tree.matchers.or_matchers),
        at=str(tree.at or ""),
    )


def _aggregation(tree: Any) -> Aggregation:
    modifier, parameter = tree.modifier, tree.param
    grouping: Literal["by", "without"] | None = None
    if modifier is not None:
        # The parser's enumerations are compared by name: its Python classes have no members to
        # compare with.
        grouping = "by" if str(modifier.type).endswith("By") else "without"

    return Aggregation(
        operator=str(tree.op).lower(),
        inner=_node(tree.expr),
        grouping=grouping,
        labels=frozenset(modifier.labels) if modifier is not None else frozenset(),
        parameter=None if parameter is None else _node(parameter),
    )


def _binary(tree: Any) -> Binary:
    modifier = tree.modifier
    matching = PLAIN if modifier is None else _matching(modifier)
    returns_bool = modifier is not None and bool(modifier.return_bool)
    return Binary(
        operator=str(tree.op),
        left=_node(tree.lhs),
        right=_node(tree.rhs),
        returns_bool=returns_bool,
        matching=matching,
    )


def _matching(modifier: Any) -> VectorMatching:
    written, card = modifier.matching, str(modifier.card)
    many: Literal["left", "right"] | None = None
    if card.endswith("ManyToOne"):
        many = "left"
    elif card.endswith("OneToMany"):
        many = "right"

    return VectorMatching(
        on=written is not None and str(written.type).endswith("Include"),
        labels=frozenset(written.labels) if written is not None else frozenset(),
        many=many,
        taken=frozenset(modifier.group_labels or ()),
        is_filled=_is_filled(modifier.fill_values),
    )


def _is_filled(values: Any) -> bool:
    return any(getattr(values, side, None) is not None for side in ("lhs", "rhs"))


MAKERS: Final[Mapping[str, Callable[[Any], Node]]] = {
    "VectorSelector": lambda tree: _selector(tree, None),
    "MatrixSelector": lambda tree: _selector(tree.vector_selector, tree.range),
    "AggregateExpr": _aggregation,
    "BinaryExpr": _binary,
    "Call": lambda tree: Call(str(tree.func.name), tuple(map(_node, tree.args))),
    "SubqueryExpr": lambda tree: Subquery(
        _node(tree.expr),
        tree.range,
        tree.offset or timedelta(),
        f"{tree.step or ''}@{tree.at or ''}",
    ),
    # Parentheses have done their work in the shape of the tree; rules would only have to skip them.
    "ParenExpr": lambda tree: _node(tree.expr),
    "UnaryExpr": lambda tree: Negative(_node(tree.expr)),
    "NumberLiteral": lambda tree: Number(float(tree.val)),
    "StringLiteral": lambda tree: StringLiteral(str(tree.val)),
}
